// The window's walk over a small grid: which outputs there are, and which input each of them sees.

const STEP_MS = 420;
const DIALS = [
  { name: "n", label: "Input", symbol: "n", min: 3, max: 12 },
  { name: "k", label: "Kernel", symbol: "k", min: 1, max: 5 },
  { name: "p", label: "Padding", symbol: "p", min: 0, max: 4 },
  { name: "s", label: "Stride", symbol: "s", min: 1, max: 4 },
  { name: "d", label: "Dilation", symbol: "d", min: 1, max: 4 },
];

class WindowWalk {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.choice = new SettledValue();
    this.step = 0;
    this.playing = !prefersReducedMotion();
    this.dials = DIALS.map(({ name, ...dial }) =>
      slider(this.find(".dials"), { ...dial, onInput: (value) => this.change({ ...this.choice.now, [name]: value }) }),
    );
    this.find(".play").onclick = () => this.play(!this.playing);
    this.find(".output").onkeydown = (event) => this.press(event);
    this.stopWatching = watchVisibility(root, (visible) => {
      this.visible = visible;
      this.play(this.playing);
    });
  }

  close() {
    clearInterval(this.timer);
    this.stopWatching();
    this.choice.close();
  }

  update(data, setStateValue) {
    this.data = data;
    this.root.classList.toggle("dark", themeOf(this.root).dark);
    if (this.choice.take(data, setStateValue)) this.build();
  }

  change(choice) {
    this.choice.set(choice);
    this.build();
  }

  play(on) {
    this.playing = on;
    clearInterval(this.timer);
    if (on && this.visible) this.timer = setInterval(() => this.go(this.step + 1), STEP_MS);
    this.find(".play").textContent = on ? "❚❚" : "▶";
    this.find(".play").ariaLabel = on ? "Pause" : "Play";
  }

  press(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.size, ArrowDown: this.size }[event.key];
    if (!way) return;
    event.preventDefault();
    this.play(false);
    this.go(this.step + way);
  }

  // --- what is shown

  build() {
    const { n, k, p, s, d } = this.choice.now;
    this.size = outputSize(n, k, p, s, d);
    DIALS.forEach(({ name }, i) => this.dials[i].show(this.choice.now[name]));
    this.fill(this.find(".input"), n + 2 * p, (row, column) =>
      [row, column].every((i) => i >= p && i < n + p) ? "cell" : "cell padding",
    );
    this.fill(this.find(".output"), this.size, () => "cell");
    [...this.find(".output").children].forEach((cell, i) => (cell.onpointerenter = () => this.point(i)));
    this.find(".warning").hidden = this.size > 0;
    this.find(".warning").textContent = `The window reaches over ${d * (k - 1) + 1} cells, and there are ${n + 2 * p}.`;
    const reach = d > 1 ? `(${d}·(${k} − 1) + 1)` : k;
    this.find(".formula").innerHTML =
      `⌊(<b class="n">${n}</b> − <b class="k">${reach}</b> + 2·${p}) / ${s}⌋ + 1 = <b class="o">${this.size}</b>`;
    this.markUnseen();
    this.go(0);
  }

  fill(host, side, classOf) {
    host.style.setProperty("--side", Math.max(1, side));
    host.replaceChildren(
      ...Array.from({ length: side * side }, (_, i) =>
        Object.assign(document.createElement("i"), { className: classOf(Math.floor(i / side), i % side) }),
      ),
    );
  }

  /** The input cells along one side that output number `o` sees, padding counted in. */
  taps(o) {
    const { k, s, d } = this.choice.now;
    return Array.from({ length: k }, (_, tap) => o * s + tap * d);
  }

  /** Cells that no window touches: what a stride leaves over at the end, or skips. */
  markUnseen() {
    const side = this.choice.now.n + 2 * this.choice.now.p;
    const seen = new Set(Array.from({ length: this.size }, (_, o) => this.taps(o)).flat());
    let unseen = 0;
    [...this.find(".input").children].forEach((cell, i) => {
      const missed = !seen.has(Math.floor(i / side)) || !seen.has(i % side);
      if (cell.className === "cell" && missed) unseen += 1;
      cell.classList.toggle("unseen", missed);
    });
    const words = unseen ? `${unseen} input cells are never looked at` : "every input cell is seen";
    this.find(".unseen-count").textContent = words;
  }

  point(i) {
    this.play(false);
    this.go(i);
  }

  go(step) {
    const count = this.size * this.size;
    this.step = count ? (step + count) % count : 0;
    const side = this.choice.now.n + 2 * this.choice.now.p;
    const across = this.size || 1;
    const [rows, columns] = [Math.floor(this.step / across), this.step % across].map((o) => this.taps(o));
    const touched = new Set(count ? rows.flatMap((row) => columns.map((column) => row * side + column)) : []);
    [...this.find(".input").children].forEach((cell, i) => cell.classList.toggle("touched", touched.has(i)));
    [...this.find(".output").children].forEach((cell, i) => {
      cell.classList.toggle("now", i === this.step);
      cell.classList.toggle("done", i < this.step);
    });
  }
}

export default mounting(".desk", WindowWalk);
