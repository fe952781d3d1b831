const INK_SIDE = 448; // about as many canvas pixels as the pad is wide on a sharp screen
const ERASER_RATIO = 2; // an eraser twice as wide as the pen
const MIN_STEP = 0.012; // points nearer to each other, as a share of the side, are the hand's tremble

const memories = new Map(); // uid -> strokes done and undone: the ink outlives the elements that show it
const pads = new WeakMap(); // parentElement -> its SketchPad

export default function ({ data, parentElement, setStateValue }) {
  if (!pads.has(parentElement)) pads.set(parentElement, new SketchPad(parentElement));
  return pads.get(parentElement).update(data, setStateValue);
}

class SketchPad {
  constructor(root) {
    this.root = root;
    const parts = "pad label ink hint ring seen pixels dot undo redo clear";
    for (const name of parts.split(" ")) this[name] = root.querySelector(`.${name}`);
    this.slider = root.querySelector(".brush input");
    this.toolButtons = [...root.querySelectorAll("[data-tool]")];
    this.pen = this.ink.getContext("2d", { willReadFrequently: true });
    this.paper = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    this.runs = 0;
    this.listen();
  }

  update(data, setStateValue) {
    const run = ++this.runs;
    const reshaped = data.size !== this.size || data.brush !== this.brush;
    Object.assign(this, { uid: data.uid, size: data.size, brush: data.brush, setStateValue });
    if (!memories.has(data.uid)) memories.set(data.uid, { done: [], undone: [], tool: "pen", width: data.brush });
    this.memory = memories.get(data.uid);
    this.label.textContent = data.label;
    this.pad.ariaLabel = data.label;
    this.ink.ariaLabel = `${data.label}. Draw with the pointer; Control Z undoes, Delete clears.`;
    this.pixels.textContent = `${data.size} × ${data.size}`;
    if (reshaped) this.shape();
    if (run === 1 && !data.known && !this.isEmpty()) this.send();
    return () => run === this.runs && this.unmount();
  }

  unmount() {
    cancelAnimationFrame(this.frame);
    pads.delete(this.root);
  }

  shape() {
    const side = this.size * Math.max(4, Math.round(INK_SIDE / this.size));
    for (const canvas of [this.ink, this.paper.canvas]) canvas.width = canvas.height = side;
    Object.assign(this.slider, { min: this.brush / 2, max: this.brush * 3, step: this.brush / 8 });
    this.slider.value = this.memory.width;
    this.setTool(this.memory.tool);
    this.setWidth(Number(this.slider.value));
    this.redraw();
  }

  listen() {
    this.ink.onpointerdown = (event) => this.begin(event);
    this.ink.onpointermove = (event) => this.move(event);
    this.ink.onpointerup = this.ink.onpointercancel = (event) => this.end(event);
    this.ink.onpointerleave = () => (this.ring.hidden = true);
    this.pad.onkeydown = (event) => this.press(event);
    this.undo.onclick = () => this.step("done", "undone");
    this.redo.onclick = () => this.step("undone", "done");
    this.clear.onclick = () => this.wipe();
    this.slider.oninput = () => this.setWidth(Number(this.slider.value));
    for (const button of this.toolButtons) button.onclick = () => this.setTool(button.dataset.tool);
  }

  setTool(tool) {
    this.memory.tool = tool;
    for (const button of this.toolButtons) button.ariaPressed = String(button.dataset.tool === tool);
  }

  setWidth(width) {
    this.memory.width = width;
    this.dot.style.width = `${(100 * width) / Number(this.slider.max)}%`;
  }

  /** Width of the stroke as a share of the pad's side. */
  strokeWidth() {
    return (this.memory.width * (this.memory.tool === "eraser" ? ERASER_RATIO : 1)) / this.size;
  }

  begin(event) {
    if (event.button !== 0 || this.stroke) return;
    this.ink.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.stroke = { tool: this.memory.tool, width: this.strokeWidth(), points: [this.place(event)] };
    this.hint.hidden = true;
    this.drawSoon();
  }

