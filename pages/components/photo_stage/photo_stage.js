// A photo under layers. Places are shares [x, y] of its width and height, so layers may have sizes of their own.

class PhotoStage {
  /** `onProbe([x, y] | null)` is told where the cross is; `onPick([x, y])` of a click or Enter. */
  constructor(element, { onProbe, onPick = () => {} }) {
    Object.assign(this, { element, onProbe });
    this.photo = element.querySelector(".photo");
    this.cross = element.querySelector(".cross");
    element.onpointermove = (event) => this.probe(this.under(event));
    element.onpointerleave = () => document.activeElement !== element && this.probe(null);
    element.onclick = (event) => {
      this.probe(this.under(event));
      onPick(this.place);
    };
    element.onkeydown = (event) => {
      if (event.target !== element) return;
      if (event.key === "Enter" && this.place) onPick(this.place);
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way) return;
      event.preventDefault();
      const [x, y] = this.place ?? [0.5, 0.5];
      const far = event.shiftKey ? 0.05 : 0.005;
      const within = (share) => Math.max(0, Math.min(0.9999, share));
      this.probe([within(x + far * way[0]), within(y + far * way[1])]);
    };
  }

  /** Shows the photo at `url`, `width` × `height` pixels; resolves when it is there. */
  async show(url, width, height) {
    Object.assign(this, { width, height });
    this.element.style.setProperty("--aspect", width / height);
    this.element.classList.toggle("small", width < 300);
    if (this.url === url) return;
    this.url = url;
    this.photo.src = url;
    await this.photo.decode().catch(() => {});
  }

  under({ clientX, clientY }) {
    const box = this.element.getBoundingClientRect();
    const inside = (share) => Math.max(0, Math.min(0.9999, share));
    return [inside((clientX - box.left) / box.width), inside((clientY - box.top) / box.height)];
  }

  probe(place) {
    this.place = place;
    this.cross.hidden = !place;
    if (place) Object.assign(this.cross.style, { left: `${100 * place[0]}%`, top: `${100 * place[1]}%` });
    this.onProbe(place);
  }
}

/** The index of a place in a map of `width` × `height` values, row by row. */
function cellAt([x, y], width, height) {
  return Math.min(height - 1, Math.floor(y * height)) * width + Math.min(width - 1, Math.floor(x * width));
}

/** `#rrggbb` → the pixel of an ImageData's Uint32Array. */
function pixelOf(colour, alpha = 255) {
  const [red, green, blue] = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Paints a canvas of `width` × `height`: `pixel(i)` gives each pixel, see `pixelOf`; 0 is transparent. */
function paintPixels(canvas, width, height, pixel) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  const pixels = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = pixel(i);
  context.putImageData(picture, 0, 0);
}

/** The grey PNG at `url` → { width, height, values: Uint8Array }. */
async function readGreys(url) {
  const { width, height, data } = await readPixels(url);
  return { width, height, values: Uint8Array.from({ length: width * height }, (_, i) => data[4 * i]) };
}

/** 0.0312 → "3.1 %". */
function percent(share) {
  return `${(100 * share).toFixed(share > 0 && share < 0.0995 ? 1 : 0)} %`;
}
