// The up-sampling bench: a small matrix made large in four ways, and a picture that was pooled first.

const SIDE = 2;
const STAMPED = 6; // values in a row whose stamps are counted
// Where the lecture's 2×2 maxima were taken from, within their windows: row, column.
const TAKEN_FROM = [[0, 1], [0, 0], [1, 0], [0, 0]];
const WAYS = { nearest: "Nearest", bilinear: "Bilinear", unpool: "Max unpooling", transposed: "Transposed" };

/** Kernels of k × k for a stride of s: the second falls off in straight lines, as bilinear interpolation does. */
const KERNELS = {
  ones: (k) => new Array(k * k).fill(1),
  tent: (k, s) => {
    const side = Array.from({ length: k }, (_, i) => Math.max(0, 1 - Math.abs(i - (k - 1) / 2) / s));
    return side.flatMap((down) => side.map((across) => Number((down * across).toFixed(4))));
  },
};

class UpsampleBench {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.choice = new SettledValue();
    const change = (part) => this.change({ ...this.choice.now, ...part });
    const numbers = (name, label, onEdit, step) => new NumberGrid(this.find(name), { label, onEdit, step });
    this.matrix = numbers(".matrix", "Input", (matrix) => change({ matrix }));
    this.kernel = numbers(".kernel", "Kernel", (kernel) => change({ kernel }), 0.25);
    const dial = (label, symbol, min, max, onInput) =>
      slider(this.find(".dials"), { label, symbol, min, max, onInput });
    this.stride = dial("Factor, stride", "s", 2, 4, (s) => change({ s }));
    this.side = dial("Kernel", "k", 2, 5, (k) => change({ kernel: KERNELS.ones(k) }));
    for (const way of Object.keys(WAYS)) this.find(".ways").append(this.lane(way, "numbers"));
    for (const way of Object.keys(WAYS)) this.find(".pictures").append(this.lane(way, "canvas"));
    this.find(".matrix").onpointerover = ({ target }) => this.light([...this.matrix.host.children].indexOf(target));
    this.find(".matrix").onfocusin = ({ target }) => this.light([...this.matrix.host.children].indexOf(target));
    this.find(".save").onclick = () => downloadPng(this.find("canvas.transposed"), "transposed.png", 6);
  }

  close() {
    this.choice.close();
  }

  lane(way, kind) {
    const figure = Object.assign(document.createElement("figure"), { className: "made" });
    const canvas = `<div class="sheet"><canvas class="${way}"></canvas></div>`;
    const inside = kind === "canvas" ? canvas : `<div class="${way}"></div>`;
    figure.innerHTML = `<figcaption><b>${WAYS[way]}</b><span class="fact"></span></figcaption>${inside}`;
    figure.querySelector(`.${way}`).dataset.testid = `up-${way}${kind === "canvas" ? "-picture" : ""}`;
    return figure;
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
    }
    if (this.picture) this.showPicture();
  }

  change(choice) {
    this.choice.set(choice);
    this.showMatrix();
    if (this.picture) this.showPicture();
  }

  light(i) {
    if (i < 0 || i === this.lit) return;
    this.lit = i;
    this.showMatrix();
  }

  get k() {
    return Math.sqrt(this.choice.now.kernel.length);
  }

  showMatrix() {
    const { matrix, kernel, s } = this.choice.now;
    const [k, wide] = [this.k, SIDE * s];
    this.stride.show(s);
    this.side.show(k);
    this.matrix.show(matrix, SIDE, (i) => (i === this.lit ? "lit" : ""));
    this.kernel.show(kernel, k);
    const named = Object.keys(KERNELS).find((name) => String(KERNELS[name](k, s)) === String(kernel));
    showChoices(this.find(".kernels"), { ones: "ones", tent: "tent" }, named, (name) =>
      this.change({ ...this.choice.now, kernel: KERNELS[name](k, s) }),
    );
    const places = TAKEN_FROM.map(
      ([row, column], i) => (Math.floor(i / SIDE) * s + row) * wide + (i % SIDE) * s + column,
    );
    const results = {
      nearest: [nearest(matrix, SIDE, SIDE, s), wide],
      bilinear: [bilinear(matrix, SIDE, SIDE, s), wide],
      unpool: [unpool(matrix, places, wide * wide), wide],
    };
    const stamped = transposed(matrix, SIDE, SIDE, kernel, k, s);
    results.transposed = [stamped.values, stamped.width];
    for (const [way, [values, columns]] of Object.entries(results)) {
      const host = this.find(`.ways .${way}`);
      const most = Math.max(1e-9, ...values.map(Math.abs));
      const shade = (i) => roleCell((60 * Math.abs(values[i])) / most);
      showNumbers(host, values, columns, { shade, mark: (i) => (this.reached(way, i, columns) ? "lit" : "") });
      host.closest("figure").querySelector(".fact").textContent = `${columns} × ${columns}`;
    }
    this.showStamps(s, k);
  }

  /** Whether output `i` depends on the input cell under the pointer. */
  reached(way, i, columns) {
    if (this.lit === undefined || way === "bilinear" || way === "unpool") return false;
    const { s } = this.choice.now;
    const span = way === "nearest" ? s : this.k;
    const inside = (o, cell) => o >= cell * s && o < cell * s + span;
    return inside(Math.floor(i / columns), Math.floor(this.lit / SIDE)) && inside(i % columns, this.lit % SIDE);
  }

  /** How many stamps meet along one side. */
  showStamps(s, k) {
    const meet = new Array((STAMPED - 1) * s + k).fill(0);
    for (let start = 0; start < STAMPED * s; start += s) for (let i = 0; i < k; i++) meet[start + i] += 1;
    const most = Math.max(...meet);
    const shade = (i) => roleCell((75 * meet[i]) / most);
    showNumbers(this.find(".stamps"), meet, meet.length, { shade });
    const even = k % s === 0;
    this.find(".verdict").textContent = even
      ? `${s} divides ${k}: equally many stamps everywhere inside`
      : `${s} does not divide ${k}: a checkerboard`;
    this.find(".verdict").classList.toggle("uneven", !even);
  }

  showPicture() {
    const { width, height, planes } = this.picture;
    const { s, kernel } = this.choice.now;
    const pooled = planes.map((x) => pool(x, width, height, s, s));
    const size = { width: pooled[0].width, height: pooled[0].height };
    const large = { width: s * size.width, height: s * size.height };
    const sum = kernel.reduce((a, b) => a + b, 0);
    const fair = kernel.map((w) => (Math.abs(sum) < 1e-6 ? w : (w * s * s) / sum));
    const stamped = pooled.map(({ most }) => transposed(most, size.width, size.height, fair, this.k, s));
    const each = (make) => pooled.map(({ most }) => make(most, size.width, size.height, s));
    drawPlanes(this.find(".small"), { ...size, planes: pooled.map(({ most }) => most) });
    drawPlanes(this.find("canvas.nearest"), { ...large, planes: each(nearest) });
    drawPlanes(this.find("canvas.bilinear"), { ...large, planes: each(bilinear) });
    drawPlanes(this.find("canvas.unpool"), {
      width, height, planes: pooled.map(({ most, places }) => unpool(most, places, width * height)),
    });
    const { width: wide, height: tall } = stamped[0];
    const values = stamped.map((map) => map.values);
    drawPlanes(this.find("canvas.transposed"), { width: wide, height: tall, planes: values });
    this.find(".small-size").textContent = `${size.width} × ${size.height}`;
  }
}

/** The role's colour, so many per cent strong, as a cell's colours. */
function roleCell(percent) {
  return [`color-mix(in srgb, var(--role) ${percent}%, var(--st-background-color))`, ""];
}

export default mounting(".desk", UpsampleBench);
