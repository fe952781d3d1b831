// One plane: what the discriminator believes, the real points, the generated ones, and where they are pushed.

const CELLS = 48; // the landscape's side
const STRONGEST = 0.42; // opacity of the landscape where the discriminator is sure
const ARROWS = 48; // of the 96 in a record: more would hide the points

/** The colours of D(x) = 0 … 1, rgba: generated where it sees a fake, nothing at ½, real where it sees the truth. */
function beliefColours(colours) {
  const table = new Uint8ClampedArray(4 * 256);
  for (let value = 0; value < 256; value++) {
    const belief = (value - 127.5) / 127.5;
    const [red, green, blue] = belief > 0 ? colours.real : colours.generated;
    table.set([red, green, blue, 255 * STRONGEST * Math.abs(belief)], 4 * value);
  }
  return table;
}

class Plane {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.heat = Object.assign(document.createElement("canvas"), { width: CELLS, height: CELLS });
    this.cells = this.heat.getContext("2d").createImageData(CELLS, CELLS);
    this.real = document.createElement("canvas");
  }

  resize() {
    const width = Math.round(this.canvas.clientWidth * Math.min(devicePixelRatio, 2));
    if (!width || this.canvas.width === width) return;
    this.canvas.width = this.canvas.height = width;
    this.realKey = undefined;
  }

  toPixels(x, y, [x0, x1, y0, y1]) {
    const { width } = this.canvas;
    return [((x - x0) / (x1 - x0)) * width, ((y1 - y) / (y1 - y0)) * width];
  }

  /** Draws a lane's `view`; `held[m]` says whether it makes mode m. */
  draw(view, held, { toy, colours, table, shown, theme }) {
    const { pen, canvas } = this;
    const window_ = view.record.window;
    pen.fillStyle = theme.background;
    pen.fillRect(0, 0, canvas.width, canvas.width);
    if (shown.landscape) this.drawLandscape(view.landscape, table);
    if (shown.real) this.drawReal(toy, colours, window_);
    if (shown.modes) this.drawModes(toy, held, colours, window_);
    if (shown.arrows && !view.stopped) this.drawArrows(view.arrows, colours, window_, theme);
    if (shown.generated) this.drawGenerated(view.fakes, colours, window_, theme);
  }

  drawLandscape(landscape, table) {
    const { data } = this.cells;
    for (let i = 0; i < landscape.length; i++) {
      const from = 4 * Math.round(landscape[i]);
      for (let part = 0; part < 4; part++) data[4 * i + part] = table[from + part];
    }
    this.heat.getContext("2d").putImageData(this.cells, 0, 0);
    this.pen.imageSmoothingQuality = "high";
    this.pen.drawImage(this.heat, 0, 0, this.canvas.width, this.canvas.width);
  }

  /** The real points never move, so they are drawn once for each size. */
  drawReal(toy, colours, window_) {
    const { width } = this.canvas;
    const key = [toy.name, width, ...window_].join();
    if (this.realKey !== key) {
      this.realKey = key;
      this.real.width = this.real.height = width;
      const pen = this.real.getContext("2d");
      pen.fillStyle = css(colours.real, 0.75);
      pen.beginPath();
      for (let i = 0; i < toy.real.length; i += 2) {
        dot(pen, this.toPixels(toy.real[i], toy.real[i + 1], window_), width / 150);
      }
      pen.fill();
    }
    this.pen.drawImage(this.real, 0, 0);
  }

  /** A ring around each mode: whole and green where the generator makes it, vermilion and broken where it does not. */
  drawModes({ centres, modes, few }, held, colours, window_) {
    const { pen, canvas } = this;
    const size = canvas.width / (few ? 24 : 90);
    for (const good of [true, false]) {
      pen.beginPath();
      for (let k = 0; k < modes.length; k++) {
        if (Boolean(held[modes[k]]) !== good) continue;
        dot(pen, this.toPixels(centres[2 * k], centres[2 * k + 1], window_), size);
      }
      pen.strokeStyle = css(good ? colours.real : colours.error, 0.95);
      pen.lineWidth = canvas.width / (good ? 190 : 130);
      pen.setLineDash(good || !few ? [] : [size / 2, size / 3]);
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  drawGenerated(fakes, colours, window_, theme) {
    const { pen, canvas } = this;
    pen.beginPath();
    for (let i = 0; i < fakes.length; i += 2) {
      if (Number.isNaN(fakes[i])) continue;
      dot(pen, this.toPixels(fakes[i], fakes[i + 1], window_), Math.max(1.7, canvas.width / 130));
    }
    pen.lineWidth = canvas.width / 260;
    pen.strokeStyle = theme.dark ? "#2b1d00" : "#6b4700";
    pen.stroke();
    pen.fillStyle = css(colours.generated, 1);
    pen.fill();
  }

  /** −∂L_G/∂x at some of the generated points: the longer, the harder they are pushed. */
  drawArrows(arrows, colours, window_, theme) {
    const { pen, canvas } = this;
    pen.beginPath();
    for (let i = 0; i < 4 * ARROWS; i += 4) {
      const [x, y, u, v] = arrows.subarray(i, i + 4);
      const force = Math.hypot(u, v);
      if (!(force > 0)) continue;
      const length = canvas.width * pushLength(force);
      arrow(pen, ...this.toPixels(x, y, window_), u / force, -v / force, length, Math.min(length / 2.2, 9));
    }
    pen.lineCap = pen.lineJoin = "round";
    for (const [style, width] of [[theme.background, 110], [css(colours.score, 1), 190]]) {
      pen.strokeStyle = style;
      pen.lineWidth = canvas.width / width;
      pen.stroke();
    }
  }
}

/** The length of an arrow, as a share of the plane, that stands for a force: at most a sixth. */
function pushLength(force) {
  return (0.17 * force) / (force + 1);
}

function dot(pen, [x, y], radius) {
  pen.moveTo(x + radius, y);
  pen.arc(x, y, radius, 0, 2 * Math.PI);
}

function css([red, green, blue], opacity) {
  return `rgba(${red},${green},${blue},${opacity})`;
}

/** Which modes the points make, as engine/gans/coverage.py counts them, on the points on show: held[m]. */
function heldModes(fakes, { centres, modes, reach, least }) {
  const counts = new Float32Array(least.length);
  for (let i = 0; i < fakes.length; i += 2) {
    let nearest = -1, squares = Infinity;
    for (let k = 0; k < modes.length; k++) {
      const square = (fakes[i] - centres[2 * k]) ** 2 + (fakes[i + 1] - centres[2 * k + 1]) ** 2;
      if (square < squares) [nearest, squares] = [k, square];
    }
    if (squares <= reach * reach) counts[modes[nearest]] += 2 / fakes.length;
  }
  return least.map((share, mode) => counts[mode] >= share);
}
