// A small chart over t, which falls from left to right as the film plays.

const CHART_EDGES = { left: 34, right: 10, top: 8, bottom: 18 };

/** Lines over the visited times, faint ahead of the frame on show and full behind it, with a dot on it. */
class Chart {
  constructor(plot) {
    this.canvas = plot.querySelector("canvas");
    this.plot = plot;
  }

  /** `lines`: {values, colours}, one of each a frame, null where unknown; `ticks`: the heights that are named. */
  show({ t, lines, low, high, ticks }, theme) {
    const unknown = lines.every(({ values }) => values.every((value) => value === null));
    Object.assign(this, { t, lines, low, high, ticks: unknown ? [] : ticks, unknown, theme });
    this.reach = Math.max(1, t[0]);
    this.fit();
  }

  fit() {
    const { clientWidth: width, clientHeight: height } = this.plot;
    Object.assign(this.canvas, { width: width * devicePixelRatio, height: height * devicePixelRatio });
    const { left, right, top, bottom } = CHART_EDGES;
    this.area = { left, top, width: width - left - right, height: height - top - bottom };
  }

  x(frame) {
    return this.area.left + (1 - this.t[frame] / this.reach) * this.area.width;
  }

  y(value) {
    const share = (value - this.low) / (this.high - this.low);
    return this.area.top + (1 - Math.max(0, Math.min(share, 1))) * this.area.height;
  }

  /** The frame whose time is nearest to x CSS pixels from the left edge. */
  frameAt(x) {
    const distance = this.t.map((_, frame) => Math.abs(this.x(frame) - x));
    return distance.indexOf(Math.min(...distance));
  }

  draw(frame) {
    const context = this.canvas.getContext("2d");
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.drawAxes(context);
    if (this.unknown) return this.drawText(context, "known once the run has ended");
    context.globalAlpha = 0.3;
    for (const line of this.lines) this.drawLine(context, line, this.t.length - 1);
    context.globalAlpha = 1;
    this.drawHair(context, Math.round(this.x(frame)) + 0.5);
    for (const line of this.lines) this.drawLine(context, line, frame);
    for (const line of this.lines) this.drawDot(context, line, frame);
  }

  drawAxes(context) {
    const { left, top, width, height } = this.area;
    Object.assign(context, { strokeStyle: this.theme.border, fillStyle: this.theme.faint, lineWidth: 1 });
    Object.assign(context, { font: `${this.theme.small}px ${this.theme.font}`, textAlign: "right", textBaseline: "middle" });
    for (const tick of this.ticks) {
      const y = Math.round(this.y(tick)) + 0.5;
      context.beginPath();
      context.moveTo(left, y);
      context.lineTo(left + width, y);
      context.stroke();
      context.fillText(String(tick).replace("-", "−"), left - 6, y);
    }
    const below = top + height + CHART_EDGES.bottom / 2 + 2;
    context.fillText("0", left + width, below);
    context.textAlign = "left";
    context.fillText(`t = ${this.t[0]}`, left, below);
  }

  drawText(context, text) {
    const { left, top, width, height } = this.area;
    Object.assign(context, { textAlign: "center", textBaseline: "middle" });
    context.fillText(text, left + width / 2, top + height / 2, width);
  }

  drawHair(context, x) {
    Object.assign(context, { strokeStyle: this.theme.faint, lineWidth: 1 });
    context.beginPath();
    context.moveTo(x, this.area.top);
    context.lineTo(x, this.area.top + this.area.height);
    context.stroke();
  }

  drawLine(context, { values, colours }, last) {
    const { left, width } = this.area;
    const stroke = context.createLinearGradient(left, 0, left + width, 0);
    this.t.forEach((t, frame) => stroke.addColorStop(1 - t / this.reach, colours[frame]));
    Object.assign(context, { strokeStyle: stroke, lineWidth: 2.5, lineJoin: "round", lineCap: "round" });
    context.beginPath();
    for (let frame = 0; frame <= last; frame++) {
      if (values[frame] !== null) context.lineTo(this.x(frame), this.y(values[frame]));
    }
    context.stroke();
  }

  drawDot(context, { values, colours }, frame) {
    if (values[frame] === null) return;
    Object.assign(context, { fillStyle: colours[frame], strokeStyle: this.theme.background, lineWidth: 2 });
    context.beginPath();
    context.arc(this.x(frame), this.y(values[frame]), 6, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }
}
