// The two scores, exact and learned. Both say x̂₀ = E[x₀|x_t] for many particles at once, interleaved x, y, x, y, …

/** ∇ log q(x_t) along one axis, from x̂₀ (Tweedie's formula). */
function scoreOf(x, x0, alphaBar) {
  return (Math.sqrt(alphaBar) * x0 - x) / (1 - alphaBar);
}

/** ε̂ along one axis, from x̂₀. */
function noiseOf(x, x0, alphaBar) {
  return (x - Math.sqrt(alphaBar) * x0) / Math.sqrt(1 - alphaBar);
}

/** 1/K Σ N(x₀; μ_k, s² I), noised: the exact score, see engine/toys.py. */
class MixtureField {
  constructor({ centres, spread }) {
    this.centres = Float64Array.from(centres.flat());
    this.spread = spread;
    this.squares = new Float64Array(centres.length);
  }

  variance(alphaBar) {
    return 1 - alphaBar + alphaBar * this.spread ** 2;
  }

  /** Squared distances of (x, y) from all √ᾱ μ_k into `squares`; returns the least. */
  measure(x, y, signal) {
    const { centres, squares } = this;
    let least = Infinity;
    for (let k = 0; k < squares.length; k++) {
      const dx = x - signal * centres[2 * k], dy = y - signal * centres[2 * k + 1];
      squares[k] = dx * dx + dy * dy;
      if (squares[k] < least) least = squares[k];
    }
    return least;
  }

  denoise(x, n, alphaBar, x0) {
    const { centres, squares } = this;
    const signal = Math.sqrt(alphaBar);
    const half = -0.5 / this.variance(alphaBar);
    const gain = (signal * this.spread ** 2) / this.variance(alphaBar);
    for (let i = 0; i < 2 * n; i += 2) {
      const least = this.measure(x[i], x[i + 1], signal);
      let total = 0, meanX = 0, meanY = 0;
      for (let k = 0; k < squares.length; k++) {
        const share = Math.exp(half * (squares[k] - least));
        total += share;
        meanX += share * centres[2 * k];
        meanY += share * centres[2 * k + 1];
      }
      meanX /= total;
      meanY /= total;
      x0[i] = meanX + gain * (x[i] - signal * meanX);
      x0[i + 1] = meanY + gain * (x[i + 1] - signal * meanY);
    }
  }

  /** The share of particles within three standard deviations of one of the noised Gaussians. */
  shareInside(x, n, alphaBar) {
    const reach = 9 * this.variance(alphaBar);
    let inside = 0;
    for (let i = 0; i < 2 * n; i += 2) inside += this.measure(x[i], x[i + 1], Math.sqrt(alphaBar)) <= reach;
    return inside / n;
  }

  /** How many of the Gaussians are the nearest one of at least a hundredth of the particles. */
  reached(x, n, alphaBar) {
    const counts = new Uint32Array(this.squares.length);
    for (let i = 0; i < 2 * n; i += 2) {
      const least = this.measure(x[i], x[i + 1], Math.sqrt(alphaBar));
      counts[this.squares.indexOf(least)]++;
    }
    return counts.filter((count) => count >= n / 100).length;
  }

  /** q(x_t), up to a factor, on a grid of side² places over ±reach, rows from top to bottom. */
  density(side, reach, alphaBar, q) {
    const { centres } = this;
    const half = -0.5 / this.variance(alphaBar);
    const signal = Math.sqrt(alphaBar);
    const across = new Float64Array(side), down = new Float64Array(side);
    q.fill(0);
    for (let k = 0; k < centres.length; k += 2) {
      for (let i = 0; i < side; i++) {
        const place = ((2 * i + 1) / side - 1) * reach;
        across[i] = Math.exp(half * (place - signal * centres[k]) ** 2);
        down[i] = Math.exp(half * (-place - signal * centres[k + 1]) ** 2);
      }
      for (let row = 0; row < side; row++) {
        if (down[row] < 1e-6) continue;
        for (let column = 0; column < side; column++) q[row * side + column] += down[row] * across[column];
      }
    }
  }
}

const WAVES = 8;
const LANES = 4;

