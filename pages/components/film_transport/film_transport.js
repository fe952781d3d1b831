// The clock of a film and the controls that move it. Their markup: film_transport/__init__.py.

const filmMemories = new Map(); // uid -> where the film stands and how it plays, kept through remounts

/**
 * Plays a film inside `player`, the element with all the controls. Calls `draw()` whenever the frame or the way it
 * plays has changed; `index` is the frame to show.
 */
class FilmTransport {
  constructor(player, draw) {
    this.player = player;
    this.draw = draw;
    this.scrub = player.querySelector(".scrub");
    this.button = player.querySelector(".play");
    this.speeds = [...player.querySelectorAll("[data-speed]")];
    this.endings = [...player.querySelectorAll("[data-ending]")];
    this.listen();
    this.unwatch = watchVisibility(player, (visible) => {
      this.visible = visible;
      this.roll();
    });
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.unwatch();
  }

  get index() {
    return this.state.index;
  }

  /** What is known of the film `uid`; a film never seen before begins. `ending` counts when Python changes it. */
  recall(header) {
    const { uid, ending } = header;
    const known = filmMemories.get(uid);
    this.state = known ?? { speed: 1 };
    filmMemories.set(uid, this.state);
    if (!known) this.begin(header);
    if (this.state.asked !== ending) this.state.ending = this.state.asked = ending;
    return this.state;
  }

  /** Play from the first frame, or rest on the frame `still` if the film or the person wants no motion. */
  begin({ autoplay, still = 0 }) {
    const playing = autoplay && !prefersReducedMotion();
    Object.assign(this.state, { index: playing ? 0 : still, direction: 1, playing, finished: false });
  }

  /** From now on the film has `count` frames, `fps` a second; `hold` s at an end. */
  load({ count, fps, hold }) {
    this.film = { last: count - 1, fps, hold };
    this.state.index = Math.min(this.state.index, count - 1);
    this.scrub.max = count - 1;
    this.player.classList.toggle("still", count === 1);
    this.mark();
    this.roll();
  }

  listen() {
    const on = (name, action) => (this.player.querySelector(`.${name}`).onclick = action);
    on("play", () => this.toggle());
    on("back", () => this.seek(this.index - 1));
    on("forward", () => this.seek(this.index + 1));
    this.scrub.oninput = () => this.seek(Number(this.scrub.value));
    for (const button of this.speeds) button.onclick = () => this.set({ speed: Number(button.dataset.speed) });
    for (const button of this.endings) button.onclick = () => this.set({ ending: button.dataset.ending, direction: 1 });
    this.player.onkeydown = (event) => this.press(event);
  }

  press(event) {
    if (!this.film || event.defaultPrevented) return;
    const onButton = event.target.localName === "button";
    const steps = { ArrowLeft: this.index - 1, ArrowRight: this.index + 1, Home: 0, End: this.film.last };
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
    if (!this.film) return;
    const atEnd = this.state.ending === "once" && this.index === this.film.last;
    if (atEnd && !this.state.playing) this.state.index = 0;
    this.set({ playing: !this.state.playing, finished: false });
  }

  /** Show one frame and rest on it. */
  seek(index) {
    if (!this.film) return;
    this.set({ index: Math.max(0, Math.min(index, this.film.last)), playing: false, finished: false });
  }

  /** `element` becomes a second slider: `frameAt(x)` says which frame is x CSS pixels from its left edge. */
  dragOver(element, frameAt) {
    const seek = (event) => this.seek(frameAt(event.clientX - element.getBoundingClientRect().left));
    element.onpointerdown = (event) => {
      element.setPointerCapture(event.pointerId);
      event.preventDefault();
      this.scrub.focus({ preventScroll: true }); // so that the arrow keys go on from here
      seek(event);
    };
    element.onpointermove = (event) => event.buttons && seek(event);
  }

  get rate() {
    return this.film.fps * this.state.speed;
  }

  /** Start or stop the clock: it runs only while the film plays and is seen. */
  roll() {
    cancelAnimationFrame(this.frame);
    if (!this.film?.last || !this.state.playing || !this.visible) return;
    this.phase = 0;
    this.clock = performance.now();
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  tick(now) {
    this.phase += (this.rate * Math.max(0, Math.min(now - this.clock, 250))) / 1000;
    this.clock = now;
    if (this.phase >= 1) {
      for (; this.phase >= 1 && this.state.playing; this.phase--) this.advance();
      this.mark();
    }
    if (this.state.playing) this.frame = requestAnimationFrame((next) => this.tick(next));
  }

  advance() {
    const { last, hold } = this.film;
    const { index, direction, ending } = this.state;
    if (ending === "once" && index === last) Object.assign(this.state, { playing: false, finished: true });
    else if (ending === "bounce") {
      this.state.direction = index === last ? -1 : index === 0 ? 1 : direction;
      this.state.index += this.state.direction;
    } else this.state.index = (index + 1) % (last + 1);
    const resting = this.index === last || (ending === "bounce" && this.index === 0);
    if (resting) this.phase -= hold * this.rate;
  }

  /** Bring the controls in line with the state, then draw. */
  mark() {
    if (!this.film) return;
    const { index, playing, speed, ending } = this.state;
    this.scrub.value = index;
    this.button.ariaLabel = playing ? "Pause" : "Play";
    this.button.title = `${this.button.ariaLabel} (space)`;
    this.player.classList.toggle("playing", playing);
    for (const button of this.speeds) button.ariaPressed = String(Number(button.dataset.speed) === speed);
    for (const button of this.endings) button.ariaPressed = String(button.dataset.ending === ending);
    this.draw();
  }
}
