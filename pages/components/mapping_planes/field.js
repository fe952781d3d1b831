// A map of the plane to the plane, known on a grid.

const NEWTON_STEPS = 6;
const CLOSE = 0.01; // a place counts as reached when the map comes this near
const JUMP = 0.5; // neighbours on a walk lie nearer together than this

class Field {
  /** `values`: (side, side, 2), row 0 at the bottom of the window [x0, x1, y0, y1]. */
  constructor(values, side, window) {
    Object.assign(this, { values, side, window });
  }

  /** Bilinear between the four neighbours; beyond the grid as at its edge. */
  at([x, y]) {
    const { side, values } = this;
    const [u, v] = this.toCells([x, y]);
    const i = Math.min(Math.floor(u), side - 2), j = Math.min(Math.floor(v), side - 2);
    const [a, b] = [u - i, v - j];
    return [0, 1].map((k) => {
      const value = (column, row) => values[2 * (row * side + column) + k];
      const below = value(i, j) + a * (value(i + 1, j) - value(i, j));
      const above = value(i, j + 1) + a * (value(i + 1, j + 1) - value(i, j + 1));
      return below + b * (above - below);
    });
  }

  toCells([x, y]) {
    const [x0, x1, y0, y1] = this.window;
    const clamp = (share) => Math.min(Math.max(share, 0), 1) * (this.side - 1);
    return [clamp((x - x0) / (x1 - x0)), clamp((y - y0) / (y1 - y0))];
  }

  vertex(column, row) {
    const [x0, x1, y0, y1] = this.window;
    return [x0 + ((x1 - x0) * column) / (this.side - 1), y0 + ((y1 - y0) * row) / (this.side - 1)];
  }

  /** The place that is mapped nearest to `target`, and whether it gets there: the best vertex, then Newton's method. */
  inverse(target) {
    let place = this.nearestVertex(target);
    let [best, miss] = [place, this.miss(place, target)];
    for (let step = 0; step < NEWTON_STEPS && miss > 1e-4; step++) {
      place = this.newton(place, target);
      const now = this.miss(place, target);
      if (now < miss) [best, miss] = [place, now];
    }
    return { place: best, reached: miss < CLOSE };
  }

  nearestVertex([u, v]) {
    const { values, side } = this;
    let [best, least] = [0, Infinity];
    for (let i = 0; i < side * side; i++) {
      const distance = (values[2 * i] - u) ** 2 + (values[2 * i + 1] - v) ** 2;
      if (distance < least) [best, least] = [i, distance];
    }
    return this.vertex(best % side, Math.floor(best / side));
  }

  miss(place, target) {
    const [u, v] = this.at(place);
    return Math.hypot(u - target[0], v - target[1]);
  }

  newton([x, y], target) {
    const h = (this.window[1] - this.window[0]) / (this.side - 1) / 2;
    const here = this.at([x, y]);
    const slope = (dx, dy) => {
      const [ahead, behind] = [this.at([x + dx, y + dy]), this.at([x - dx, y - dy])];
      return [(ahead[0] - behind[0]) / (2 * h), (ahead[1] - behind[1]) / (2 * h)];
    };
    const [a, c] = slope(h, 0);
    const [b, d] = slope(0, h);
    const determinant = a * d - b * c;
    if (Math.abs(determinant) < 1e-6) return [x, y];
    const [du, dv] = [target[0] - here[0], target[1] - here[1]];
    const [x0, x1, y0, y1] = this.window;
    return [
      Math.min(Math.max(x + (d * du - b * dv) / determinant, x0), x1),
      Math.min(Math.max(y + (a * dv - c * du) / determinant, y0), y1),
    ];
  }
}

/** `n` points from a to b, both included. */
function straight(a, b, n) {
  return Array.from({ length: n }, (_, i) => [0, 1].map((k) => a[k] + ((b[k] - a[k]) * i) / (n - 1)));
}

/** The places of `sources` that can be drawn as one line: null where none is reached, and where the line would jump. */
function unbroken(sources) {
  let last = null;
  return sources.map(({ place, reached }) => {
    const near = !last || Math.hypot(place[0] - last[0], place[1] - last[1]) < JUMP;
    last = reached ? place : null;
    return reached && near ? place : null;
  });
}

function lengths(points) {
  return points.slice(1).map((point, i) => Math.hypot(point[0] - points[i][0], point[1] - points[i][1]));
}
