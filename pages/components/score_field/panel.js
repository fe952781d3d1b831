// One plane: density, arrows, trails and particles of one field.

const REACH = 2.9; // the plane shows −REACH…REACH
const DENSITY_SIDE = 72;
const ARROWS = 21; // a side
const TRAIL = [3, 6, 9, 12]; // how many moves back its corners lie
const MOST_TRAILS = 400;

/** Between two colours [red, green, blue], as CSS. */
function blend(from, to, share, opacity = 1) {
  const part = (i) => Math.round(from[i] + share * (to[i] - from[i]));
  return `rgb(${part(0)} ${part(1)} ${part(2)} / ${opacity})`;
}

/** q(x_t) as a small picture that both planes stretch over their ground. */
class DensityPicture {
  constructor() {
    this.canvas = Object.assign(document.createElement("canvas"), { width: DENSITY_SIDE, height: DENSITY_SIDE });
    this.q = new Float64Array(DENSITY_SIDE ** 2);
  }

  paint(mixture, alphaBar, [red, green, blue], strength) {
    const context = this.canvas.getContext("2d");
    const picture = context.createImageData(DENSITY_SIDE, DENSITY_SIDE);
    mixture.density(DENSITY_SIDE, REACH, alphaBar, this.q);
    const most = this.q.reduce((a, b) => Math.max(a, b), 0);
    for (let i = 0; i < this.q.length; i++) {
      picture.data[4 * i] = red;
      picture.data[4 * i + 1] = green;
      picture.data[4 * i + 2] = blue;
      picture.data[4 * i + 3] = 255 * strength * (this.q[i] / most) ** 0.6;
    }
    context.putImageData(picture, 0, 0);
  }
}