/** The network of engine/diffusion/toy_model.py. Four particles at a time share each weight that is read. */
class NetField {
  constructor(tensors) {
    const layer = (name) => {
      const [weight, bias] = [tensors[`${name}.weight`], tensors[`${name}.bias`]];
      if (!weight || !bias) throw new Error(`The network's weights lack ${name}.`);
      return { weight: weight.values, bias: bias.values };
    };
    this.place = layer("place");
    this.hidden = [];
    while (`hidden.${this.hidden.length}.weight` in tensors) this.hidden.push(layer(`hidden.${this.hidden.length}`));
    this.noise = layer("noise");
    this.velocity = layer("velocity");
    this.width = this.place.bias.length;
    this.shifts = new Float32Array(this.noise.bias.length);
    this.h = new Float32Array(LANES * this.width);
    this.next = new Float32Array(LANES * this.width);
    this.lanes = new Float32Array(2 * LANES);
    this.v = new Float32Array(2 * LANES);
    this.none = new Float32Array(2);
  }

  /** What the noise level adds before each layer's activation: the same for all particles. */
  listen(alphaBar) {
    const u = Math.max(-1, Math.min(1, Math.log((1 - alphaBar) / alphaBar) / 10));
    const waves = new Float32Array(2 * WAVES);
    for (let i = 0; i < WAVES; i++) {
      waves[i] = Math.cos((u * (i + 1) * Math.PI) / 4);
      waves[WAVES + i] = Math.sin((u * (i + 1) * Math.PI) / 4);
    }
    linear(this.noise, waves, this.shifts);
  }

  denoise(x, n, alphaBar, x0) {
    const [signal, sigma] = [Math.sqrt(alphaBar), Math.sqrt(1 - alphaBar)];
    this.listen(alphaBar);
    for (let i = 0; i < n; i += LANES) {
      const here = Math.min(LANES, n - i);
      for (let lane = 0; lane < here; lane++) {
        this.lanes[lane] = x[2 * (i + lane)];
        this.lanes[LANES + lane] = x[2 * (i + lane) + 1];
      }
      this.forward();
      for (let lane = 0; lane < here; lane++) {
        const at = 2 * (i + lane);
        x0[at] = signal * x[at] - sigma * this.v[lane];
        x0[at + 1] = signal * x[at + 1] - sigma * this.v[LANES + lane];
      }
    }
  }

  forward() {
    const { width, shifts } = this;
    fourLanes(this.place, this.lanes, this.h, shifts.subarray(0, width));
    silu(this.h);
    this.hidden.forEach((layer, i) => {
      fourLanes(layer, this.h, this.next, shifts.subarray((i + 1) * width, (i + 2) * width));
      silu(this.next);
      [this.h, this.next] = [this.next, this.h];
    });
    fourLanes(this.velocity, this.h, this.v, this.none);
  }
}

/** y = W x + b + shift for four vectors at once: x (columns, 4), y (rows, 4), an even number of rows. */
function fourLanes({ weight, bias }, x, y, shift) {
  const rows = bias.length;
  const columns = weight.length / rows;
  for (let i = 0; i < rows; i += 2) {
    const p = i * columns, q = p + columns;
    let a0 = bias[i] + shift[i], b0 = bias[i + 1] + shift[i + 1];
    let a1 = a0, a2 = a0, a3 = a0, b1 = b0, b2 = b0, b3 = b0;
    for (let j = 0; j < columns; j++) {
      const a = weight[p + j], b = weight[q + j];
      const x0 = x[4 * j], x1 = x[4 * j + 1], x2 = x[4 * j + 2], x3 = x[4 * j + 3];
      a0 += a * x0; a1 += a * x1; a2 += a * x2; a3 += a * x3;
      b0 += b * x0; b1 += b * x1; b2 += b * x2; b3 += b * x3;
    }
    y[4 * i] = a0; y[4 * i + 1] = a1; y[4 * i + 2] = a2; y[4 * i + 3] = a3;
    y[4 * i + 4] = b0; y[4 * i + 5] = b1; y[4 * i + 6] = b2; y[4 * i + 7] = b3;
  }
}
