// The latent atlas: a plane of codes whose every point is decoded, here in the browser, as the pointer passes.

const NEAR_PIXELS = 16;
const LAYERS = {
  codes: ["Test codes", "The test set's means μ(x), coloured by class"],
  manifold: ["Manifold", "What the decoder makes of each place"],
  prior: ["Prior", "Contours of p(z) = N(0, I)"],
  posterior: ["Posterior", "±1σ and ±2σ of q(z|x) for the test picture nearest to the cursor"],
};

const atlases = new WeakMap();
const remembered = new Map();

class Atlas {
  constructor(root, uid) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.map = this.find(".overlay");
    this.kept = remembered.get(uid) ?? {
      cursor: [0.9, 0.5],
      touched: false,
      isolated: -1,
      ink: 0.55,
      shown: { codes: true, manifold: true, prior: true, posterior: true },
    };
    remembered.set(uid, this.kept);
    this.pins = [];
    this.hovered = -1;
    this.clock = 0;
    this.decodeMs = 0;
    this.timedAt = 0;
    this.strip = new Strip(this.find, (z) => this.moveCursor(z, true));
    listenToHand(this);
    this.find(".play").onclick = () => this.play(!this.playing);
    this.find(".clear").onclick = () => this.setPins([]);
    this.find(".again").onclick = () => this.load();
    this.find(".save-picture").onclick = () => downloadPng(this.find(".picture"), this.fileName("z"), 8);
    this.find(".save-map").onclick = () => downloadPng(this.picture(), this.fileName("atlas"));
    this.stopWatching = watchVisibility(this.find(".map"), (visible) => {
      this.visible = visible;
      this.wake();
    });
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(this.find(".map"));
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.stopWatching();
    this.resizing.disconnect();
    atlases.delete(this.root);
  }

  // --- what Python says

  update(data, setStateValue) {
    const before = this.data;
    this.data = data;
    this.setStateValue = setStateValue;
    this.theme = themeOf(this.root);
    this.root.classList.toggle("dark", this.theme.dark);
    this.root.style.setProperty("--side", `${data.height}px`);
    if (data.marker && String(data.marker) !== String(before?.marker)) this.moveCursor(data.marker, true);
    this.showPins(this.serial === undefined || this.serial === data.answered ? data.value : this.pins);
    const look = JSON.stringify([data.classes, data.colours, this.theme]);
    if (data.decoder_url !== before?.decoder_url || data.codes_url !== before?.codes_url) this.load();
    else if (look !== this.look) this.paintStill();
    if (look !== this.look) this.showChips();
    this.look = look;
  }

  async load() {
    const { decoder_url, codes_url } = this.data;
    this.find(".picture").classList.add("loading");
    try {
      const [weights, codes] = await Promise.all([fetchTensors(decoder_url), fetchTensors(codes_url)]);
      if (decoder_url !== this.data.decoder_url || codes_url !== this.data.codes_url) return;
      this.decoder = new MlpDecoder(weights);
      this.plane = new Plane(codes);
      this.tiles = null;
      this.find(".notice").hidden = true;
      this.strip.setPins(this.pins.slice(-2));
      this.showChips();
      this.resize();
    } catch (error) {
      this.find(".notice span").textContent = `The map could not be loaded: ${error.message}`;
      this.find(".notice").hidden = false;
    }
    this.find(".picture").classList.remove("loading");
  }

  // --- what is shown

  resize() {
    const side = this.find(".map").clientWidth;
    if (!this.plane || !side) return;
    this.plane.side = side;
    const tilesPerSide = side < 480 ? 14 : 22;
    if (this.tiles?.tilesPerSide !== tilesPerSide) {
      this.tiles = new ManifoldTiles(this.plane, tilesPerSide, this.ink);
      this.find(".manifold").replaceChildren(this.tiles.canvas);
    }
    this.paintStill();
  }

  get ink() {
    return this.theme.dark ? "#f3f6fa" : "#16202c";
  }

  paintStill() {
    if (!this.tiles) return;
    this.tiles.setInk(this.ink);
    paintCodes(this.find(".codes"), this.plane, this.data, this.kept.isolated, this.theme);
    paintPrior(this.find(".prior"), this.plane, this.theme);
    this.showLayers();
    this.refresh();
  }

  showLayers() {
    const { shown, ink } = this.kept;
    for (const layer of ["codes", "manifold", "prior"]) this.find(`.${layer}`).classList.toggle("off", !shown[layer]);
    this.find(".manifold").style.opacity = ink;
    this.refresh();
  }

  showChips() {
    const { shown, isolated, ink } = this.kept;
    const layers = Object.entries(LAYERS).filter(([layer]) => layer !== "posterior" || this.plane?.logvar);
    const chips = layers.map(([layer, [text, title]]) =>
      chip(text, { testid: `atlas-layer-${layer}`, pressed: shown[layer], title }, ({ currentTarget }) => {
        shown[layer] = !shown[layer];
        currentTarget.setAttribute("aria-pressed", shown[layer]);
        this.showLayers();
      }),
    );
    chips.splice(2, 0, inkSlider(ink, (value) => {
      Object.assign(this.kept, { ink: value });
      this.showLayers();
    }));
    this.find(".layers").replaceChildren(...chips);
    const classChips = this.data.classes.map((name, label) => {
      const look = { testid: `atlas-class-${label}`, pressed: label === isolated, colour: this.data.colours[label] };
      return chip(name, look, () => {
        this.kept.isolated = this.kept.isolated === label ? -1 : label;
        classChips.forEach((button, i) => button.setAttribute("aria-pressed", i === this.kept.isolated));
        this.paintStill();
      });
    });
    this.find(".legend").replaceChildren(...classChips);
  }

  showPins(pins) {
    const count = pins.length;
    this.pins = pins;
    if (count < 2) this.playing = false;
    this.strip.setPins(this.pins.slice(-2));
    this.find(".strip").hidden = count < 2;
    this.find(".strip h4").textContent = `From pin ${count - 1} to pin ${count}`;
    this.find(".play").textContent = this.playing ? "❚❚ Pause" : "▶ Play the path";
    this.find(".hint").textContent = this.hint(count);
    this.refresh();
  }

  hint(count) {
    if (count === 0) return "Press the map to pin a point. Two pins give an interpolation, more give a path to play.";
    if (count === 1) return "One pin more, and the way between the two is decoded here.";
    return count === this.data.most_pins ? `${count} pins are the most: press one to take it away, or drag it.` : "";
  }

  refresh() {
    this.overlayStale = this.cursorStale = true;
    this.wake();
  }

  // --- the loop: asleep unless something moves or waits to be decoded

  wake() {
    if (!this.frame && this.visible && this.tiles) this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    this.frame = 0;
    const seconds = Math.min(now - (this.lastTick ?? now), 50) / 1000;
    this.lastTick = now;
    const walking = !this.kept.touched && !prefersReducedMotion();
    if (this.playing || walking) {
      this.clock += seconds;
      this.moveCursor(this.playing ? tour(this.pins, this.clock) : drift(this.clock), this.playing);
    }
    const deadline = performance.now() + (this.cursorStale ? 4 : 9);
    if (this.cursorStale) this.lookCloser();
    while (this.strip.stale && performance.now() < deadline) this.strip.decodeNext(this);
    while (!this.tiles.done && performance.now() < deadline) this.tiles.decodeNext(this);
    if (this.overlayStale) this.paintOverlay(this.playing || walking);
    if (this.playing || walking || this.strip.stale || !this.tiles.done) this.wake();
    if (!this.frame || now - this.timedAt > 500) this.showTiming(now);
  }

  decode(z) {
    const start = performance.now();
    const pixels = this.decoder.decode(z);
    this.decodeMs += 0.05 * (performance.now() - start - this.decodeMs);
    return pixels;
  }

  lookCloser() {
    this.cursorStale = false;
    drawGrey(this.find(".picture"), this.decode(this.kept.cursor));
    const neighbours = this.plane.neighbours(this.kept.cursor, NEIGHBOURS);
    const near = neighbours[0]?.distance * this.plane.scale < NEAR_PIXELS;
    this.nearest = near && this.kept.shown.posterior && this.plane.logvar ? neighbours[0] : null;
    showFacts(this.find, this.plane, this.data, this.kept.cursor, neighbours, this.nearest);
  }

  showTiming(now) {
    this.timedAt = now;
    this.find(".timing").textContent = `${this.decodeMs.toFixed(1)} ms a picture, decoded in this browser`;
  }

  paintOverlay(moving) {
    this.overlayStale = false;
    const { pins, hovered, nearest } = this;
    const { marker, colours } = this.data;
    const { cursor } = this.kept;
    paintOverlay(this.map, this.plane, this.theme, { cursor, nearest, pins, hovered, marker, colours, moving });
  }

  // --- what a hand does

  moveCursor(z, byHand) {
    if (byHand) this.kept.touched = true;
    this.kept.cursor = this.plane ? this.plane.clamp(z) : z;
    this.refresh();
  }

  play(on) {
    if (on && !this.playing) this.clock = 0;
    this.playing = on && this.pins.length > 1;
    this.showPins(this.pins);
  }

  setPins(pins) {
    const kept = pins.slice(0, this.data.most_pins);
    this.showPins(kept.map((pin) => pin.map((value) => Math.round(1000 * value) / 1000)));
    this.serial = sendEdit(this.setStateValue, this.pins);
  }

  pinAt([left, top]) {
    const away = (pin) => {
      const [x, y] = this.plane.toPixels(pin);
      return Math.hypot(x - left, y - top);
    };
    return this.pins.findLastIndex((pin) => away(pin) <= PIN_RADIUS + 3);
  }

  // --- downloads

  fileName(what) {
    const code = what === "z" ? `_${this.kept.cursor.map((value) => value.toFixed(2)).join("_")}` : "";
    return `${this.data.model}_${what}${code}.png`;
  }

  /** The map as it stands, all visible layers in one canvas. */
  picture() {
    const whole = Object.assign(document.createElement("canvas"), { width: this.map.width, height: this.map.height });
    const context = whole.getContext("2d");
    context.fillStyle = this.theme.background;
    context.fillRect(0, 0, whole.width, whole.height);
    for (const canvas of this.find(".map").querySelectorAll("canvas")) {
      const layer = canvas.closest(".layer");
      context.globalAlpha = layer.classList.contains("off") ? 0 : Number(layer.style.opacity || 1);
      context.drawImage(canvas, 0, 0, whole.width, whole.height);
    }
    return whole;
  }
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".atlas");
  if (!root || !data) return;
  if (!atlases.has(root)) atlases.set(root, new Atlas(root, data.uid));
  const atlas = atlases.get(root);
  atlas.update(data, setStateValue);
  return () => atlas.close();
}
