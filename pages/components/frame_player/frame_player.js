const DOWNLOAD_SIDE = 512; // a downloaded frame is enlarged, pixel for pixel, to about this many pixels
const THUMB_WIDTHS = [40, 88]; // CSS pixels: the strip shows fewer frames rather than smaller ones
const THUMB_GAP = 3;

const memories = new Map(); // uid -> where the film stands and how it plays, kept through remounts
const players = new WeakMap(); // parentElement -> its FramePlayer

export default function ({ data, parentElement }) {
  if (!players.has(parentElement)) players.set(parentElement, new FramePlayer(parentElement));
  return players.get(parentElement).update(data);
}

class FramePlayer {
  constructor(root) {
    this.root = root;
    for (const name of ["player", "stage", "picture", "caption", "scrub", "strip", "thumbs", "head", "play", "counter"]) {
      this[name] = root.querySelector(`.${name}`);
    }
    this.speeds = [...root.querySelectorAll("[data-speed]")];
    this.endings = [...root.querySelectorAll("[data-ending]")];
    this.runs = 0;
    this.listen();
    this.resizes = new ResizeObserver(() => this.fit());
    this.resizes.observe(this.stage);
    this.unwatch = watchVisibility(this.player, (visible) => {
      this.visible = visible;
      this.roll();
    });
  }

  update(bytes) {
    const run = ++this.runs;
    const { header, blob } = unpack(bytes);
    this.recall(header);
    this.load(header, blob);
    return () => run === this.runs && this.unmount();
  }

  unmount() {
    cancelAnimationFrame(this.frame);
    this.resizes.disconnect();
    this.unwatch();
    this.sheet?.close();
    players.delete(this.root);
  }

  recall({ uid, autoplay, ending }) {
    if (!memories.has(uid)) {
      memories.set(uid, { index: 0, direction: 1, speed: 1, playing: autoplay && !prefersReducedMotion() });
    }
    this.state = memories.get(uid);
    if (this.state.asked !== ending) this.state.ending = this.state.asked = ending;
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
    if (!this.state.finished) return;
    Object.assign(this.state, { index: 0, playing: this.header.autoplay && !prefersReducedMotion(), finished: false });
  }

  present() {
    const { label, count, width, height, captions } = this.header;
    this.state.index = Math.min(this.state.index, count - 1);
    for (const canvas of [this.picture, this.head]) Object.assign(canvas, { width, height });
    this.player.ariaLabel = label;
    this.picture.ariaLabel = `${label}. Space plays and pauses, arrow keys step.`;
    this.scrub.max = count - 1;
    this.caption.hidden = !captions;
    this.player.classList.toggle("still", count === 1);
    this.fit();
    this.mark();
    this.roll();
  }

  listen() {
    const on = (name, action) => (this.root.querySelector(`.${name}`).onclick = action);
    on("play", () => this.toggle());
    on("back", () => this.seek(this.state.index - 1));
    on("forward", () => this.seek(this.state.index + 1));
    on("save", () => this.save());
    on("picture", () => this.toggle());
    this.scrub.oninput = () => this.seek(Number(this.scrub.value));
    for (const button of this.speeds) button.onclick = () => this.set({ speed: Number(button.dataset.speed) });
    for (const button of this.endings) button.onclick = () => this.set({ ending: button.dataset.ending, direction: 1 });
    this.player.onkeydown = (event) => this.press(event);
    this.strip.onpointerdown = (event) => {
      this.strip.setPointerCapture(event.pointerId);
      this.seekTo(event);
    };
    this.strip.onpointermove = (event) => event.buttons && this.seekTo(event);
  }

  press(event) {
    const onButton = event.target.localName === "button";
    const last = this.header.count - 1;
    const steps = { ArrowLeft: this.state.index - 1, ArrowRight: this.state.index + 1, Home: 0, End: last };
    if (event.key === " " && !onButton) this.toggle();
    else if (event.key in steps) this.seek(steps[event.key]);
    else return;
    event.preventDefault();
  }

  set(change) {
    Object.assign(this.state, change);
    this.mark();
    this.roll();
  }

  toggle() {
    const atEnd = this.state.ending === "once" && this.state.index === this.header.count - 1;
    if (atEnd && !this.state.playing) this.state.index = 0;
    this.set({ playing: !this.state.playing, finished: false });
  }

  /** Show one frame and rest on it. */
  seek(index) {
    const within = Math.max(0, Math.min(index, this.header.count - 1));
    this.set({ index: within, playing: false, finished: false });
  }

  seekTo(event) {
    const x = event.clientX - this.strip.getBoundingClientRect().left - this.cell.width / 2;
    this.seek(Math.round((x / this.reach || 0) * (this.header.count - 1)));
  }

  /** Start or stop the clock: it runs only while the film plays and is seen. */
  roll() {
    cancelAnimationFrame(this.frame);
    if (!this.sheet || !this.state.playing || !this.visible || this.header.count === 1) return;
    this.phase = 0;
    this.clock = performance.now();
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    const rate = this.header.fps * this.state.speed;
    this.phase += (rate * Math.max(0, Math.min(now - this.clock, 250))) / 1000;
    this.clock = now;
    if (this.phase >= 1) {
      for (; this.phase >= 1 && this.state.playing; this.phase--) this.advance(rate);
      this.mark();
    }
    if (this.state.playing) this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  advance(rate) {
    const last = this.header.count - 1;
    const { index, direction, ending } = this.state;
    if (ending === "once" && index === last) Object.assign(this.state, { playing: false, finished: true });
    else if (ending === "bounce") {
      this.state.direction = index === last ? -1 : index === 0 ? 1 : direction;
      this.state.index += this.state.direction;
    } else this.state.index = (index + 1) % (last + 1);
    const resting = this.state.index === last || (ending === "bounce" && this.state.index === 0);
    if (resting) this.phase -= this.header.hold * rate;
  }

  /** Bring picture, texts, slider, strip and buttons in line with the state. */
  mark() {
    if (!this.sheet) return;
    const { index, playing, speed, ending } = this.state;
    const { count, captions } = this.header;
    const text = captions?.[index] ?? "";
    for (const canvas of [this.picture, this.head]) {
      this.drawFrame(canvas.getContext("2d"), index, 0, 0, canvas.width, canvas.height);
    }
    this.counter.textContent = `${String(index + 1).padStart(String(count).length, "\u2007")} / ${count}`;
    this.caption.textContent = text;
    this.scrub.value = index;
    this.scrub.ariaValueText = `Frame ${index + 1} of ${count}${text && `: ${text}`}`;
    this.head.style.transform = `translateX(${count > 1 ? (index / (count - 1)) * this.reach : 0}px)`;
    this.play.ariaLabel = playing ? "Pause" : "Play";
    this.play.title = `${this.play.ariaLabel} (space)`;
    this.player.classList.toggle("playing", playing);
    for (const button of this.speeds) button.ariaPressed = String(Number(button.dataset.speed) === speed);
    for (const button of this.endings) button.ariaPressed = String(button.dataset.ending === ending);
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
    const name = `${label.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${this.state.index + 1}.png`;
    downloadPng(this.picture, name, Math.ceil(DOWNLOAD_SIDE / Math.max(width, height)));
  }
}

/** u32 header length, JSON header, blob. */
function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return { header, blob: bytes.subarray(4 + length) };
}
