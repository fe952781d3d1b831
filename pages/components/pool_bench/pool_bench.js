// The pool bench: max and average pooling of a small matrix that is written in, and of a picture.

const SIDE = 4;
const TINTS = ["#56b4e9", "#e69f00", "#009e73", "#cc79a7"];
const DIALS = [
  { name: "k", label: "Window", symbol: "k", min: 1, max: 4 },
  { name: "s", label: "Stride", symbol: "s", min: 1, max: 4 },
  { name: "m", label: "Picture", symbol: "k = s", min: 1, max: 24 },
];

class PoolBench {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.choice = new SettledValue();
    this.chosen = 0;
    this.grid = new NumberGrid(this.find(".matrix"), {
      label: "Input",
      onEdit: (matrix) => this.change({ ...this.choice.now, matrix }),
    });
    this.dials = DIALS.map(({ name, ...dial }) =>
      slider(this.find(".dials"), { ...dial, onInput: (value) => this.change({ ...this.choice.now, [name]: value }) }),
    );
    for (const host of [this.find(".most"), this.find(".mean")]) {
      host.tabIndex = 0;
      host.onpointerover = ({ target }) => target !== host && this.look([...host.children].indexOf(target));
      host.onkeydown = (event) => this.press(event);
    }
    this.find(".save").onclick = () => downloadPng(this.find(".most-picture"), "max-pooled.png", 4);
  }

  close() {
    this.choice.close();
  }

  async update(data, setStateValue) {
    const before = this.data;
    this.data = data;
    this.root.classList.toggle("dark", themeOf(this.root).dark);
    if (this.choice.take(data, setStateValue)) this.showMatrix();
    if (data.picture !== before?.picture) {
      const picture = await readPlanes(data.picture, data.colour);
      if (data.picture !== this.data.picture) return;
      this.picture = picture;
      drawPlanes(this.find(".original"), picture);
    }
    if (this.picture) this.showPicture();
  }

  change(choice) {
    this.choice.set(choice);
    this.showMatrix();
    if (this.picture) this.showPicture();
  }

  look(i) {
    this.chosen = i;
    this.showMatrix();
  }

  press(event) {
    const { width, most } = this.pooled;
    const way = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width }[event.key];
    if (!way || !(this.chosen + way in most)) return;
    event.preventDefault();
    this.look(this.chosen + way);
  }

  /** The cells of the input that output `i` sees. */
  windowOf(i) {
    const { k, s } = this.choice.now;
    const first = Math.floor(i / this.pooled.width) * s * SIDE + (i % this.pooled.width) * s;
    return Array.from({ length: k * k }, (_, tap) => first + Math.floor(tap / k) * SIDE + (tap % k));
  }

  showMatrix() {
    const { matrix, k, s } = this.choice.now;
    this.pooled = pool(matrix, SIDE, SIDE, k, s);
    const { width, most, mean, places } = this.pooled;
    this.chosen = Math.min(this.chosen, most.length - 1);
    DIALS.forEach(({ name }, i) => this.dials[i].show(this.choice.now[name]));
    const seen = this.windowOf(this.chosen);
    const classOf = (i) => `${seen.includes(i) ? "lit" : ""} ${i === places[this.chosen] ? "largest" : ""}`;
    this.grid.show(matrix, SIDE, classOf);
    const tint = (i) => TINTS[(Math.floor(i / width) % 2) * 2 + ((i % width) % 2)];
    const pale = (i) => `color-mix(in srgb, ${tint(i)} 38%, var(--st-background-color))`;
    const apart = s >= k;
    const owners = new Map(apart ? Array.from(most, (_, i) => this.windowOf(i).map((cell) => [cell, i])).flat() : []);
    [...this.find(".matrix").children].forEach((cell, i) => {
      cell.style.background = owners.has(i) ? pale(owners.get(i)) : "";
    });
    const look = { shade: (i) => [apart ? pale(i) : "", ""], mark: (i) => (i === this.chosen ? "lit" : "") };
    showNumbers(this.find(".most"), most, width, look);
    showNumbers(this.find(".mean"), mean, width, look);
    const values = seen.map((cell) => brief(matrix[cell]));
    this.find(".sentence").textContent =
      `max(${values.join(", ")}) = ${brief(most[this.chosen])} · ` +
      `(${values.join(" + ")}) / ${values.length} = ${brief(mean[this.chosen])}`;
  }

  showPicture() {
    const { width, height, planes } = this.picture;
    const k = Math.min(this.choice.now.m, width, height);
    const pooled = planes.map((x) => pool(x, width, height, k, k));
    const size = { width: pooled[0].width, height: pooled[0].height };
    drawPlanes(this.find(".most-picture"), { ...size, planes: pooled.map(({ most }) => most) });
    drawPlanes(this.find(".mean-picture"), { ...size, planes: pooled.map(({ mean }) => mean) });
    this.find(".size").textContent = `${width} × ${height} → ${size.width} × ${size.height}`;
    const share = (100 * size.width * size.height) / (width * height);
    this.find(".kept").textContent = `${share.toFixed(1)} % of the numbers`;
  }
}

export default mounting(".desk", PoolBench);
