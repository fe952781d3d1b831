// The race: lanes side by side that train together, played, scrubbed and updated by hand.

const POLL_MS = 130;
const SLOW_MS = 650; // between two single updates in slow motion
const MOST_STEPS = 20000;
const LAYERS = { landscape: true, real: true, modes: true, generated: true, arrows: true };

const races = new WeakMap(); // root -> its GanRace
const layersOf = new Map(); // uid -> which layers a person wants

class GanRace {
  constructor(root, uid) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    if (!layersOf.has(uid)) layersOf.set(uid, { ...LAYERS });
    this.shown = layersOf.get(uid);
    listenToHand(this);
    this.stopWatching = watchVisibility(this.find(".player"), (visible) => {
      this.visible = visible;
      this.wake();
      this.poll();
    });
    this.resizing = new ResizeObserver(() => this.refresh());
    this.resizing.observe(this.find(".lanes"));
  }

  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.polling);
    this.stopWatching();
    this.resizing.disconnect();
    this.closed = true;
    races.delete(this.root);
  }

  // --- what Python says

  show(data) {
    const before = this.data;
    this.data = data;
    this.theme = themeOf(this.root);
    this.find(".player").classList.toggle("dark", this.theme.dark);
    this.colours = Object.fromEntries(Object.entries(data.colours).map(([role, css]) => [role, [...rgba(css)]]));
    this.table = beliefColours(this.colours);
    const key = JSON.stringify(data.sources);
    if (!before || JSON.stringify(before.sources) !== key) this.begin(key);
    this.mark();
    this.refresh();
    this.poll();
  }

  begin(key) {
    const { sources, steps } = this.data;
    this.clock = new Clock(key);
    this.reels = sources.map(({ url }) => reelOf(url));
    this.goal = this.clock.state.goal ??= steps;
    this.turn = 0;
    this.sentence = "";
    const place = this.find(".lanes");
    place.replaceChildren();
    this.lanes = sources.flatMap(({ lanes }, source) => lanes.map((lane, number) => [source, number, lane])).map(
      ([source, number, lane], index) => new Lane(place, this.reels[source], number, lane, index),
    );
    place.dataset.count = this.lanes.length;
    for (const lane of this.lanes) listenToLane(this, lane);
    this.attended = this.lanes[0];
  }

  // --- the race itself

  get end() {
    return Math.min(...this.reels.map((reel) => reel.end));
  }

  get step() {
    return Math.min(...this.reels.map((reel) => reel.step));
  }

  get loaded() {
    return this.reels.every((reel) => reel.loaded);
  }

  /** Whether the race shall go on by itself now. */
  get training() {
    const { playing, following, slow } = this.clock.state;
    return this.visible && playing && following && !slow && !this.sentence && this.step < this.goal;
  }

  /** Fetch what is new as long as anything may be. */
  async poll() {
    if (this.asking || this.closed || !this.reels) return;
    clearTimeout(this.polling);
    this.polling = undefined;
    const reels = this.reels;
    this.asking = true;
    try {
      await Promise.all(reels.map((reel) => reel.ask(this.training && reel.step < this.goal ? this.goal : 0)));
      this.sentence = reels.map((reel) => reel.sentence).find(Boolean) ?? "";
    } catch (error) {
      this.sentence = `${error.message}`;
    }
    this.asking = false;
    if (this.closed) return;
    if (reels !== this.reels) return this.poll();
    if (this.sentence) this.clock.state.playing = false;
    this.mark();
    this.refresh();
    const more = !this.loaded && !this.sentence;
    if (more || this.training || this.reels.some((reel) => reel.running)) {
      this.polling = setTimeout(() => this.poll(), more ? 0 : POLL_MS);
    }
  }

  /** One update of one player in every lane, after the race has come to rest. */
  async update(side) {
    if (this.updating) return;
    this.updating = true;
    if (!this.clock.state.slow) this.clock.state.playing = false;
    this.clock.toEnd();
    try {
      await Promise.all(this.reels.map((reel) => reel.update(side)));
    } catch (error) {
      this.sentence = error.message;
      this.clock.state.playing = false;
    }
    this.updating = false;
    this.mark();
    this.refresh();
  }

  /** Slow motion at the film's end: k updates of the discriminator, then one of the generator, over and over. */
  async crawl() {
    const { playing, following, slow } = this.clock.state;
    if (!(playing && following && slow && this.visible) || this.crawling) return;
    this.crawling = true;
    const round = this.data.critics + 1;
    await this.update(this.turn++ % round < this.data.critics ? "discriminator" : "generator");
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    this.crawling = false;
    this.wake();
  }

  // --- time

  wake() {
    if (!this.frame && this.visible && this.reels) this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  refresh() {
    this.stale = true;
    this.wake();
  }

  tick(now) {
    this.frame = 0;
    const seconds = Math.min(now - (this.lastTick ?? now), 60) / 1000;
    this.lastTick = now;
    const { state } = this.clock;
    const moved = this.loaded && this.clock.advance(seconds, this.end, this.reels[0].records.length);
    const resting = state.playing && state.following && !state.slow && this.step >= this.goal && state.at >= this.end;
    if (resting) state.playing = false;
    if (moved || this.stale || resting) this.draw();
    this.crawl();
    if (this.training && !this.polling) this.poll();
    if (state.playing || state.at !== this.end) this.wake();
    else this.lastTick = undefined;
  }

  seek(at) {
    this.clock.rest(Math.max(0, Math.min(at, this.end)));
    this.mark();
    this.refresh();
  }

  stepRecord(by) {
    const [reel] = this.reels;
    const index = Math.max(0, Math.min(reel.records.length - 1, reel.indexAt(this.clock.state.at) + by));
    if (reel.records.length) this.seek(reel.records[index].at);
  }

  toggle() {
    const { state } = this.clock;
    if (state.playing) Object.assign(state, { playing: false, following: false });
    else {
      this.sentence = "";
      if (this.over) this.goal = state.goal = Math.min(MOST_STEPS, this.step + this.data.steps);
      this.clock.play();
    }
    this.mark();
    this.refresh();
    this.poll();
  }

  replay() {
    this.clock.replay();
    this.mark();
    this.refresh();
  }

  /** Whether there is nothing left to play but further training. */
  get over() {
    return this.loaded && this.clock.state.at >= this.end && this.step >= this.goal;
  }

  set(change) {
    Object.assign(this.clock.state, change);
    if (change.slow) this.clock.play();
    this.mark();
    this.refresh();
    this.poll();
  }

  // --- what is shown

  draw() {
    this.stale = false;
    if (!this.reels.every((reel) => reel.records.length)) return this.tell();
    const { at } = this.clock.state;
    const { toy } = this.data;
    const { colours, table, shown, theme } = this;
    for (const lane of this.lanes) lane.draw(at, this.end, { toy, colours, table, shown, theme });
    const scrub = this.find(".scrub");
    Object.assign(scrub, { max: this.end, value: at });
    scrub.style.setProperty("--done", `${this.end ? (100 * at) / this.end : 100}%`);
    this.tell();
  }

  tell() {
    const { state } = this.clock;
    const [reel] = this.reels;
    const record = reel.records[reel.indexAt(state.at)];
    const running = this.reels.some((each) => each.running);
    const words = stepWords(record, { ...state, running });
    this.find(".counter").textContent = words;
    this.find(".scrub").ariaValueText = words;
    this.find(".words").textContent = gameWords(this.attended, this.attended.reel.verdicts(this.attended.number, state.at));
    this.find(".sentence").textContent = this.sentence;
    this.find(".sentence").hidden = !this.sentence;
    if (this.told !== `${state.playing}${this.over}`) this.mark();
  }

  /** Bring the buttons in line with the state. */
  mark() {
    const { playing, speed, slow } = this.clock.state;
    this.told = `${playing}${this.over}`;
    const name = playing ? "Pause" : this.over ? "Train on" : "Play";
    this.find(".player").classList.toggle("playing", playing);
    this.find(".play").ariaLabel = name;
    this.find(".play").title = `${name} (space)`;
    this.find(".play span").textContent = name;
    this.find(".slow").ariaPressed = slow;
    for (const button of this.root.querySelectorAll("[data-speed]")) {
      button.ariaPressed = String(!slow && Number(button.dataset.speed) === speed);
    }
    for (const button of this.root.querySelectorAll("[data-layer]")) button.ariaPressed = this.shown[button.dataset.layer];
    for (const lane of this.lanes) lane.element.classList.toggle("attended", lane === this.attended);
  }

  attend(lane) {
    this.attended = lane;
    this.mark();
    this.refresh();
  }

  toggleLayer(name) {
    this.shown[name] = !this.shown[name];
    this.mark();
    this.refresh();
  }

  savePng() {
    const picture = pictureOf(this.lanes, { theme: this.theme, font: this.theme.font }, this.find(".counter").textContent);
    downloadPng(picture, `${this.data.name}.png`);
  }

  saveCsv() {
    downloadText(tableOf(this.lanes), `${this.data.name}.csv`);
  }
}

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".race");
  if (!root || !data) return;
  if (!races.has(root)) races.set(root, new GanRace(root, data.uid));
  const race = races.get(root);
  race.show(data);
  return () => race.close();
}
