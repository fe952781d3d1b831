// The border bench: w(x) = w_c + w₀ · exp(−(d₁ + d₂)² / 2σ²) between cells, at once while a dial turns.
// The same as engine/segmentation/borders.py.

const CELLS = [
  "#cc6677", "#4477aa", "#ddcc77", "#117733", "#88ccee", "#aa4499", "#44aa99", "#999933", "#882255", "#8c8c8c",
];
const GROUND = [13, 16, 23];
/** From little to much: night, violet, vermilion, orange, pale yellow. */
const HEAT = [[13, 16, 23], [70, 30, 110], [190, 55, 60], [230, 159, 0], [255, 250, 205]];
const CLASS_WEIGHT = 1;
const FIRST_GAP = 9; // pixels, d₁ + d₂

const rememberedPlaces = new Map(); // uid -> where a person looked, as shares

function heat(share) {
  const place = Math.max(0, Math.min(1, share)) * (HEAT.length - 1);
  const from = Math.min(HEAT.length - 2, Math.floor(place));
  return HEAT[from].map((start, c) => start + (place - from) * (HEAT[from + 1][c] - start));
}

class BorderBench {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.choice = new SettledValue();
    this.canvases = [this.find(".cells"), this.find(".weights")];
    for (const canvas of this.canvases) {
      followHand(canvas, { where: () => this.place, move: (place) => this.look(place) });
    }
    this.find(".scale").style.background =
      `linear-gradient(90deg, ${HEAT.map((colour) => `rgb(${colour.join(" ")})`).join(", ")})`;
    this.find(".save").onclick = () => downloadPng(this.find(".weights"), "border-weights.png", 4);
    this.observer = new ResizeObserver(() => this.cells && this.look(this.place));
    this.observer.observe(this.find(".profile"));
  }

  close() {
    this.choice.close();
    this.observer.disconnect();
  }

  async update(data, setStateValue) {
    const before = this.data;
    this.data = data;
    this.root.classList.toggle("dark", themeOf(this.root).dark);
    this.choice.take(data, setStateValue);
    if (!this.dials) this.makeDials();
    if (data.cells !== before?.cells || data.nearest !== before?.nearest) {
      const [cells, nearest, second] = await Promise.all([
        readPlanes(data.cells, false), readPlanes(data.nearest, true), readPlanes(data.second, true),
      ]);
      if (data.cells !== this.data.cells) return;
      this.cells = cells;
      const pixels = ({ planes: [whole, part] }) => whole.map((value, i) => value + part[i] / 256);
      [this.nearest, this.second] = [pixels(nearest), pixels(second)];
      this.place = this.placeFor(data.uid);
      this.drawCells();
    }
    if (this.cells) this.present();
  }

  /** Where a person looked last, else near the middle, where two cells are close but not too close to be seen. */
  placeFor(uid) {
    const { width, height } = this.cells;
    const kept = rememberedPlaces.get(uid);
    if (kept) return [Math.floor(kept[0] * width), Math.floor(kept[1] * height)];
    let best = 0;
    const miss = (i) => (this.cells.planes[0][i] ? Infinity : Math.abs(this.nearest[i] + this.second[i] - FIRST_GAP));
    for (let i = 1; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      const central = Math.abs(x - width / 2) < width / 4 && Math.abs(y - height / 2) < height / 4;
      if (central && miss(i) < miss(best)) best = i;
    }
    return [best % width, Math.floor(best / width)];
  }

  makeDials() {
    const texts = { w0: ["Height", "w₀"], sigma: ["Reach in pixels", "σ"] };
    this.dials = Object.entries(texts).map(([name, [label, symbol]]) => {
      const [min, max] = this.data.limits[name];
      const onInput = (value) => {
        this.choice.set({ ...this.choice.now, [name]: value });
        this.present();
      };
      return [name, slider(this.find(".dials"), { label, symbol, min, max, onInput })];
    });
  }

  // --- what is shown

  present() {
    for (const [name, dial] of this.dials) dial.show(this.choice.now[name]);
    const { w0, sigma } = this.choice.now;
    const { planes: [cells] } = this.cells;
    this.weights = Float32Array.from(cells, (cell, i) => {
      const reach = this.nearest[i] + this.second[i];
      return CLASS_WEIGHT + (cell ? 0 : w0 * Math.exp((-reach * reach) / (2 * sigma * sigma)));
    });
    this.most = CLASS_WEIGHT + Math.max(1, w0);
    this.drawWeights();
    this.find(".scale-low").textContent = "0";
    this.find(".scale-high").textContent = brief(this.most);
    this.look(this.place);
  }

  paint(canvas, colourOf) {
    const { width, height } = this.cells;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const context = canvas.getContext("2d");
    const picture = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      picture.data.set(colourOf(i), 4 * i);
      picture.data[4 * i + 3] = 255;
    }
    context.putImageData(picture, 0, 0);
  }

  drawCells() {
    const colours = CELLS.map((colour) => rgba(colour).slice(0, 3));
    const { planes: [cells] } = this.cells;
    this.paint(this.find(".cells"), (i) => (cells[i] ? colours[(cells[i] - 1) % colours.length] : GROUND));
  }

  drawWeights() {
    this.paint(this.find(".weights"), (i) => heat(this.weights[i] / this.most));
  }

  look([column, row]) {
    this.place = [column, row];
    const { width, height, planes: [cells] } = this.cells;
    rememberedPlaces.set(this.data.uid, [(column + 0.5) / width, (row + 0.5) / height]);
    const i = row * width + column;
    const [d1, d2] = [this.nearest[i], this.second[i]];
    for (const spot of this.root.querySelectorAll(".spot")) this.put(spot, column, row);
    const rings = [[this.find(".near"), d1], [this.find(".far"), d2]];
    for (const [ring, distance] of rings) {
      ring.hidden = cells[i] > 0 || distance >= 255;
      this.put(ring, column, row);
      ring.style.width = `${(200 * distance) / width}%`;
    }
    this.find(".line").style.top = `${(100 * (row + 0.5)) / height}%`;
    const distance = (value) => (value >= 255 ? "far" : value.toFixed(1));
    this.find(".distances").textContent = cells[i]
      ? `cell ${cells[i]}: only its class's weight`
      : `d₁ = ${distance(d1)}, d₂ = ${distance(d2)} pixels`;
    this.find(".weight-here").textContent = `w = ${this.weights[i].toFixed(2)}`;
    this.drawProfile(column, row);
  }

  put(element, column, row) {
    const { width, height } = this.cells;
    element.style.left = `${(100 * (column + 0.5)) / width}%`;
    element.style.top = `${(100 * (row + 0.5)) / height}%`;
  }

  /** w along the row, over the cells that the row crosses. */
  drawProfile(column, row) {
    const canvas = this.find(".profile");
    const [wide, tall, sharp] = [canvas.clientWidth, canvas.clientHeight, devicePixelRatio || 1];
    if (!wide) return;
    Object.assign(canvas, { width: wide * sharp, height: tall * sharp });
    const pen = canvas.getContext("2d");
    pen.scale(sharp, sharp);
    const { text, font } = themeOf(this.root);
    const { width, planes: [cells] } = this.cells;
    const [left, base, top] = [34, tall - 16, 8];
    const x = (place) => left + ((wide - left - 4) * place) / width;
    const y = (value) => base - ((base - top) * value) / this.most;
    for (let i = 0; i < width; i++) {
      const cell = cells[row * width + i];
      pen.fillStyle = cell ? CELLS[(cell - 1) % CELLS.length] : "transparent";
      pen.fillRect(x(i), base + 3, x(i + 1) - x(i) + 0.5, 8);
    }
    pen.strokeStyle = text;
    pen.globalAlpha = 0.25;
    for (const value of [0, this.most]) pen.strokeRect(left, y(value), wide - left - 4, 0);
    pen.strokeRect(x(column + 0.5), top, 0, base - top);
    pen.globalAlpha = 1;
    pen.fillStyle = text;
    pen.font = `12px ${font}`;
    pen.textAlign = "right";
    pen.fillText("0", left - 6, base + 4);
    pen.fillText(brief(this.most), left - 6, top + 8);
    pen.strokeStyle = "#d55e00";
    pen.lineWidth = 2.5;
    pen.beginPath();
    for (let i = 0; i < width; i++) pen.lineTo(x(i + 0.5), y(this.weights[row * width + i]));
    pen.stroke();
  }
}

export default mounting(".borders", BorderBench);
