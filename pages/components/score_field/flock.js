// Particles that follow a plan, x ← a x + b x̂₀ + c z, and remember every place they have been.

/** Uniform numbers in 0…1 from an integer seed (mulberry32). */
function uniforms(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Fills `z` with draws from N(0, 1) that depend on `key` alone (Box and Muller). */
function fillNormals(z, key) {
  const uniform = uniforms(key.reduce((hash, part) => Math.imul(hash ^ part, 0x9e3779b1) ^ (hash >>> 13), 0x51ed270b));
  for (let i = 0; i < z.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    z[i] = radius * Math.cos(angle);
    z[i + 1] = radius * Math.sin(angle);
  }
}

/** n places of N((x, y), spread² I), interleaved. */
function scatter(n, [x, y, spread], key) {
  const places = new Float32Array(2 * n);
  fillNormals(places, key);
  for (let i = 0; i < places.length; i += 2) {
    places[i] = x + spread * places[i];
    places[i + 1] = y + spread * places[i + 1];
  }
  return places;
}

class Flock {
  /** Particles at `places` before move number `birth`; `key` is the seed of their noise. */
  constructor(places, birth, key) {
    Object.assign(this, { birth, key, n: places.length / 2, frames: [places] });
  }

  /** The last moment that is known. */
  get reached() {
    return this.birth + this.frames.length - 1;
  }

  /** Where they are before move number `moment`, or undefined before their birth and beyond what is known. */
  at(moment) {
    return this.frames[moment - this.birth];
  }

  /** Moves on until `moment` or until the clock passes `deadline`, but at least once. */
  advance(field, plan, moment, deadline) {
    while (this.reached < moment) {
      this.move(field, plan, this.reached);
      if (performance.now() > deadline) break;
    }
  }

  move(field, plan, k) {
    const [a, b, c] = plan.moves[k];
    const x = this.frames.at(-1);
    const next = new Float32Array(x.length);
    field.denoise(x, this.n, plan.alpha_bar[k], next);
    const z = new Float32Array(x.length);
    if (c > 0) fillNormals(z, [...this.key, k]);
    for (let i = 0; i < x.length; i++) next[i] = a * x[i] + b * next[i] + c * z[i];
    this.frames.push(next);
  }

  /** Forgets everything but the beginning. */
  restart() {
    this.frames.length = 1;
  }
}
