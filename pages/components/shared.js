// Shared by every component: read before the component's own script. Plain declarations, no exports.

// --- tensors ---------------------------------------------------------------------------------------------------------

/** IEEE half → float: h = (−1)^s · 2^(e−15) · (1 + f/1024), and f · 2^−24 where e = 0. */
function halfToFloat(halves) {
  const floats = new Float32Array(halves.length);
  const bits = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) {
    const sign = (halves[i] & 0x8000) << 16;
    const exponent = (halves[i] >> 10) & 31;
    const fraction = halves[i] & 1023;
    if (exponent === 0) floats[i] = (sign ? -1 : 1) * fraction * 2 ** -24;
    else bits[i] = sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13);
  }
  return floats;
}

const TENSOR_READERS = {
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => halfToFloat(new Uint16Array(bytes)),
  U8: (bytes) => new Uint8Array(bytes),
  I64: (bytes) => Int32Array.from(new BigInt64Array(bytes), Number),
};

/** A safetensors file (u64 header length, JSON header, raw little-endian data) → {name: {shape, values}}. */
function parseSafetensors(buffer) {
  const headerBytes = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, headerBytes)));
  const tensors = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const read = TENSOR_READERS[entry.dtype];
    if (!read) throw new Error(`${name} is of type ${entry.dtype}, which this page cannot read.`);
    const [start, end] = entry.data_offsets.map((offset) => 8 + headerBytes + offset);
    tensors[name] = { shape: entry.shape, values: read(buffer.slice(start, end)) };
  }
  return tensors;
}

const fetchedTensors = new Map();

/** The tensors behind `url`, fetched once as long as the page is open; a failed attempt may be repeated. */
function fetchTensors(url) {
  if (!fetchedTensors.has(url)) {
    const tensors = fetch(url).then(async (response) => {
      if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
      return parseSafetensors(await response.arrayBuffer());
    });
    tensors.catch(() => fetchedTensors.delete(url));
    fetchedTensors.set(url, tensors);
  }
  return fetchedTensors.get(url);
}

// --- the decoder -----------------------------------------------------------------------------------------------------

/** y = W x + b, W row-major (rows, columns). Four rows by two columns at a time: twice as fast as the plain loop. */
function linear({ weight, bias }, x, y) {
  const rows = bias.length;
  const columns = weight.length / rows;
  const wide = rows - (rows % 4);
  const even = columns - (columns % 2);
  for (let i = 0; i < wide; i += 4) {
    const p = i * columns, q = p + columns, r = q + columns, s = r + columns;
    let p0 = bias[i], q0 = bias[i + 1], r0 = bias[i + 2], s0 = bias[i + 3];
    let p1 = 0, q1 = 0, r1 = 0, s1 = 0;
    for (let j = 0; j < even; j += 2) {
      const a = x[j], b = x[j + 1];
      p0 += weight[p + j] * a; p1 += weight[p + j + 1] * b;
      q0 += weight[q + j] * a; q1 += weight[q + j + 1] * b;
      r0 += weight[r + j] * a; r1 += weight[r + j + 1] * b;
      s0 += weight[s + j] * a; s1 += weight[s + j + 1] * b;
    }
    y[i] = p0 + p1; y[i + 1] = q0 + q1; y[i + 2] = r0 + r1; y[i + 3] = s0 + s1;
    if (even < columns) for (let k = 0; k < 4; k++) y[i + k] += weight[(i + k + 1) * columns - 1] * x[even];
  }
  for (let i = wide; i < rows; i++) {
    y[i] = bias[i];
    for (let j = 0; j < columns; j++) y[i] += weight[i * columns + j] * x[j];
  }
}

/** Layer normalisation over the whole vector, ε = 10⁻⁵. */
function layerNorm({ weight, bias }, x, y) {
  let mean = 0, variance = 0;
  for (let i = 0; i < x.length; i++) mean += x[i] / x.length;
  for (let i = 0; i < x.length; i++) variance += (x[i] - mean) ** 2 / x.length;
  const scale = 1 / Math.sqrt(variance + 1e-5);
  for (let i = 0; i < x.length; i++) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
}

