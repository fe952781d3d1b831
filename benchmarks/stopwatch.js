// In the page under measurement: times a hand's release to the frame with the new picture, and counts redraws.

globalThis.stopwatch = (() => {
  const LONGEST_WAIT = 60_000;
  const nextFrame = () => new Promise(requestAnimationFrame);
  const seen = new Map();

  /** The first element that matches, shadow roots included. */
  function search(selector, root) {
    const hit = root.querySelector(selector);
    if (hit) return hit;
    for (const { shadowRoot } of root.querySelectorAll("*")) {
      const inside = shadowRoot && search(selector, shadowRoot);
      if (inside) return inside;
    }
    return null;
  }

  function find(selector) {
    if (!seen.get(selector)?.isConnected) seen.set(selector, search(selector, document));
    return seen.get(selector);
  }

  /** What an image or a canvas shows, as text; null while it is not there or blank. */
  function look(selector) {
    const element = find(selector);
    if (!element || element.classList.contains("loading")) return null;
    if (element instanceof HTMLImageElement) return element.complete && element.naturalWidth ? element.src : null;
    const { data } = element.getContext("2d").getImageData(0, 0, element.width, element.height);
    return data.some((value) => value) ? data.join() : null;
  }

  function release(event) {
    return new Promise((resolve) => addEventListener(event, resolve, { once: true, capture: true }));
  }

  /** Milliseconds from the next `event` to the frame after the one in which the picture has changed. */
  async function untilNewPicture(picture, event) {
    const before = look(picture);
    const { timeStamp } = await release(event);
    for (let now = look(picture); now === null || now === before; now = look(picture)) {
      if (performance.now() - timeStamp > LONGEST_WAIT) throw new Error(`No new picture at ${picture} within a minute.`);
      await nextFrame();
    }
    return (await nextFrame()) - timeStamp;
  }

  /** For `duration` ms: the intervals between frames, and in how many frames the picture was another one. */
  async function redraws(picture, duration) {
    const start = await nextFrame();
    const intervals = [];
    let [count, shown, last] = [0, look(picture), start];
    while (last - start < duration) {
      const now = await nextFrame();
      intervals.push(now - last);
      last = now;
      const current = look(picture);
      count += current !== shown;
      shown = current;
    }
    return { redraws: count, intervals, duration: last - start };
  }

  return { look, untilNewPicture, redraws };
})();
