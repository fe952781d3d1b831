// A mask over a photo. A stroke is drawn piece by piece as the hand moves; everything is drawn anew only on undo.

const FINE = 900; // the mask's long side on the screen, in canvas pixels
const NEAR = 0.002; // points nearer to each other, as a share of the photo, are the hand's tremble
const WIDEST = 0.3; // of the long side, where the slider ends
const SMALL_STEP = 0.01;
const LARGE_STEP = 0.05;

class MaskBrush {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.sheet = this.find(".sheet");
    this.ink = this.find(".ink");
    this.photo = this.find(".photo");
    this.ring = this.find(".ring");
    this.slider = this.find(".size input");
    this.pen = this.ink.getContext("2d");
    this.strokes = new SettledValue();
    this.forget();
    this.tool = "brush";
    this.listen();
  }

  close() {
    this.strokes.close();
  }

  async update(data, setStateValue) {
    const before = this.data;
    this.data = data;
    const isNew = this.strokes.take(data, setStateValue);
    if (isNew) this.forget();
    const [rows, columns] = data.size;
    this.root.style.setProperty("--tallest", `${data.tallest}px`);
    this.root.style.setProperty("--aspect", columns / rows);
    this.sheet.classList.toggle("small", columns < 200);
    this.sheet.ariaLabel = `${data.label} Arrow keys move the brush, with shift in big steps; space puts it down and
      lifts it; B and E choose brush and eraser, [ and ] their size; control Z takes a stroke back.`;
    this.find(".hint").textContent = data.hint;
    if (!before) this.setWidth(data.width);
    const reshaped = !before || String(before.size) !== String(data.size);
    const scale = FINE / Math.max(rows, columns);
    if (reshaped) Object.assign(this.ink, { width: Math.round(columns * scale), height: Math.round(rows * scale) });
    if (before?.photo !== data.photo) this.photo.src = data.photo;
    if (!before || before.base !== data.base || before.colour !== data.colour) await this.readBase(data);
    if (data !== this.data) return;
    if (isNew || reshaped || before?.base !== data.base) this.redraw();
    else this.showTools();
  }

  /** The mask that the strokes correct, as a canvas in the mask's colour. */
  async readBase(data) {
    const notice = this.find(".notice");
    notice.hidden = true;
    if (!data.base) {
      this.base = null;
      return;
    }
    try {
      const { width, height, values } = await readGreys(data.base);
      if (data !== this.data) return;
      const levels = Array.from({ length: 256 }, (_, alpha) => pixelOf(data.colour, alpha));
      this.base = document.createElement("canvas");
      paintPixels(this.base, width, height, (i) => levels[values[i]]);
    } catch {
      notice.textContent = "The mask did not arrive. Reload the page.";
      notice.hidden = false;
    }
  }

  listen() {
    this.sheet.onpointerdown = (event) => this.begin(event);
    this.sheet.onpointermove = (event) => this.move(event);
    this.sheet.onpointerup = this.sheet.onpointercancel = (event) => event.pointerId === this.pointer && this.lift();
    this.sheet.onpointerleave = () => (this.ring.hidden = document.activeElement !== this.sheet || !this.place);
    this.sheet.onkeydown = (event) => this.press(event);
    this.sheet.onblur = () => {
      this.lift();
      this.ring.hidden = true;
    };
    this.slider.oninput = () => this.setWidth((WIDEST * Number(this.slider.value)) / 100);
    this.find(".undo").onclick = () => this.undo();
    this.find(".redo").onclick = () => this.redo();
    this.find(".clear").onclick = () => this.clear();
    this.find(".shown").onchange = ({ target }) => (this.ink.hidden = !target.checked);
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.onclick = () => this.setTool(button.dataset.tool);
    }
  }

  setTool(tool) {
    this.tool = tool;
    this.showTools();
  }

  setWidth(width) {
    this.width = Math.max(WIDEST / 100, Math.min(WIDEST, width));
    this.slider.value = Math.round((100 * this.width) / WIDEST);
    this.showRing();
  }

  /** Where the pointer is, in shares of the photo. */
  under({ clientX, clientY }) {
    const box = this.sheet.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  }

  begin(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    this.sheet.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.place = this.under(event);
    this.putDown();
    this.showRing(event.pointerType === "touch");
  }

  move(event) {
    const drawing = this.stroke && event.pointerId === this.pointer;
    const events = event.getCoalescedEvents?.() ?? [];
    if (drawing) for (const each of events.length ? events : [event]) this.extend(this.under(each));
    this.place = this.under(event);
    this.showRing(event.pointerType === "touch");
  }

  putDown() {
    if (this.stroke) return;
    this.stroke = { erase: this.tool === "eraser", width: round(this.width), points: this.place.map(round) };
    this.find(".hint").hidden = true;
    this.draw(this.stroke, 0);
  }

  extend([x, y]) {
    const { points } = this.stroke;
    if (Math.hypot(x - points.at(-2), y - points.at(-1)) < NEAR) return;
    points.push(round(x), round(y));
    this.draw(this.stroke, points.length / 2 - 2);
  }

  lift() {
    this.pointer = null;
    if (!this.stroke) return;
    const stroke = this.stroke;
    this.stroke = null;
    this.past.push(this.strokes.now);
    this.undone = [];
    this.strokes.set([...this.strokes.now, stroke]);
    this.showTools();
  }

  /** What was there before, and what was undone, as lists of strokes. */
  forget() {
    this.past = [];
    this.undone = [];
  }

  undo() {
    if (this.stroke || this.isFirst()) return;
    this.undone.push(this.strokes.now);
    this.change(this.past.pop() ?? this.strokes.now.slice(0, -1));
  }

  redo() {
    if (this.stroke || !this.undone.length) return;
    this.past.push(this.strokes.now);
    this.change(this.undone.pop());
  }

  clear() {
    if (this.stroke || !this.strokes.now.length) return;
    this.past.push(this.strokes.now);
    this.change([]);
  }

  change(strokes) {
    this.strokes.set(strokes);
    this.redraw();
  }

  /** Whether there is nothing to take back; strokes of an earlier visit can be, one by one. */
  isFirst() {
    return !this.past.length && !this.strokes.now.length;
  }

  press(event) {
    const key = event.key.toLowerCase();
    const way = { arrowleft: [-1, 0], arrowright: [1, 0], arrowup: [0, -1], arrowdown: [0, 1] }[key];
    if (way) this.step(way, event.shiftKey ? LARGE_STEP : SMALL_STEP);
    else if (key === " ") this.stroke ? this.lift() : this.putDownHere();
    else if ((event.ctrlKey || event.metaKey) && key === "z") event.shiftKey ? this.redo() : this.undo();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (key === "b") this.setTool("brush");
    else if (key === "e") this.setTool("eraser");
    else if (key === "[") this.setWidth(this.width / 1.25);
    else if (key === "]") this.setWidth(this.width * 1.25);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  step([right, down], far) {
    const within = (share) => Math.max(0, Math.min(1, share));
    const [x, y] = this.place ?? [0.5, 0.5];
    this.place = [within(x + right * far), within(y + down * far)];
    if (this.stroke) this.extend(this.place);
    this.showRing();
  }

  putDownHere() {
    this.place ??= [0.5, 0.5];
    this.putDown();
    this.showRing();
  }

  redraw() {
    this.pen.globalCompositeOperation = "source-over";
    this.pen.clearRect(0, 0, this.ink.width, this.ink.height);
    if (this.base) this.pen.drawImage(this.base, 0, 0, this.ink.width, this.ink.height);
    for (const stroke of this.strokes.now) this.draw(stroke, 0);
    this.showTools();
  }

  /** Draws a stroke from one of its points on. */
  draw({ erase, width, points }, from) {
    const { width: columns, height: rows } = this.ink;
    const thick = width * Math.max(columns, rows);
    this.pen.globalCompositeOperation = erase ? "destination-out" : "source-over";
    Object.assign(this.pen, { lineCap: "round", lineJoin: "round", lineWidth: thick });
    this.pen.strokeStyle = this.pen.fillStyle = this.data.colour;
    this.pen.beginPath();
    if (points.length === 2) {
      this.pen.arc(points[0] * columns, points[1] * rows, thick / 2, 0, 2 * Math.PI);
      this.pen.fill();
      return;
    }
    this.pen.moveTo(points[2 * from] * columns, points[2 * from + 1] * rows);
    for (let i = 2 * from; i < points.length; i += 2) this.pen.lineTo(points[i] * columns, points[i + 1] * rows);
    this.pen.stroke();
  }

  showRing(isTouch = false) {
    this.ring.hidden = !this.place || isTouch;
    if (!this.place) return;
    const [rows, columns] = this.data.size;
    const wide = (100 * this.width * Math.max(rows, columns)) / columns;
    const [x, y] = this.place;
    Object.assign(this.ring.style, { left: `${100 * x}%`, top: `${100 * y}%`, width: `${wide}%` });
  }

  showTools() {
    const empty = !this.strokes.now.length;
    for (const button of this.root.querySelectorAll("[data-tool]")) {
      button.ariaPressed = String(button.dataset.tool === this.tool);
    }
    this.find(".undo").disabled = this.isFirst();
    this.find(".clear").disabled = empty;
    this.find(".redo").disabled = !this.undone.length;
    this.find(".hint").hidden = !this.data.hint || !empty || Boolean(this.stroke);
  }
}

/** Four digits are finer than a pixel of any photo's small copy. */
function round(share) {
  return Math.round(1e4 * share) / 1e4;
}

export default mounting(".brush", MaskBrush);