class Panel {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.flocks = [];
    this.grid = new Float32Array(2 * ARROWS ** 2);
    for (let i = 0; i < ARROWS ** 2; i++) {
      this.grid[2 * i] = REACH * ((2 * (i % ARROWS) + 1) / ARROWS - 1);
      this.grid[2 * i + 1] = -REACH * ((2 * Math.floor(i / ARROWS) + 1) / ARROWS - 1);
    }
    this.answers = new Float32Array(this.grid.length);
  }

  get bulk() {
    return this.flocks[0];
  }

  resize() {
    const side = Math.round(this.canvas.clientWidth * Math.min(devicePixelRatio, 2));
    if (side && this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
  }

  ask(alphaBar) {
    this.answeredAt = alphaBar;
    this.field.denoise(this.grid, this.grid.length / 2, alphaBar, this.answers);
  }

  toPixels(x, y) {
    const half = this.canvas.width / 2;
    return [half * (1 + x / REACH), half * (1 - y / REACH)];
  }

  draw({ moment, alphaBar, shown, colours, density, probe, errors, dark }) {
    const { pen, canvas } = this;
    const side = canvas.width;
    const signal = Math.sqrt(alphaBar);
    const ink = (opacity) => blend(colours.noise, colours.generated, signal, opacity);
    pen.clearRect(0, 0, side, side);
    pen.imageSmoothingEnabled = true;
    if (shown.density) pen.drawImage(density.canvas, 0, 0, side, side);
    if (errors) this.drawErrors(errors, colours.error);
    if (!this.field) return;
    if (shown.arrows) this.drawArrows(colours.score, dark);
    if (shown.trails) this.drawTrails(this.bulk, moment, ink(0.22));
    this.drawParticles(this.bulk, moment, ink(0.95));
    for (const flock of this.flocks.slice(1)) this.drawDropped(flock, moment, dark ? "#fff" : "#16202c");
    if (probe) this.drawProbe(probe, alphaBar, colours);
  }

  drawArrows(colour, dark) {
    const { pen, grid, answers, answeredAt } = this;
    const cell = this.canvas.width / ARROWS;
    pen.beginPath();
    for (let i = 0; i < grid.length; i += 2) {
      const sx = scoreOf(grid[i], answers[i], answeredAt), sy = scoreOf(grid[i + 1], answers[i + 1], answeredAt);
      const size = Math.hypot(sx, sy);
      const length = (0.95 * cell * size) / (size + 1.5);
      const [ux, uy] = [sx / (size || 1), -sy / (size || 1)];
      const [x, y] = this.toPixels(grid[i], grid[i + 1]);
      arrow(pen, x - (ux * length) / 2, y - (uy * length) / 2, ux, uy, length, 0.34 * length);
    }
    pen.strokeStyle = blend(colour, colour, 0, dark ? 0.75 : 0.85);
    pen.lineWidth = Math.max(1, this.canvas.width / 420);
    pen.stroke();
  }

  drawTrails(flock, moment, colour) {
    const path = [0, ...TRAIL].map((back) => flock.at(moment - back)).filter(Boolean);
    this.pen.beginPath();
    for (let i = 0; i < 2 * Math.min(flock.n, MOST_TRAILS); i += 2) {
      path.forEach((x, k) => this.pen[k ? "lineTo" : "moveTo"](...this.toPixels(x[i], x[i + 1])));
    }
    this.pen.strokeStyle = colour;
    this.pen.lineWidth = Math.max(1, this.canvas.width / 500);
    this.pen.stroke();
  }

  drawParticles(flock, moment, colour) {
    const x = flock.at(moment);
    if (!x) return;
    const radius = (this.canvas.width / 480) * (flock.n > 900 ? 1.5 : 2.1);
    this.pen.beginPath();
    for (let i = 0; i < x.length; i += 2) {
      const [left, top] = this.toPixels(x[i], x[i + 1]);
      this.pen.moveTo(left + radius, top);
      this.pen.arc(left, top, radius, 0, 7);
    }
    this.pen.fillStyle = colour;
    this.pen.fill();
  }

  /** Particles that a hand dropped, with all of their way. */
  drawDropped(flock, moment, colour) {
    const { pen } = this;
    const way = flock.frames.slice(0, Math.max(0, moment - flock.birth + 1));
    if (!way.length) return;
    pen.beginPath();
    way.forEach((x, k) => pen[k ? "lineTo" : "moveTo"](...this.toPixels(x[0], x[1])));
    Object.assign(pen, { strokeStyle: colour, lineWidth: this.canvas.width / 400, globalAlpha: 0.6 });
    pen.stroke();
    pen.globalAlpha = 1;
    pen.beginPath();
    pen.arc(...this.toPixels(way.at(-1)[0], way.at(-1)[1]), this.canvas.width / 130, 0, 7);
    pen.fillStyle = colour;
    pen.fill();
  }

  /** The score at the pointer as a bold arrow, and x̂₀, where the particle is thought to come from, as a ring. */
  drawProbe([x, y], alphaBar, colours) {
    const { pen } = this;
    const answer = new Float32Array(2);
    this.field.denoise(Float32Array.of(x, y), 1, alphaBar, answer);
    const s = [0, 1].map((axis) => scoreOf([x, y][axis], answer[axis], alphaBar));
    const size = Math.hypot(...s);
    const length = (0.22 * this.canvas.width * size) / (size + 2);
    const thick = this.canvas.width / 150;
    const from = this.toPixels(x, y);
    pen.lineWidth = thick;
    pen.strokeStyle = blend(colours.real, colours.real, 0);
    pen.beginPath();
    pen.arc(...this.toPixels(...answer), 2 * thick, 0, 7);
    pen.stroke();
    pen.strokeStyle = blend(colours.score, colours.score, 0);
    pen.lineCap = "round";
    pen.beginPath();
    if (size > 0) arrow(pen, ...from, s[0] / size, -s[1] / size, length, 4 * thick);
    pen.stroke();
    this.probed = { score: s, x0: [...answer] };
  }

  drawErrors(errors, [red, green, blue]) {
    const small = Object.assign(document.createElement("canvas"), { width: ARROWS, height: ARROWS });
    const context = small.getContext("2d");
    const picture = context.createImageData(ARROWS, ARROWS);
    errors.forEach((error, i) => picture.data.set([red, green, blue, 200 * Math.min(1, error)], 4 * i));
    context.putImageData(picture, 0, 0);
    this.pen.drawImage(small, 0, 0, this.canvas.width, this.canvas.width);
  }
}
