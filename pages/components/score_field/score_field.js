// The score view: the exact and the learned score side by side, and the same particles following each.

const MOVES_A_SECOND = 60;
const REST_SECONDS = 2.5; // at the data, before it begins anew
const FRAME_MS = 11; // for moving particles; the rest of a frame is for drawing
const POLL_MS = 350;
const MOST_DROPPED = 60;
const HINT = "Point at a plane to read the score there; press or drag to drop particles.";

const fields = new WeakMap();
const remembered = new Map(); // uid -> what a person chose, kept through remounts

class ScoreField {
  constructor(root, uid) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.panels = ["exact", "learned"].map((name) => new Panel(this.find(`.${name} canvas`)));
    this.density = new DensityPicture();
    this.kept = remembered.get(uid) ?? {
      playing: !prefersReducedMotion(),
      speed: 1,
      shown: { density: true, arrows: true, trails: true, error: false },
    };
    remembered.set(uid, this.kept);
    this.head = this.clock = this.rest = this.frames = 0;
    this.dropped = 0;
    listenToButtons(this);
    for (const { canvas } of this.panels) listenToPlane(this, canvas);
    this.stopWatching = watchVisibility(this.find(".planes"), (visible) => {
      this.visible = visible;
      this.wake();
    });
    this.resizing = new ResizeObserver(() => this.refresh());
    this.resizing.observe(this.find(".planes"));
  }

  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.polling);
    this.stopWatching();
    this.resizing.disconnect();
    fields.delete(this.root);
  }

  // --- what Python says

  update(data) {
    const before = this.data;
    this.data = data;
    this.theme = themeOf(this.root);
    this.root.classList.toggle("dark", this.theme.dark);
    this.colours = Object.fromEntries(Object.entries(data.colours).map(([role, css]) => [role, [...rgba(css)]]));
    const walk = ({ source, plan, start, particles, seed }) => JSON.stringify([source, plan, start, particles, seed]);
    const fresh = !before || walk(before) !== walk(data);
    if (fresh) this.begin();
    if (fresh || data.weights !== before.weights) {
      if (!data.live_url) this.learn(data.weights && decodeBase64(data.weights), true);
      else if (fresh) this.learn(null, true);
    }
    if (data.live_url !== before?.live_url) this.poll();
    this.find(".learned .missing").textContent = data.missing;
    this.showChoices();
    this.refresh();
  }

  begin() {
    const { source, plan, start, particles, seed } = this.data;
    this.mixture = new MixtureField(source);
    this.panels[0].field = this.mixture;
    for (const panel of this.panels) panel.flocks = [new Flock(scatter(particles, start, [seed]), 0, [seed, 0])];
    this.dropped = 0;
    this.find(".scrub").max = plan.moves.length;
    this.goTo(prefersReducedMotion() ? plan.moves.length : 0);
  }

  /** Takes the network in a safetensors file, or none; `anew` lets its particles walk again from the start. */
  learn(file, anew) {
    const panel = this.panels[1];
    panel.field = file ? new NetField(parseSafetensors(file)) : null;
    panel.answeredAt = null;
    if (anew) for (const flock of panel.flocks) flock.restart();
    this.find(".learned").classList.toggle("empty", !file);
    this.refresh();
  }

  /** While a training runs: its newest weights, about three times a second. */
  async poll() {
    clearTimeout(this.polling);
    const url = this.data.live_url;
    if (!url) return;
    try {
      const answer = await fetch(url, { cache: "no-store" });
      if (answer.status === 200 && url === this.data.live_url) this.learn(await answer.arrayBuffer(), false);
    } finally {
      if (url === this.data.live_url) this.polling = setTimeout(() => this.poll(), POLL_MS);
    }
  }

  // --- time

  get last() {
    return this.data.plan.moves.length;
  }

  /** The noise level at which the fields are asked now; the data themselves have none, so there the last one stays. */
  get alphaBar() {
    return this.data.plan.alpha_bar[Math.min(this.head, this.last - 1)];
  }

  goTo(moment) {
    this.goal = this.clock = Math.max(0, Math.min(this.last, moment));
    this.rest = 0;
    this.refresh();
  }

  play(on) {
    this.kept.playing = on;
    if (on && this.head === this.last) this.goTo(0);
    this.showChoices();
    this.wake();
  }

  refresh() {
    this.stale = true;
    this.wake();
  }

  wake() {
    if (!this.frame && this.visible && this.data) this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    this.frame = 0;
    const seconds = Math.min(now - (this.lastTick ?? now), 50) / 1000;
    this.lastTick = now;
    this.frames += 1;
    if (this.kept.playing) this.run(seconds);
    const before = this.head;
    this.advance();
    if (this.stale || this.head !== before) this.draw(now);
    if (this.kept.playing || this.head !== this.goal) this.wake();
    else if (this.learnedLags()) this.refresh();
  }

  run(seconds) {
    if (this.head === this.last) {
      this.rest += seconds;
      if (this.rest > REST_SECONDS) this.goTo(0);
    } else if (this.head === this.goal) {
      this.clock = Math.min(this.last, this.clock + seconds * MOVES_A_SECOND * this.kept.speed);
      this.goal = Math.floor(this.clock);
    }
  }

  /** Moves all particles towards the goal as far as a frame's time allows; the head is where all of them are. */
  advance() {
    const ready = this.panels.filter((panel) => panel.field);
    for (const panel of ready) {
      const deadline = performance.now() + FRAME_MS / ready.length;
      for (const flock of panel.flocks) flock.advance(panel.field, this.data.plan, this.goal, deadline);
    }
    this.head = Math.min(this.goal, ...ready.flatMap((panel) => panel.flocks.map((flock) => flock.reached)));
  }

  // --- what is shown

  learnedLags() {
    return this.panels[1].field && this.panels[1].answeredAt !== this.alphaBar;
  }

  draw(now) {
    this.stale = false;
    const { alphaBar, head: moment, colours, density } = this;
    const { shown } = this.kept;
    const { dark } = this.theme;
    const [exact, learned] = this.panels;
    const blended = [0, 1, 2].map((i) => colours.noise[i] + Math.sqrt(alphaBar) * (colours.real[i] - colours.noise[i]));
    if (shown.density) density.paint(this.mixture, alphaBar, blended, dark ? 0.5 : 0.42);
    if (exact.answeredAt !== alphaBar) exact.ask(alphaBar);
    const due = !this.kept.playing || this.frames % 3 === 0 || !learned.answeredAt;
    if (this.learnedLags() && due) learned.ask(alphaBar);
    for (const panel of this.panels) {
      const errors = shown.error && panel === learned && learned.field ? errorMap(exact, learned) : null;
      panel.resize();
      panel.draw({ moment, alphaBar, shown, colours, density, probe: this.probe, errors, dark });
    }
    this.find(".scrub").value = moment;
    this.find(".scrub").style.setProperty("--done", `${(100 * moment) / this.last}%`);
    if (!this.kept.playing || now - (this.toldAt ?? 0) > 120) this.tell(now);
  }

  tell(now) {
    this.toldAt = now;
    const { alphaBar, head } = this;
    const t = this.data.plan.t[head];
    this.find(".level").textContent =
      `t = ${t} · signal √ᾱ = ${Math.sqrt(alphaBar).toFixed(3)} · noise σ = ${Math.sqrt(1 - alphaBar).toFixed(3)}`;
    this.find(".scrub").setAttribute("aria-valuetext", `t = ${t}`);
    this.find(".exact .fact").textContent = factsOf(this, this.panels[0]).join(" · ");
    this.find(".learned .fact").textContent = factsOf(this, this.panels[1]).join(" · ");
    this.find(".probe").textContent = this.probe ? probeWords(this) : HINT;
  }

  showChoices() {
    const { playing, speed, shown } = this.kept;
    this.find(".play").textContent = playing ? "❚❚" : "▶";
    this.find(".play").ariaLabel = playing ? "Pause" : "Play";
    for (const button of this.root.querySelectorAll("[data-speed]")) {
      button.ariaPressed = String(Number(button.dataset.speed) === speed);
    }
    for (const button of this.root.querySelectorAll("[data-layer]")) button.ariaPressed = shown[button.dataset.layer];
  }

  // --- what a hand does

  again() {
    this.clearDropped();
    this.goTo(0);
    this.play(true);
  }

  /** A new particle at (x, y), in both planes, from this moment on; at the end, from the beginning. */
  drop([x, y]) {
    if (this.dropped >= MOST_DROPPED) return;
    const birth = this.head === this.last ? 0 : this.head;
    if (this.head === this.last) this.goTo(0);
    this.dropped += 1;
    for (const panel of this.panels) {
      panel.flocks.push(new Flock(Float32Array.of(x, y), birth, [this.data.seed, this.dropped]));
    }
    if (!prefersReducedMotion()) this.play(true);
    this.refresh();
  }

  clearDropped() {
    this.dropped = 0;
    for (const panel of this.panels) panel.flocks.length = 1;
    this.refresh();
  }

  point(place) {
    this.probe = place;
    this.refresh();
  }
}

function decodeBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".score-field");
  if (!root || !data) return;
  if (!fields.has(root)) fields.set(root, new ScoreField(root, data.uid));
  const field = fields.get(root);
  field.update(data);
  return () => field.close();
}
