// Small curves over the whole race, with a line where the film stands.

const CHART_PADDING = 3;

class Chart {
  /** `lines` are {name, colour, width}; `range` is [low, high], or nothing to follow the values. */
  constructor(canvas, { range, half } = {}) {
    Object.assign(this, { canvas, range, half });
    this.pen = canvas.getContext("2d");
    this.curves = document.createElement("canvas");
  }

  resize() {
    const scale = Math.min(devicePixelRatio, 2);
    const [width, height] = [this.canvas.clientWidth, this.canvas.clientHeight].map((size) => Math.round(size * scale));
    if (!width || (this.canvas.width === width && this.canvas.height === height)) return false;
    Object.assign(this.canvas, { width, height });
    Object.assign(this.curves, { width, height });
    this.scale = scale;
    return true;
  }

  /** Draws the curves anew: `lines` are {values, colour}, each value at its place in `places`, 0 … end. */
  plot(lines, places, end, theme) {
    const { width, height } = this.curves;
    const pen = this.curves.getContext("2d");
    pen.clearRect(0, 0, width, height);
    const [low, high] = this.range ?? rangeOf(lines);
    const padding = CHART_PADDING * this.scale;
    const y = (value) => padding + ((high - value) / (high - low)) * (height - 2 * padding);
    if (this.half) this.rule(pen, y(0.5), theme);
    else if (low < 0 && high > 0) this.rule(pen, y(0), theme);
    lines.forEach(({ values, colour }) => {
      pen.beginPath();
      for (const [column, from, to] of columnsOf(places, end, width)) {
        let least = Infinity, most = -Infinity;
        for (let i = from; i < to; i++) {
          if (values[i] < least) least = values[i];
          if (values[i] > most) most = values[i];
        }
        if (least > most) continue;
        pen.lineTo(column, y(clamp(most, low, high)));
        if (most > least) pen.lineTo(column, y(clamp(least, low, high)));
      }
      pen.strokeStyle = colour;
      pen.lineWidth = 1.6 * this.scale;
      pen.lineJoin = "round";
      pen.stroke();
    });
  }

  rule(pen, y, theme) {
    pen.beginPath();
    pen.setLineDash([4 * this.scale, 3 * this.scale]);
    pen.moveTo(0, y);
    pen.lineTo(this.curves.width, y);
    pen.strokeStyle = theme.text;
    pen.globalAlpha = 0.55;
    pen.lineWidth = this.scale;
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  /** Shows the curves: bright up to `share` of the width, pale after it. */
  show(share, theme) {
    const { pen, canvas } = this;
    const { width, height } = canvas;
    const x = Math.round(share * width);
    pen.clearRect(0, 0, width, height);
    pen.globalAlpha = 0.25;
    pen.drawImage(this.curves, 0, 0);
    pen.globalAlpha = 1;
    pen.clearRect(0, 0, x, height);
    if (x > 0) pen.drawImage(this.curves, 0, 0, x, height, 0, 0, x, height);
    pen.fillStyle = theme.text;
    if (share < 0.999) pen.fillRect(x - this.scale / 2, 0, this.scale, height);
  }
}

/** [column, from, to): which of the ascending places fall into each pixel column. */
function* columnsOf(places, end, width) {
  let i = 0;
  while (i < places.length) {
    const column = Math.floor((places[i] / end) * (width - 1));
    const from = i;
    while (i < places.length && Math.floor((places[i] / end) * (width - 1)) === column) i++;
    yield [column, from, i];
  }
}

/** What most values lie in, so that one outlier does not flatten the rest. */
function rangeOf(lines) {
  const values = lines.flatMap(({ values }) => values.filter((_, i) => i % Math.ceil(values.length / 400) === 0));
  const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
  if (!sorted.length) return [0, 1];
  const at = (share) => sorted[Math.floor(share * (sorted.length - 1))];
  const [low, high] = [at(0.02), at(0.98)];
  const margin = 0.12 * (high - low) || 0.5;
  return [low - margin, high + margin];
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
