// Walls of samples: lane by lane a canvas, the judge's histogram, and the picture of one latent enlarged.

const walls = new WeakMap(); // parentElement -> its SampleWalls
const WALL_STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default function ({ data, parentElement }) {
  if (!walls.has(parentElement)) walls.set(parentElement, new SampleWalls(parentElement));
  return walls.get(parentElement).update(data);
}

class SampleWalls {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.player = this.find(".player");
    this.transport = new FilmTransport(this.player, () => this.mark());
    this.runs = 0;
    this.lanes = [];
    this.find(".save-walls").onclick = () => this.save();
    this.find(".everyone").onclick = () => this.isolate(-1);
  }

  update(bytes) {
    const run = ++this.runs;
    takeSheet(this, unpack(bytes), () => walls.has(this.root));
    return () => run === this.runs && this.unmount();
  }

  unmount() {
    this.transport.close();
    this.sheet?.close();
    walls.delete(this.root);
  }

  present() {
    const { header } = this;
    this.state = this.transport.recall(header);
    this.state.cell = Math.min(this.state.cell ?? 0, header.pictures - 1);
    this.state.isolated ??= -1;
    this.player.ariaLabel = header.label;
    this.find(".hint").textContent = header.hint;
    this.find(".caption").hidden = !header.captions.length;
    this.top = tallest(header);
    const shape = JSON.stringify([header.lanes.map(({ title, note }) => [title, note]), header.classes]);
    if (shape !== this.shape) {
      this.lanes = header.lanes.map((_, i) => new WallLane(this, i));
      this.find(".lanes").replaceChildren(...this.lanes.map((lane) => lane.element));
      this.shape = shape;
    }
    this.transport.load(header);
  }

  /** Bring walls, bars and readings in line with the frame, the latent pointed at and the class chosen. */
  mark() {
    if (!this.sheet) return;
    const { index } = this.transport;
    const { captions, count } = this.header;
    const caption = captions[index] ?? "";
    this.find(".caption").textContent = caption;
    this.find(".everyone").hidden = this.state.isolated < 0;
    this.transport.scrub.ariaValueText = `${index + 1} of ${count}${caption && `: ${caption}`}`;
    for (const lane of this.lanes) lane.draw(index);
  }

  point(cell) {
    this.state.cell = Math.max(0, Math.min(cell, this.header.pictures - 1));
    this.mark();
  }

  isolate(label) {
    this.state.isolated = label === this.state.isolated ? -1 : label;
    this.mark();
  }

  save() {
    const { width, height, label } = this.header;
    const [gap, pad] = [12, 4];
    const sheet = document.createElement("canvas");
    const context = sheet.getContext("2d");
    Object.assign(sheet, { width: this.lanes.length * (width + gap) - gap + 2 * pad, height: height + 2 * pad });
    context.fillStyle = "#fff";
    context.fillRect(0, 0, sheet.width, sheet.height);
    this.lanes.forEach((lane, i) => context.drawImage(lane.canvas, pad + i * (width + gap), pad));
    const step = this.header.count > 1 ? `-${this.transport.index + 1}` : "";
    downloadPng(sheet, `${label.toLowerCase().replace(/[^a-z0-9]+/g, "-")}${step}.png`, 3);
  }
}

/** How many pictures of a frame the judge reads as each class. */
function tally(readings, { classes }) {
  const counts = new Array(classes.length).fill(0);
  for (const label of readings) counts[label]++;
  return counts;
}

/** The share that fills a bar: no bar and no mark of any frame is higher, so that bars compare. */
function tallest(header) {
  const { lanes, pictures } = header;
  const counted = lanes.flatMap(({ readings }) => readings.flatMap((frame) => tally(frame, header)));
  return Math.max(0.2, Math.max(...counted) / pictures, ...lanes.flatMap(({ shares }) => shares.flat()));
}