function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

/** silu(x) = x · sigmoid(x), in place. */
function silu(x) {
  for (let i = 0; i < x.length; i++) x[i] *= sigmoid(x[i]);
}

/**
 * p(x|z) of a residual MLP: x = input(z); x += contract(silu(expand(norm(x)))) per block; output(silu(norm(x))).
 * `decode(z)` returns the Bernoulli means as grey levels 0…255 in a buffer that the next call overwrites.
 */
class MlpDecoder {
  constructor(tensors) {
    const layer = (name) => {
      const [weight, bias] = [tensors[`${name}.weight`], tensors[`${name}.bias`]];
      if (!weight || !bias) throw new Error(`The decoder's weights lack ${name}.`);
      return { weight: weight.values, bias: bias.values };
    };
    this.input = layer("decoder.input");
    this.blocks = [];
    for (let i = 0; `decoder.blocks.${i}.norm.weight` in tensors; i++) {
      const part = (name) => layer(`decoder.blocks.${i}.${name}`);
      this.blocks.push({ norm: part("norm"), expand: part("expand"), contract: part("contract") });
    }
    this.norm = layer("decoder.norm");
    this.output = layer("decoder.output");
    const width = this.input.bias.length;
    this.x = new Float32Array(width);
    this.normed = new Float32Array(width);
    this.delta = new Float32Array(width);
    this.expanded = this.blocks.map((block) => new Float32Array(block.expand.bias.length));
    this.logits = new Float32Array(this.output.bias.length);
    this.pixels = new Uint8ClampedArray(this.logits.length);
  }

  decode(z) {
    linear(this.input, z, this.x);
    this.blocks.forEach((block, i) => {
      layerNorm(block.norm, this.x, this.normed);
      linear(block.expand, this.normed, this.expanded[i]);
      silu(this.expanded[i]);
      linear(block.contract, this.expanded[i], this.delta);
      for (let j = 0; j < this.x.length; j++) this.x[j] += this.delta[j];
    });
    layerNorm(this.norm, this.x, this.normed);
    silu(this.normed);
    linear(this.output, this.normed, this.logits);
    for (let i = 0; i < this.logits.length; i++) this.pixels[i] = 255 * sigmoid(this.logits[i]);
    return this.pixels;
  }
}

// --- the standard normal ---------------------------------------------------------------------------------------------

/** Φ(z). Hart's rational form as given by West (2005): absolute error below 10⁻¹⁴ for |z| ≤ 7. */
function normalCdf(z) {
  const x = Math.abs(z);
  if (x > 7) return z < 0 ? 0 : 1;
  const up = [0.0352624965998911, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871,
    221.213596169931, 220.206867912376];
  const down = [0.0883883476483184, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674,
    637.333633378831, 793.826512519948, 440.413735824752];
  const horner = (coefficients) => coefficients.reduce((sum, c) => sum * x + c, 0);
  const tail = (Math.exp((-x * x) / 2) * horner(up)) / horner(down);
  return z < 0 ? tail : 1 - tail;
}

/** Φ⁻¹(u) for 0 < u < 1. Acklam's rational start and one Halley step on Φ: error below 10⁻¹² on [0.001, 0.999]. */
function normalQuantile(u) {
  const horner = (coefficients, x) => coefficients.reduce((sum, c) => sum * x + c, 0);
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const q = u - 0.5;
  const r = Math.sqrt(-2 * Math.log(Math.min(u, 1 - u)));
  const tail = (Math.sign(-q) * horner(c, r)) / horner(d, r);
  const z = Math.abs(q) <= 0.47575 ? (q * horner(a, q * q)) / horner(b, q * q) : tail;
  const step = (normalCdf(z) - u) * Math.sqrt(2 * Math.PI) * Math.exp((z * z) / 2);
  return z - step / (1 + (z * step) / 2);
}

// --- what Python packs: frame_player.pack ---------------------------------------------------------------------------

/** u32 header length, JSON header, blob. */
function unpack(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return { header, blob: bytes.subarray(4 + length) };
}