  move(event) {
    this.showRing(event);
    if (!this.stroke || event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.extend(this.place(each));
    this.drawSoon();
  }

  end(event) {
    if (!this.stroke || event.pointerId !== this.pointer) return;
    const stroke = this.stroke;
    this.stroke = null;
    this.record(stroke);
  }

  extend([x, y]) {
    const [lastX, lastY] = this.stroke.points.at(-1);
    if (Math.hypot(x - lastX, y - lastY) >= MIN_STEP) this.stroke.points.push([x, y]);
  }

  /** Position of the pointer on the pad, each coordinate in 0 … 1. */
  place(event) {
    const box = this.ink.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  showRing(event) {
    const [x, y] = this.place(event);
    this.ring.hidden = event.pointerType === "touch";
    Object.assign(this.ring.style, { left: `${100 * x}%`, top: `${100 * y}%`, width: `${100 * this.strokeWidth()}%` });
  }

  press(event) {
    const key = event.key.toLowerCase();
    const command = event.ctrlKey || event.metaKey;
    if (command && key === "z") event.shiftKey ? this.step("undone", "done") : this.step("done", "undone");
    else if (command && key === "y") this.step("undone", "done");
    else if (key === "delete" || key === "backspace") this.wipe();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  record(stroke) {
    this.memory.done.push(stroke);
    this.memory.undone.length = 0;
    this.redraw();
    this.send();
  }

  step(from, to) {
    if (!this.memory[from].length || this.stroke) return;
    this.memory[to].push(this.memory[from].pop());
    this.redraw();
    this.send();
  }

  wipe() {
    if (!this.stroke && !this.isEmpty()) this.record({ tool: "clear" });
  }

  redraw() {
    const { done, undone } = this.memory;
    const cleared = done.findLastIndex((stroke) => stroke.tool === "clear");
    blacken(this.paper);
    for (const stroke of done.slice(cleared + 1)) drawStroke(this.paper, stroke);
    this.draw();
    this.hint.hidden = !this.isEmpty();
    this.undo.disabled = !done.length;
    this.redo.disabled = !undone.length;
    this.clear.disabled = this.isEmpty();
  }

  drawSoon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.pen.drawImage(this.paper.canvas, 0, 0);
    if (this.stroke) drawStroke(this.pen, this.stroke);
    this.grey = areaAverage(this.pen, this.size);
    drawGrey(this.seen, this.grey, this.size);
  }

  isEmpty() {
    return this.grey.every((value) => value === 0);
  }

  send() {
    this.setStateValue("pixels", this.isEmpty() ? null : btoa(String.fromCharCode(...this.grey)));
  }
}

function blacken(context) {
  context.fillStyle = "#000";
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
}

/** Draw a round, smooth stroke: quadratic curves through the midpoints, the points themselves as control points. */
function drawStroke(context, { tool, width, points }) {
  const side = context.canvas.width;
  const at = (point) => [point[0] * side, point[1] * side];
  const middle = (a, b) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  Object.assign(context, { lineCap: "round", lineJoin: "round", lineWidth: width * side });
  context.strokeStyle = tool === "pen" ? "#fff" : "#000";
  context.beginPath();
  context.moveTo(...at(points[0]));
  for (let i = 1; i < points.length; i++) {
    context.quadraticCurveTo(...at(points[i - 1]), ...at(middle(points[i - 1], points[i])));
  }
  context.lineTo(...at(points.at(-1)));
  context.stroke();
}

/** Mean grey of each of the size × size equal squares of a square canvas, row by row, 0 … 255. */
function areaAverage(context, size) {
  const side = context.canvas.width;
  const block = side / size;
  const { data } = context.getImageData(0, 0, side, side);
  const sums = new Float32Array(size * size);
  for (let y = 0; y < side; y++) {
    const row = Math.floor(y / block) * size;
    for (let x = 0; x < side; x++) sums[row + Math.floor(x / block)] += data[4 * (y * side + x)];
  }
  return Uint8Array.from(sums, (sum) => Math.round(sum / (block * block)));
}
