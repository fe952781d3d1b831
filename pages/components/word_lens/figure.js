// One picture of the lens with its words: the words are buttons, the picture answers to a hand and to the arrow keys.

const SIZE = 512; // pixels of a picture's canvas along a side
const PLACES = 8; // places along a side that a hand moves over

/** The figure of one shot. `tell` has `point(picture, place)`, `peek(picture, token)` and `pick(picture, token)`. */
class Figure {
  constructor(host, picture, tell) {
    this.picture = picture;
    this.tell = tell;
    this.element = document.createElement("figure");
    this.element.innerHTML = `<figcaption><b></b></figcaption><div class="sheet">
      <canvas width="${SIZE}" height="${SIZE}" tabindex="0" role="application" data-testid="lens-picture-${picture}"></canvas>
      <span class="marker" hidden></span></div><div class="words" role="group"></div>`;
    this.canvas = this.element.querySelector("canvas");
    this.marker = this.element.querySelector(".marker");
    this.words = this.element.querySelector(".words");
    this.listen();
    host.append(this.element);
  }

  listen() {
    const { canvas } = this;
    const point = (event) => this.point(this.placeUnder(event));
    canvas.onpointermove = point;
    canvas.onpointerdown = point;
    canvas.onpointerleave = (event) => event.pointerType === "mouse" && this.point(null);
    canvas.onblur = () => this.point(null);
    canvas.onkeydown = (event) => {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!way && event.key !== "Escape") return;
      event.preventDefault();
      const inside = (place) => Math.max(0, Math.min(PLACES - 1, place));
      const [column, row] = this.place ?? [PLACES / 2, PLACES / 2];
      this.point(way ? [inside(column + way[0]), inside(row + way[1])] : null);
    };
  }

  point(place) {
    this.place = place;
    this.tell.point(this.picture, place);
  }

  placeUnder({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const inside = (share) => Math.max(0, Math.min(PLACES - 1, Math.floor(share * PLACES)));
    return [inside((clientX - box.left) / box.width), inside((clientY - box.top) / box.height)];
  }

  /** The words of a shot as buttons; those that come or go look different. */
  say(shot) {
    this.shot = shot;
    this.element.classList.toggle("broken", shot.broken);
    this.element.querySelector("b").textContent = shot.title;
    this.canvas.ariaLabel = `${shot.title}: ${shot.text}. Arrow keys move a place: which words it looks at.`;
    this.words.ariaLabel = `Words of ${shot.title}`;
    this.words.replaceChildren(...shot.tokens.map((word, token) => this.word(word, token)));
  }

  word(word, token) {
    const { changed, weights } = this.shot;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "word" });
    button.dataset.testid = `lens-word-${this.picture}-${token}`;
    button.innerHTML = "<i></i><span></span>";
    button.lastChild.textContent = weights[token] === 1 ? word : `${word} ×${weights[token]}`;
    if (token === 0) button.classList.add("rest");
    if (changed[token]) button.classList.add(this.picture === 0 ? "goes" : "comes");
    button.title = token === 0 ? "What is looked at for all that nobody speaks of" : `Where “${word}” is looked for`;
    button.onpointerenter = (event) => event.pointerType === "mouse" && this.tell.peek(this.picture, token);
    button.onpointerleave = () => this.tell.peek(null);
    button.onfocus = () => button.matches(":focus-visible") && this.tell.peek(this.picture, token);
    button.onblur = () => this.tell.peek(null);
    button.onclick = () => this.tell.pick(this.picture, token);
    return button;
  }

  /** Which words are lit, and how much of each word's button is filled; null for no shares. */
  mark(lit, shares) {
    [...this.words.children].forEach((button, token) => {
      button.ariaPressed = String(lit.includes(token));
      button.firstChild.style.width = shares ? `${100 * Math.min(1, shares[token])}%` : 0;
    });
  }

  /** A square around the place that a hand points at. */
  frame(place) {
    this.marker.hidden = !place;
    if (!place) return;
    const [left, top] = place.map((at) => `${(100 * at) / PLACES}%`);
    Object.assign(this.marker.style, { left, top, width: `${100 / PLACES}%` });
  }
}
