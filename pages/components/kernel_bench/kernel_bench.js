// The kernel bench: a kernel is written cell by cell, and the picture answers at once.

const PIXELS_A_SECOND = 40; // of the sliding window, along a row
const VIEWS = { clip: "0 … 255", absolute: "|y|", signed: "±" };
const SHADES = { clip: (y) => y, absolute: Math.abs, signed: (y) => 127.5 + y / 4 };

const rememberedProbes = new Map(); // uid -> where a person looked, kept through remounts

class KernelBench {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.kernel = new SettledValue();
    this.grid = new NumberGrid(this.find(".kernel"), { label: "Kernel", onEdit: (kernel) => this.change(kernel) });
    this.canvases = [this.find(".input"), this.find(".output")];
    for (const canvas of this.canvases) {
      followHand(canvas, { where: () => this.probe, move: (place) => this.look(place) });
    }
    this.find(".slide").onclick = () => (this.frame ? this.halt() : this.slide());
    this.find(".save").onclick = () => downloadPng(this.find(".output"), "convolved.png", 3);
  }

  close() {
    this.halt();
    this.kernel.close();
  }

  get side() {
    return Math.sqrt(this.kernel.now.length);
  }

  async update(data, setStateValue) {
    const before = this.data;
    this.data = data;
    this.root.classList.toggle("dark", themeOf(this.root).dark);
    if (this.kernel.take(data, setStateValue)) this.view = null;
    if (data.picture !== before?.picture) {
      this.picture = null;
      const picture = await readPlanes(data.picture, data.colour);
      if (data.picture !== this.data.picture) return;
      this.picture = picture;
      const { width, height } = picture;
      const [x, y] = rememberedProbes.get(data.uid) ?? data.probe;
      this.probe = [Math.floor(x * width), Math.floor(y * height)];
      drawPlanes(this.canvases[0], picture);
    }
    if (this.picture) this.compute();
  }

  // --- what a hand does

  change(kernel) {
    this.view = null;
    this.kernel.set(kernel);
    this.compute();
  }

  /** A kernel of another side: zeros around it, or its middle. */
  resize(side) {
    const [old, shift] = [this.side, (side - this.side) / 2];
    const inside = (i) => i >= 0 && i < old;
    const cells = Array.from({ length: side * side }, (_, i) => {
      const [row, column] = [Math.floor(i / side) - shift, (i % side) - shift];
      return inside(row) && inside(column) ? this.kernel.now[row * old + column] : 0;
    });
    this.change(cells);
  }

  look([column, row]) {
    this.halt();
    this.probe = [column, row];
    const { width, height } = this.picture;
    rememberedProbes.set(this.data.uid, [(column + 0.5) / width, (row + 0.5) / height]);
    this.explain();
  }

  /** The window goes through the rows, and the output appears behind it. */
  slide() {
    const { width, height } = this.picture;
    const begin = performance.now();
    const rowsAtOnce = Math.max(1, Math.ceil(height / 24));
    const step = (now) => {
      const walked = ((now - begin) / 1000) * PIXELS_A_SECOND * rowsAtOnce;
      const line = Math.floor(walked / width) * rowsAtOnce;
      if (line >= height) return this.halt();
      this.probe = [Math.floor(walked % width), Math.min(height - 1, line)];
      this.paint();
      this.veil(line, rowsAtOnce);
      this.explain();
      this.frame = requestAnimationFrame(step);
    };
    this.find(".slide").textContent = "❚❚ Halt";
    this.frame = requestAnimationFrame(step);
  }

  halt() {
    if (!this.frame) return;
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.find(".slide").textContent = "▶ Slide";
    this.paint();
  }

  /** What the window has not reached yet is not there yet. */
  veil(line, rows) {
    const context = this.canvases[1].getContext("2d");
    const { width, height } = this.picture;
    context.fillStyle = themeOf(this.root).background;
    context.fillRect(this.probe[0], line, width, rows);
    context.fillRect(0, line + rows, width, height);
  }

  // --- what is shown

  compute() {
    const { width, height, planes } = this.picture;
    const kernel = this.kernel.now;
    this.result = { width, height, planes: planes.map((x) => convolve(x, width, height, kernel, this.side)) };
    const sum = kernel.reduce((a, b) => a + b, 0);
    this.view ??= Math.abs(sum) < 1e-6 ? "absolute" : "clip";
    this.grid.show(kernel, this.side);
    this.root.style.setProperty("--cell", this.side === 3 ? "2.9rem" : "2rem");
    this.root.style.setProperty("--digits", this.side === 3 ? "0.95rem" : "0.75rem");
    this.find(".sum").textContent = `Σw = ${brief(sum)}`;
    showChoices(this.find(".sides"), { 3: "3 × 3", 5: "5 × 5" }, this.side, (side) => this.resize(Number(side)));
    const named = Object.entries(this.data.presets);
    const current = named.find(([, cells]) => JSON.stringify(cells) === JSON.stringify(kernel))?.[0];
    const names = Object.fromEntries(named.map(([name]) => [name, name]));
    showChoices(this.find(".presets"), names, current, (name) => this.change(this.data.presets[name]));
    this.paint();
    this.explain();
  }

  paint() {
    showChoices(this.find(".views"), VIEWS, this.view, (view) => {
      this.view = view;
      this.paint();
    });
    drawPlanes(this.canvases[1], this.result, SHADES[this.view]);
    const values = this.result.planes.flatMap((plane) => [...plane]);
    const [low, high] = values.reduce(([a, b], y) => [Math.min(a, y), Math.max(b, y)], [Infinity, -Infinity]);
    this.find(".range").textContent = `from ${brief(Math.round(low))} to ${brief(Math.round(high))}`;
  }

  /** The arithmetic of one output pixel, in the first plane. */
  explain() {
    const { width, height, planes } = this.picture;
    const [column, row] = this.probe;
    const [side, kernel] = [this.side, this.kernel.now];
    const half = (side - 1) / 2;
    const patch = kernel.map((_, tap) => {
      const [down, across] = [row + Math.floor(tap / side) - half, column + (tap % side) - half];
      const inside = down >= 0 && down < height && across >= 0 && across < width;
      return inside ? planes[0][down * width + across] : 0;
    });
    const products = patch.map((x, tap) => x * kernel[tap]);
    const total = products.reduce((a, b) => a + b, 0);
    showNumbers(this.find(".patch"), patch, side, { shade: (i) => greyCell(patch[i]) });
    showNumbers(this.find(".products"), products, side);
    this.find(".total").textContent = brief(total);
    this.find(".place").textContent = `at row ${row}, column ${column}`;
    const terms = kernel.map((w, i) => `${w < 0 ? `(${brief(w)})` : brief(w)}·${brief(patch[i])}`);
    this.find(".sentence").textContent = `${terms.filter((_, i) => kernel[i]).join(" + ") || "0"} = ${brief(total)}`;
    placeMarker(this.find(".input + .marker"), this.canvases[0], this.probe, side);
    placeMarker(this.find(".output + .marker"), this.canvases[1], this.probe, 1);
  }
}

export default mounting(".desk", KernelBench);
