// How much each place looks for a word: read from the maps, enlarged smoothly, drawn as light and a line.

const SMOOTH = 64; // places along a side of an enlarged map
const [SHADE, LIT] = [[12, 16, 24, 0.74], [86, 180, 233, 0.2]]; // where nobody looks, where all look: red, green, blue, alpha
const HALF = 0.5; // the line runs where a place looks half as much as the one that looks most
const FAINT = 0.06; // words that no place looks at more than this leave the picture in the shade

const LAYER_PARTS = { both: ["down", "up"], down: ["down"], middle: ["middle"], up: ["up"] };

/** The attention maps of a film: {shape: [frames, pictures, tokens, side, side], values} by layer. */
class Maps {
  constructor(tensors) {
    this.tensors = tensors;
  }

  /** What a picture's places look at, (side²) for one token, at one frame; layers "both" are their mean. */
  at(layer, frame, picture, token) {
    const parts = LAYER_PARTS[layer].map((name) => {
      const { shape, values } = this.tensors[name];
      const [, pictures, tokens, side] = shape;
      const start = ((frame * pictures + picture) * tokens + token) * side * side;
      return values.subarray(start, start + side * side);
    });
    return mean(parts);
  }

  /** The same, or with `soFar` the mean over the frames up to this one. */
  seen({ layer, span }, frame, picture, token) {
    const first = span === "now" ? frame : 0;
    return mean(Array.from({ length: frame - first + 1 }, (_, i) => this.at(layer, first + i, picture, token)));
  }

  side(layer) {
    return this.tensors[LAYER_PARTS[layer][0]].shape[3];
  }
}

/** The mean of several maps. */
function mean(maps) {
  return sum(maps).map((value) => value / maps.length);
}

function sum(maps) {
  const total = new Float32Array(maps[0].length);
  for (const map of maps) for (let i = 0; i < map.length; i++) total[i] += map[i];
  return total;
}

/** Weights of the four places around a point for a cubic B-spline, which has no corners and no overshoot. */
function splineWeights(f) {
  const g = 1 - f;
  return [g ** 3, 3 * f ** 3 - 6 * f ** 2 + 4, 3 * g ** 3 - 6 * g ** 2 + 4, f ** 3].map((weight) => weight / 6);
}

/** A map of side × side places as SMOOTH × SMOOTH, its largest value 1; less where hardly any place looks at all. */
function smoothed(map, side) {
  const taps = Array.from({ length: SMOOTH }, (_, i) => {
    const x = ((i + 0.5) * side) / SMOOTH - 0.5;
    const first = Math.floor(x) - 1;
    const inside = (place) => Math.max(0, Math.min(side - 1, place));
    return splineWeights(x - Math.floor(x)).map((weight, k) => [inside(first + k), weight]);
  });
  const rows = new Float32Array(SMOOTH * side);
  for (let y = 0; y < SMOOTH; y++) {
    for (let x = 0; x < side; x++) for (const [place, weight] of taps[y]) rows[y * side + x] += weight * map[place * side + x];
  }
  const smooth = new Float32Array(SMOOTH * SMOOTH);
  for (let y = 0; y < SMOOTH; y++) {
    for (let x = 0; x < SMOOTH; x++) {
      for (const [place, weight] of taps[x]) smooth[y * SMOOTH + x] += weight * rows[y * side + place];
    }
  }
  const most = Math.max(FAINT, ...smooth);
  return smooth.map((value) => value / most);
}

/** A map 0…1 over a square of `size` pixels: shade where it is 0, light where it is 1, and a line at half. */
function drawHeat(context, smooth, size) {
  const veil = new ImageData(SMOOTH, SMOOTH);
  smooth.forEach((h, i) => {
    for (let c = 0; c < 3; c++) veil.data[4 * i + c] = SHADE[c] + h * (LIT[c] - SHADE[c]);
    veil.data[4 * i + 3] = 255 * (SHADE[3] + h * (LIT[3] - SHADE[3]));
  });
  drawOver(context, veil, size);
  const lines = contour(smooth, HALF);
  for (const [width, colour] of [[5, "rgba(0, 0, 0, 0.55)"], [2.5, "#fff"]]) strokeLines(context, lines, size / SMOOTH, width, colour);
}

/** Pixels enlarged smoothly over a square of `size` pixels. */
function drawOver(context, pixels, size) {
  const sheet = Object.assign(document.createElement("canvas"), { width: pixels.width, height: pixels.height });
  sheet.getContext("2d").putImageData(pixels, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(sheet, 0, 0, size, size);
}

/** The line at a level of SMOOTH × SMOOTH values, as pieces [x, y, x, y] in places: marching squares. */
function contour(values, level) {
  const pieces = [];
  for (let y = 0; y < SMOOTH - 1; y++) {
    for (let x = 0; x < SMOOTH - 1; x++) {
      const corners = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]];
      const heights = corners.map(([column, row]) => values[row * SMOOTH + column] - level);
      const crossings = [];
      for (let k = 0; k < 4; k++) {
        const [a, b] = [heights[k], heights[(k + 1) % 4]];
        if (a > 0 === b > 0) continue;
        const [from, to] = [corners[k], corners[(k + 1) % 4]];
        crossings.push(from.map((start, axis) => start + 0.5 + (a / (a - b)) * (to[axis] - start)));
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) pieces.push([...crossings[k], ...crossings[k + 1]]);
    }
  }
  return pieces;
}

function strokeLines(context, pieces, scale, width, colour) {
  context.beginPath();
  for (const [x, y, toX, toY] of pieces) {
    context.moveTo(x * scale, y * scale);
    context.lineTo(toX * scale, toY * scale);
  }
  Object.assign(context, { strokeStyle: colour, lineWidth: width, lineCap: "round" });
  context.stroke();
}