// --- pictures --------------------------------------------------------------------------------------------------------

/** Grey levels 0…255, row by row, → a canvas of exactly that size (enlarge with `image-rendering: pixelated`). */
function drawGrey(canvas, pixels, width = 28) {
  const height = pixels.length / width;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const picture = context.createImageData(width, height);
  for (let i = 0; i < pixels.length; i++) {
    picture.data[4 * i] = picture.data[4 * i + 1] = picture.data[4 * i + 2] = pixels[i];
    picture.data[4 * i + 3] = 255;
  }
  context.putImageData(picture, 0, 0);
}

/** Saves `canvas` as a PNG, each pixel enlarged to `scale`×`scale`. */
function downloadPng(canvas, name, scale = 1) {
  const large = document.createElement("canvas");
  Object.assign(large, { width: canvas.width * scale, height: canvas.height * scale });
  const context = large.getContext("2d");
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, large.width, large.height);
  large.toBlob((blob) => {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
}

/** Decodes the PNG into `part.sheet`, unless it is on show; of two that overtake each other the later one stays. */
async function takeSheet(part, { header, blob }, isMounted) {
  part.wanted = header.digest;
  if (part.header?.digest !== header.digest) {
    const sheet = await createImageBitmap(new Blob([blob], { type: "image/png" }));
    if (part.wanted !== header.digest || !isMounted()) return sheet.close();
    part.sheet?.close();
    part.sheet = sheet;
  }
  part.header = header;
  part.present();
}

/** Adds an arrow to the pen's path, from (x, y) along the unit vector (ux, uy). */
function arrow(pen, x, y, ux, uy, length, head) {
  const [tipX, tipY] = [x + ux * length, y + uy * length];
  pen.moveTo(x, y);
  pen.lineTo(tipX, tipY);
  pen.moveTo(tipX - head * (0.85 * ux - 0.5 * uy), tipY - head * (0.85 * uy + 0.5 * ux));
  pen.lineTo(tipX, tipY);
  pen.lineTo(tipX - head * (0.85 * ux + 0.5 * uy), tipY - head * (0.85 * uy - 0.5 * ux));
}

// --- the page --------------------------------------------------------------------------------------------------------

/** What a component exports: one `Part` for each element `selector` on the page, told of every change until it goes. */
function mounting(selector, Part) {
  const parts = new WeakMap();
  return ({ data, parentElement, setStateValue }) => {
    const root = parentElement.querySelector(selector);
    if (!root || !data) return;
    if (!parts.has(root)) parts.set(root, new Part(root));
    const part = parts.get(root);
    part.update(data, setStateValue);
    return () => {
      part.close();
      parts.delete(root);
    };
  };
}

function prefersReducedMotion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Any CSS colour → [red, green, blue, alpha], 0…255. */
function rgba(colour) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  return probe.getImageData(0, 0, 1, 1).data;
}

/** The colours and the font of the page around `element`, and whether it is a dark page. */
function themeOf(element) {
  const style = getComputedStyle(element);
  const background = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
  const text = style.getPropertyValue("--st-text-color").trim() || "#31333f";
  const [red, green, blue] = rgba(background);
  return { background, text, dark: 0.299 * red + 0.587 * green + 0.114 * blue < 128, font: style.fontFamily };
}

/** Tells Python what a hand changed (see `controlled` in assets.py) and returns the serial that it will answer. */
function sendEdit(setStateValue, value) {
  const serial = Date.now();
  setStateValue("edit", { serial, value });
  return serial;
}

/** Calls `report(visible)` when `element` enters or leaves the screen, or its tab is hidden. Returns the way out. */
function watchVisibility(element, report) {
  let onScreen = false;
  const tell = () => report(onScreen && !document.hidden);
  const observer = new IntersectionObserver(([entry]) => {
    onScreen = entry.isIntersecting;
    tell();
  });
  observer.observe(element);
  document.addEventListener("visibilitychange", tell);
  return () => {
    observer.disconnect();
    document.removeEventListener("visibilitychange", tell);
  };
}
