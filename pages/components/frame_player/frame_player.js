const DOWNLOAD_SIDE = 512; // a downloaded frame is enlarged, pixel for pixel, to about this many pixels
const THUMB_WIDTHS = [40, 88]; // CSS pixels: the strip shows fewer frames rather than smaller ones
const THUMB_GAP = 3;

const players = new WeakMap(); // parentElement -> its FramePlayer

export default function ({ data, parentElement }) {
  if (!players.has(parentElement)) players.set(parentElement, new FramePlayer(parentElement));
  return players.get(parentElement).update(data);
}

class FramePlayer {
  constructor(root) {
    this.root = root;
    for (const name of ["player", "stage", "picture", "caption", "strip", "thumbs", "head", "counter"]) {
      this[name] = root.querySelector(`.${name}`);
    }
    this.transport = new FilmTransport(this.player, () => this.mark());
    this.runs = 0;
    this.reach = 0; // CSS pixels from the strip's first thumbnail to its last
    this.listen();
    this.resizes = new ResizeObserver(() => this.fit());
    this.resizes.observe(this.stage);
  }

  update(bytes) {
    const run = ++this.runs;
    const { header, blob } = unpack(bytes);
    this.transport.recall(header);
    this.load(header, blob);
    return () => run === this.runs && this.unmount();
  }

  unmount() {
    this.transport.close();
    this.resizes.disconnect();
    this.sheet?.close();
    players.delete(this.root);
  }

  /** Decode the sheet unless it is the one on show; of two that overtake each other the later one stays. */
  async load(header, blob) {
    const known = this.header?.digest === header.digest;
    this.header = header;
    this.fit();
    if (!known) {
      const sheet = await createImageBitmap(new Blob([blob], { type: "image/png" }));
      if (this.header.digest !== header.digest || !players.has(this.root)) return sheet.close();
      this.sheet?.close();
      this.sheet = sheet;
      this.restartIfFinished();
    }
    if (this.sheet) this.present();
  }

  /** A film that had played once to its end begins again when another takes its place. */
  restartIfFinished() {
    if (this.transport.state.finished) this.transport.begin(this.header);
  }

  present() {
    const { label, width, height, captions } = this.header;
    for (const canvas of [this.picture, this.head]) Object.assign(canvas, { width, height });
    this.player.ariaLabel = label;
    this.picture.ariaLabel = `${label}. Space plays and pauses, arrow keys step.`;
    this.caption.hidden = !captions;
    this.transport.load(this.header);
    this.fit();
  }

  listen() {
    this.root.querySelector(".save").onclick = () => this.save();
    this.picture.onclick = () => this.transport.toggle();
    this.transport.dragOver(this.strip, (x) => {
      return Math.round(((x - this.cell.width / 2) / this.reach || 0) * (this.header.count - 1));
    });
  }

  /** Bring picture, texts and strip in line with the transport. */
  mark() {
    if (!this.sheet) return;
    const { index } = this.transport;
    const { count, captions } = this.header;
    const text = captions?.[index] ?? "";
    for (const canvas of [this.picture, this.head]) {
      this.drawFrame(canvas.getContext("2d"), index, 0, 0, canvas.width, canvas.height);
    }
    this.counter.textContent = `${String(index + 1).padStart(String(count).length, "\u2007")} / ${count}`;
    this.caption.textContent = text;
    this.transport.scrub.ariaValueText = `Frame ${index + 1} of ${count}${text && `: ${text}`}`;
    this.head.style.transform = `translateX(${count > 1 ? (index / (count - 1)) * this.reach : 0}px)`;
  }

  drawFrame(context, index, x, y, width, height) {
    const { columns, width: w, height: h } = this.header;
    context.imageSmoothingEnabled = width < w;
    context.drawImage(this.sheet, (index % columns) * w, Math.floor(index / columns) * h, w, h, x, y, width, height);
  }

  /** Size the picture for the room there is: whole screen pixels to a picture's pixel as soon as two fit. */
  fit() {
    if (!this.header) return;
    const { width, height, tallest, scale } = this.header;
    const { paddingLeft, paddingRight } = getComputedStyle(this.stage);
    const across = this.stage.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
    const room = Math.min(across / width, tallest / height, scale ?? Infinity);
    const zoom = room < 2 ? room : Math.floor(room * devicePixelRatio) / devicePixelRatio;
    Object.assign(this.picture.style, { width: `${width * zoom}px`, height: `${height * zoom}px` });
    this.picture.classList.toggle("shrunk", zoom < 1);
    if (!this.sheet) return;
    this.drawStrip();
    this.mark();
  }

  drawStrip() {
    const { count, width, height } = this.header;
    const room = this.strip.clientWidth;
    const [narrowest, widest] = THUMB_WIDTHS;
    const cellWidth = Math.max(narrowest, Math.min(widest, room / count - THUMB_GAP));
    const shown = Math.max(1, Math.min(count, Math.floor((room + THUMB_GAP) / (cellWidth + THUMB_GAP))));
    const pitch = shown < count ? (room - cellWidth) / Math.max(1, shown - 1) : cellWidth + THUMB_GAP;
    this.cell = { width: cellWidth, height: (cellWidth * height) / width };
    this.reach = (shown - 1) * pitch;
    Object.assign(this.head.style, { width: `${cellWidth}px`, height: `${this.cell.height}px` });
    Object.assign(this.thumbs.style, { width: `${this.reach + cellWidth}px`, height: `${this.cell.height}px` });
    this.thumbs.width = (this.reach + cellWidth) * devicePixelRatio;
    this.thumbs.height = this.cell.height * devicePixelRatio;
    const context = this.thumbs.getContext("2d");
    context.scale(devicePixelRatio, devicePixelRatio);
    for (let i = 0; i < shown; i++) {
      const index = shown > 1 ? Math.round((i * (count - 1)) / (shown - 1)) : 0;
      this.drawFrame(context, index, i * pitch, 0, cellWidth, this.cell.height);
    }
  }

  save() {
    const { label, width, height } = this.header;
    const name = `${label.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${this.transport.index + 1}.png`;
    downloadPng(this.picture, name, Math.ceil(DOWNLOAD_SIDE / Math.max(width, height)));
  }
}
