// The latent plane: which part of it is shown, where a code lies on it, and who lives nearby.

/** The value below which a share `p` of `values` lies. */
function quantile(values, p) {
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.round(p * (sorted.length - 1))];
}

class Plane {
  /** `mu`: N×2 means of q(z|x), row-major. Shown: their 0.5–99.5 % quantiles and at least ±3, undistorted. */
  constructor({ mu, logvar, labels }) {
    this.mu = mu.values;
    this.logvar = logvar?.values;
    this.labels = labels.values;
    this.count = this.labels.length;
    const span = [0, 1].map((axis) => {
      const values = this.mu.filter((_, i) => i % 2 === axis);
      return [Math.min(-3, quantile(values, 0.005)), Math.max(3, quantile(values, 0.995))];
    });
    this.centre = span.map(([low, high]) => (low + high) / 2);
    this.radius = 1.06 * Math.max(...span.map(([low, high]) => (high - low) / 2));
    this.side = 1;
  }

  /** Pixels per unit of z on a map of `side` pixels. */
  get scale() {
    return this.side / (2 * this.radius);
  }

  toPixels([x, y]) {
    return [this.side / 2 + (x - this.centre[0]) * this.scale, this.side / 2 - (y - this.centre[1]) * this.scale];
  }

  toLatent([left, top]) {
    return [
      this.centre[0] + (left - this.side / 2) / this.scale,
      this.centre[1] - (top - this.side / 2) / this.scale,
    ];
  }

  clamp(z) {
    return z.map((value, axis) => {
      const offset = value - this.centre[axis];
      return this.centre[axis] + Math.max(-this.radius, Math.min(this.radius, offset));
    });
  }

  code(index) {
    return [this.mu[2 * index], this.mu[2 * index + 1]];
  }

  /** The standard deviations of q(z|x) of test code `index`, or null for a deterministic encoder. */
  sigma(index) {
    return this.logvar && [0, 1].map((axis) => Math.exp(this.logvar[2 * index + axis] / 2));
  }

  /**
   * Where the codes of one class crowd most: the fullest cell of a coarse grid with its eight neighbours, at least
   * two cells away from the places in `taken`; null for a class without codes.
   */
  densestPlace(label, taken, cells = 24) {
    const cellSize = (2 * this.radius) / cells;
    const counts = new Uint32Array((cells + 2) ** 2);
    const cell = (value, axis) => Math.floor((value - this.centre[axis] + this.radius) / cellSize);
    const place = (i) => {
      const [column, row] = [i % (cells + 2), Math.floor(i / (cells + 2))];
      return [column, row].map((n, axis) => this.centre[axis] - this.radius + (n - 0.5) * cellSize);
    };
    for (let i = 0; i < this.count; i++) {
      const [column, row] = this.code(i).map(cell);
      if (this.labels[i] !== label || Math.min(column, row) < 0 || Math.max(column, row) >= cells) continue;
      for (const r of [row, row + 1, row + 2]) for (const c of [0, 1, 2]) counts[r * (cells + 2) + column + c]++;
    }
    const free = counts.map((count, i) => {
      const [x, y] = place(i);
      return taken.every(([left, top]) => Math.hypot(x - left, y - top) > 1.9 * cellSize) ? count : 0;
    });
    const fullest = free.indexOf(Math.max(...free));
    return free[fullest] ? place(fullest) : null;
  }

  /** The `k` test codes nearest to z, nearest first: [{index, distance}]. */
  neighbours([x, y], k) {
    const nearest = [];
    let worst = Infinity;
    for (let i = 0; i < this.count; i++) {
      const squared = (this.mu[2 * i] - x) ** 2 + (this.mu[2 * i + 1] - y) ** 2;
      if (squared >= worst) continue;
      let place = nearest.length;
      while (place > 0 && nearest[place - 1].squared > squared) place--;
      nearest.splice(place, 0, { index: i, squared });
      if (nearest.length > k) nearest.pop();
      if (nearest.length === k) worst = nearest[k - 1].squared;
    }
    return nearest.map(({ index, squared }) => ({ index, distance: Math.sqrt(squared) }));
  }
}

/** p(z) of the prior N(0, I) in two dimensions. */
function priorDensity([x, y]) {
  return Math.exp(-(x * x + y * y) / 2) / (2 * Math.PI);
}

function linearPath([a, b], t) {
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

/** Spherical interpolation in the plane: the direction turns the shorter way round, the norm changes linearly. */
function sphericalPath([a, b], t) {
  const [start, end] = [Math.atan2(a[1], a[0]), Math.atan2(b[1], b[0])];
  const turn = Math.atan2(Math.sin(end - start), Math.cos(end - start));
  const norm = (1 - t) * Math.hypot(...a) + t * Math.hypot(...b);
  return [norm * Math.cos(start + t * turn), norm * Math.sin(start + t * turn)];
}

/** A point on the way through all `pins` and back again, each stretch eased, at `time` in seconds. */
function tour(pins, time, secondsPerStretch = 1.5) {
  const stretches = pins.length - 1;
  const phase = (time / secondsPerStretch) % (2 * stretches);
  const along = Math.min(phase < stretches ? phase : 2 * stretches - phase, stretches - 1e-6);
  const stretch = Math.floor(along);
  const t = along - stretch;
  return linearPath([pins[stretch], pins[stretch + 1]], t * t * (3 - 2 * t));
}

/** A slow Lissajous walk within two standard deviations. */
function drift(time) {
  return [1.9 * Math.sin(0.37 * time + 0.9), 1.7 * Math.sin(0.53 * time + 0.3)];
}
