// Lens lanes: masks of several networks on one picture, and a lens that magnifies the same place in all of them.

const LONGEST = 720; // pixels of the canvas that a lane is drawn on
const [MAGNIFIED, LENS] = [4, 200];
const LENS_VIEWS = { mask: "Mask", probability: "Probability", picture: "Picture" };
const [FOUND, TRUE] = [[230, 159, 0], [0, 158, 115]];
const ROW_REM = 17.5; // height of a lane at most, so that two rows fit a laptop's screen
const FIRST_PLACE = [0.37, 0.8];

const rememberedLooks = new Map(); // uid -> {view, grid, place}, kept through remounts

class LensLanes {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.find(".grid").onchange = ({ target }) => this.turn({ grid: target.checked });
    this.find(".save").onclick = () => this.save();
  }

  close() {}

  get look() {
    return rememberedLooks.get(this.data.uid) ?? { view: "mask", grid: false, place: FIRST_PLACE };
  }

  turn(change) {
    rememberedLooks.set(this.data.uid, { ...this.look, ...change });
    this.present();
  }

  async update(data) {
    this.data = data;
    this.root.classList.toggle("dark", themeOf(this.root).dark);
    const [photo, truth, ...found] = await Promise.all(
      [data.photo, data.truth, ...data.lanes.map(({ probability }) => probability)].map((url) => url && this.open(url)),
    );
    if (data !== this.data) return;
    const scale = LONGEST / Math.max(...data.size);
    [this.height, this.width] = data.size.map((side) => Math.max(1, Math.round(side * scale)));
    this.photo = this.sampled(photo);
    const first = { title: "The picture", note: truth ? "and the true outline" : "", kind: "real" };
    this.lanes = [
      { ...first, mask: truth && this.sampled(truth), colour: TRUE },
      ...data.lanes.map((lane, i) => ({ ...lane, kind: "made", mask: this.sampled(found[i]), colour: FOUND })),
    ];
    this.lay();
    this.present();
  }

  async open(url) {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  }

  /** A picture at the size of the canvases, as RGBA. */
  sampled(image) {
    const canvas = Object.assign(document.createElement("canvas"), { width: this.width, height: this.height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.drawImage(image, 0, 0, this.width, this.height);
    return context.getImageData(0, 0, this.width, this.height).data;
  }

  lay() {
    const host = this.find(".pictures");
    host.style.maxWidth = `${Math.max(22, (2 * ROW_REM * this.width) / this.height + 1)}rem`;
    if (host.childElementCount !== this.lanes.length) {
      host.replaceChildren(...this.lanes.map((_, i) => this.figure(i)));
    }
    this.lanes.forEach(({ title, note, kind }, i) => {
      const figure = host.children[i];
      figure.className = kind;
      figure.querySelector("b").textContent = title;
      figure.querySelector(".fact").textContent = note;
      Object.assign(this.lanes[i], { canvas: figure.querySelector("canvas"), lens: figure.querySelector(".lens") });
    });
  }

  figure(i) {
    const figure = document.createElement("figure");
    figure.innerHTML = `<figcaption><b></b><span class="fact"></span></figcaption><div class="sheet">
      <canvas role="application" data-testid="lens-lane-${i}"></canvas><canvas class="lens" width="${LENS}"
      height="${LENS}"></canvas></div>`;
    const canvas = figure.querySelector("canvas");
    canvas.ariaLabel = "Move the lens with the arrow keys; Shift makes ten steps.";
    followHand(canvas, {
      where: () => [this.look.place[0] * this.width - 0.5, this.look.place[1] * this.height - 0.5].map(Math.round),
      move: ([x, y]) => this.point([(x + 0.5) / this.width, (y + 0.5) / this.height]),
    });
    return figure;
  }

  // --- what is shown

  present() {
    showChoices(this.find(".views"), LENS_VIEWS, this.look.view, (view) => this.turn({ view }));
    this.find(".grid").checked = this.look.grid;
    for (const lane of this.lanes) this.draw(lane);
    this.point(this.look.place);
  }

  draw({ canvas, mask, colour, places, inner }) {
    const { width, height } = this;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    const picture = new ImageData(new Uint8ClampedArray(this.photo), width, height);
    if (mask && this.look.view !== "picture") this.cover(picture.data, mask, colour, places);
    context.putImageData(picture, 0, 0);
    if (places && this.look.grid) this.rule(context, places, inner);
  }

  /** A lane's answer over the picture; of the truth only the outline. */
  cover(data, mask, colour, found) {
    const { width, height } = this;
    const inside = (i) => mask[4 * i] > 127;
    if (found && this.look.view === "probability") {
      for (let i = 0; i < width * height; i++) {
        data[4 * i] = data[4 * i + 1] = data[4 * i + 2] = mask[4 * i];
      }
      return;
    }
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const edge = x > 0 && y > 0 && (inside(i) !== inside(i - 1) || inside(i) !== inside(i - width));
      const share = edge ? 1 : found && inside(i) ? 0.5 : 0;
      if (share) for (let c = 0; c < 3; c++) data[4 * i + c] += share * (colour[c] - data[4 * i + c]);
    }
  }

  /** A line around every place where the network decides on its own; what lies between is interpolated. */
  rule(context, [rows, columns], [top, left, bottom, right]) {
    const { width, height } = this;
    context.strokeStyle = "rgba(255, 255, 255, 0.55)";
    context.lineWidth = 1;
    context.beginPath();
    for (let k = 0; k <= columns; k++) {
      const x = (width * (k / columns - left)) / (right - left);
      context.moveTo(x, 0);
      context.lineTo(x, height);
    }
    for (let k = 0; k <= rows; k++) {
      const y = (height * (k / rows - top)) / (bottom - top);
      context.moveTo(0, y);
      context.lineTo(width, y);
    }
    context.stroke();
  }

  /** The lens on the same place of every lane. */
  point(place) {
    rememberedLooks.set(this.data.uid, { ...this.look, place });
    const [x, y] = [place[0] * this.width, place[1] * this.height];
    for (const { canvas, lens } of this.lanes) {
      const context = lens.getContext("2d");
      const part = (LENS / MAGNIFIED) * (this.width / 720);
      context.imageSmoothingEnabled = false;
      context.clearRect(0, 0, LENS, LENS);
      context.drawImage(canvas, x - part / 2, y - part / 2, part, part, 0, 0, LENS, LENS);
      Object.assign(lens.style, { left: `${100 * place[0]}%`, top: `${100 * place[1]}%` });
    }
  }

  save() {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: this.width * this.lanes.length, height: this.height });
    const context = canvas.getContext("2d");
    this.lanes.forEach((lane, i) => context.drawImage(lane.canvas, i * this.width, 0));
    downloadPng(canvas, "networks.png");
  }
}

export default mounting(".lenses", LensLanes);
