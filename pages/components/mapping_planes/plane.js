// One plane: ground, grid, dots, the circle around the pointer and the two walks.

class Plane {
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.window = [-1, 1, -1, 1];
  }

  resize() {
    const side = Math.round(this.canvas.clientWidth * Math.min(devicePixelRatio, 2));
    if (side && this.canvas.width !== side) this.canvas.width = this.canvas.height = side;
    this.unit = this.canvas.width / 340;
  }

  toPixels([x, y]) {
    const [x0, x1, y0, y1] = this.window;
    return [((x - x0) / (x1 - x0)) * this.canvas.width, ((y1 - y) / (y1 - y0)) * this.canvas.height];
  }

  toPlace(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const [x0, x1, y0, y1] = this.window;
    return [x0 + ((event.clientX - left) / width) * (x1 - x0), y1 - ((event.clientY - top) / height) * (y1 - y0)];
  }

  clear() {
    this.pen.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  trace(points) {
    this.pen.beginPath();
    let down = false;
    for (const point of points) {
      if (point) this.pen[down ? "lineTo" : "moveTo"](...this.toPixels(point));
      down = Boolean(point);
    }
  }

  line(points, colour, width, dash = []) {
    this.trace(points);
    Object.assign(this.pen, { strokeStyle: colour, lineWidth: width * this.unit, lineJoin: "round" });
    this.pen.setLineDash(dash.map((part) => part * this.unit));
    this.pen.stroke();
    this.pen.setLineDash([]);
  }

  area(points, colour) {
    this.trace(points);
    this.pen.fillStyle = colour;
    this.pen.fill();
  }

  dots(points, colour, radius) {
    this.pen.beginPath();
    for (const point of points.filter(Boolean)) {
      const [x, y] = this.toPixels(point);
      this.pen.moveTo(x + radius * this.unit, y);
      this.pen.arc(x, y, radius * this.unit, 0, 7);
    }
    this.pen.fillStyle = colour;
    this.pen.fill();
  }

  /** Text at a share of the width and of the height, from the upper left. */
  words(text, [across, down], align, ink) {
    Object.assign(this.pen, { fillStyle: ink, textAlign: align, textBaseline: "alphabetic" });
    this.pen.font = `${12 * this.unit}px sans-serif`;
    this.pen.fillText(text, across * this.canvas.width, down * this.canvas.height);
  }

  end(point, letter, ink, ground) {
    if (!point) return;
    const [x, y] = this.toPixels(point);
    const radius = 7.5 * this.unit;
    this.pen.beginPath();
    this.pen.arc(x, y, radius, 0, 7);
    this.pen.fillStyle = ink;
    this.pen.fill();
    Object.assign(this.pen, { fillStyle: ground, textAlign: "center", textBaseline: "middle" });
    this.pen.font = `bold ${10 * this.unit}px sans-serif`;
    this.pen.fillText(letter, x, y + 0.5 * this.unit);
  }
}
