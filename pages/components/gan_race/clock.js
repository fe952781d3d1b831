// Where the film stands. At its end the film grows while the race goes on, and the head follows.

const REPLAY_SECONDS = 16; // for the whole film at speed 1×
const SLOW_RECORDS = 2.5; // a second, in slow motion
const FOLLOW_SECONDS = 0.25; // by which the head lags behind the newest record
const CALM_SECONDS = 1.5; // between two views for a person who prefers no motion

const clocks = new Map(); // what is on show -> its clock's state, kept through remounts

class Clock {
  /** The clock of the film(s) `key`; a film never seen before plays. */
  constructor(key) {
    this.state = clocks.get(key) ?? { at: 0, playing: true, following: prefersReducedMotion(), speed: 1, slow: false };
    clocks.set(key, this.state);
  }

  /** Move on by some seconds in a film of `records` records that ends at `end`; whether the view has changed. */
  advance(seconds, end, records) {
    const { state } = this;
    const before = state.at;
    if (state.following) this.follow(seconds, end);
    else if (state.playing) {
      const rate = state.slow ? (SLOW_RECORDS * end) / Math.max(1, records) : (state.speed * end) / REPLAY_SECONDS;
      state.at = Math.min(end, state.at + seconds * rate);
      if (state.at >= end) state.following = true;
    }
    return state.at !== before;
  }

  follow(seconds, end) {
    const { state } = this;
    if (prefersReducedMotion()) {
      this.waited = (this.waited ?? CALM_SECONDS) + seconds;
      if (this.waited < CALM_SECONDS) return;
      this.waited = 0;
      state.at = end;
    } else {
      state.at += (end - state.at) * (1 - Math.exp(-seconds / FOLLOW_SECONDS));
      if (end - state.at < 0.02) state.at = end;
    }
  }

  /** Rest at a place. */
  rest(at) {
    Object.assign(this.state, { at, playing: false, following: false });
  }

  /** Play from where the head is; from the end on, the race itself goes on. */
  play() {
    this.state.playing = true;
  }

  replay() {
    Object.assign(this.state, { at: 0, playing: true, following: false });
  }

  /** Go to the end and stay there, whether or not it grows. */
  toEnd() {
    this.state.following = true;
  }
}
