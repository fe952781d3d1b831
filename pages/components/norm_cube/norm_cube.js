// The cube of activations, one slice a sample: which of them share a mean and a variance, before and after.

const LOW = [0, 114, 178], HIGH = [230, 159, 0]; // latent blue for what is below nought, orange for what is above
const PULL_SECONDS = 0.9;
const DEPTH = 0.45; // of a slice, in cells
const EPSILON = 1e-5;
const START_CHANNEL = 3;

class NormCube {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.canvases = [this.find(".before"), this.find(".after")];
    this.chosen = null;
    this.apart = prefersReducedMotion() ? 1 : 0;
    for (const canvas of this.canvases) {
      canvas.tabIndex = 0;
      canvas.onpointermove = canvas.onpointerdown = (event) => this.point(canvas, event);
      canvas.onkeydown = (event) => this.press(event);
    }
    this.find(".apart").oninput = ({ target }) => {
      cancelAnimationFrame(this.frame);
      this.apart = Number(target.value);
      this.draw();
    };
    this.find(".numbers-too").onclick = () => {
      this.silent = !this.silent;
      this.draw();
    };
    this.resizing = new ResizeObserver(() => this.data && this.draw());
    this.resizing.observe(root);
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.resizing.disconnect();
  }

  update(data) {
    const first = !this.data;
    this.data = data;
    this.theme = themeOf(this.root);
    this.root.classList.toggle("dark", this.theme.dark);
    const [, c, l] = data.shape;
    this.chosen = Math.min(this.chosen ?? START_CHANNEL * l + 1, c * l * data.shape[0] - 1);
    if (first && !this.apart) this.pull();
    else this.draw();
  }

  /** The slices come apart once, to show that they were one cube. */
  pull() {
    const begin = performance.now();
    const step = (now) => {
      const t = Math.min(1, Math.max(0, now - begin) / 1000 / PULL_SECONDS);
      this.apart = t * t * (3 - 2 * t);
      this.draw();
      if (t < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  // --- geometry: a slice is C cells wide and L high; cells are `a` pixels

  layout(canvas) {
    const [n, c, l] = this.data.shape;
    const wide = canvas.clientWidth || 600;
    const a = Math.min(34, wide / (n * c + (n - 1) * 0.8 + DEPTH + 0.3));
    const step = [DEPTH + this.apart * (c + 0.8 - DEPTH), -DEPTH * (1 - this.apart)];
    const lift = DEPTH + (n - 1) * DEPTH * (1 - this.apart);
    return { n, c, l, a, height: (l + lift + 0.3) * a, corner: (i) => [i * step[0] * a + 2, (lift + i * step[1]) * a] };
  }

  cellAt(canvas, { clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const { n, c, l, a, corner } = this.layout(canvas);
    for (let sample = 0; sample < n; sample++) {
      const [left, top] = corner(sample);
      const column = Math.floor((clientX - box.left - left) / a), row = Math.floor((clientY - box.top - top) / a);
      if (column >= 0 && column < c && row >= 0 && row < l) return (sample * c + column) * l + row;
    }
    return -1;
  }

  point(canvas, event) {
    const cell = this.cellAt(canvas, event);
    if (cell >= 0) this.choose(cell);
  }

  /** Left and right change the channel, or go on to the next sample; up and down the place. */
  press(event) {
    const [, , l] = this.data.shape;
    const way = { ArrowLeft: -l, ArrowRight: l, ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!way || !(this.chosen + way in this.data.x)) return;
    event.preventDefault();
    this.choose(this.chosen + way);
  }

  choose(cell) {
    if (cell === this.chosen) return;
    this.chosen = cell;
    this.draw();
  }

  // --- what is shown

  draw() {
    const { x, y } = this.data;
    this.find(".apart").value = this.apart;
    this.find(".numbers-too").ariaPressed = String(!this.silent);
    this.paint(this.canvases[0], x, 4);
    this.paint(this.canvases[1], y, 2.5);
    this.tell();
  }

  paint(canvas, values, limit) {
    const layout = this.layout(canvas);
    const ratio = devicePixelRatio || 1;
    canvas.style.height = `${layout.height}px`;
    Object.assign(canvas, { width: canvas.clientWidth * ratio, height: layout.height * ratio });
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    for (let sample = layout.n - 1; sample >= 0; sample--) this.slice(context, sample, values, limit, layout);
  }

  slice(context, sample, values, limit, { c, l, a, corner }) {
    const { members } = this.data;
    const [left, top] = corner(sample);
    const deep = DEPTH * a;
    for (let channel = c - 1; channel >= 0; channel--) {
      for (let place = 0; place < l; place++) {
        const i = (sample * c + channel) * l + place;
        const shares = members[i] === members[this.chosen];
        const colour = this.colour(values[i], limit, shares);
        const [px, py] = [left + channel * a, top + place * a];
        const [right, below, back] = [px + a, py + a, py - deep];
        if (place === 0) face(context, colour, 0.86, [px, py, px + deep, back, right + deep, back, right, py]);
        if (channel === c - 1) {
          face(context, colour, 0.7, [right, py, right + deep, back, right + deep, back + a, right, below]);
        }
        face(context, colour, 1, [px, py, right, py, right, below, px, below]);
        if (!this.silent && a >= 20) this.write(context, values[i], colour, px + a / 2, py + a / 2, shares);
        if (i === this.chosen) outline(context, this.theme.text, px, py, a);
      }
    }
  }

  /** Blue below nought, orange above; what does not share the chosen one's mean fades into the page. */
  colour(value, limit, shares) {
    const share = Math.min(1, Math.abs(value) / limit);
    const paper = rgba(this.theme.background), end = value < 0 ? LOW : HIGH;
    const strength = shares ? 0.15 + 0.85 * share ** 0.7 : 0.22 * share;
    return [0, 1, 2].map((k) => paper[k] + (end[k] - paper[k]) * strength);
  }

  write(context, value, colour, x, y, shares) {
    const light = 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2] < 128;
    context.fillStyle = light ? "#fff" : "#000";
    context.globalAlpha = shares ? 1 : 0.35;
    context.font = `11px ${this.theme.font}`;
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    context.fillText(brief(Number(value.toFixed(1))), x, y);
    context.globalAlpha = 1;
  }

  tell() {
    const { x, y, members, shape: [, c, l] } = this.data;
    const i = this.chosen;
    const set = x.filter((_, j) => members[j] === members[i]);
    const mean = set.reduce((a, b) => a + b, 0) / set.length;
    const variance = set.reduce((a, b) => a + (b - mean) ** 2, 0) / set.length;
    const place = `sample ${Math.floor(i / (c * l)) + 1}, channel ${(Math.floor(i / l) % c) + 1}, place ${(i % l) + 1}`;
    this.find(".where").textContent = `${place} shares its mean with ${set.length - 1} others`;
    const two = (value) => value.toFixed(2).replace("-", "−");
    const minus = mean < 0 ? `(${two(mean)})` : two(mean);
    this.find(".sum").innerHTML =
      `(<b class="real-number">${two(x[i])}</b> − ${minus}) / √(${two(variance)} + ε) = <b class="made-number">` +
      `${two((x[i] - mean) / Math.sqrt(variance + EPSILON))}</b>`;
    this.find(".sum").dataset.y = y[i];
  }
}

function face(context, colour, shade, [x, y, ...rest]) {
  context.fillStyle = `rgb(${colour.map((value) => Math.round(value * shade)).join(" ")})`;
  context.strokeStyle = "rgb(128 128 128 / 35%)";
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, y);
  for (let i = 0; i < rest.length; i += 2) context.lineTo(rest[i], rest[i + 1]);
  context.closePath();
  context.fill();
  context.stroke();
}

function outline(context, colour, x, y, a) {
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.strokeRect(x + 1.5, y + 1.5, a - 3, a - 3);
}

export default mounting(".desk", NormCube);
