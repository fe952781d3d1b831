// What lies still on the map: decoded tiles, test codes, contours of the prior.

const ROLE = { latent: "#0072B2", latentOnDark: "#56A9DC", generated: "#E69F00" };

/** Decoded pictures on a grid over the plane, drawn as ink whose opacity is the pixel, from the middle outwards. */
class ManifoldTiles {
  constructor(plane, tilesPerSide, ink) {
    this.plane = plane;
    this.tilesPerSide = tilesPerSide;
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = 28 * tilesPerSide;
    this.context = this.canvas.getContext("2d");
    this.setInk(ink);
    const middle = (tilesPerSide - 1) / 2;
    const ring = ([column, row]) => Math.hypot(column - middle, row - middle);
    const place = (_, i) => [i % tilesPerSide, Math.floor(i / tilesPerSide)];
    this.waiting = Array.from({ length: tilesPerSide ** 2 }, place).sort((a, b) => ring(b) - ring(a));
  }

  /** Colours what is drawn already, and what will be. */
  setInk(ink) {
    this.context.globalCompositeOperation = "source-in";
    this.context.fillStyle = ink;
    this.context.fillRect(0, 0, this.canvas.width, this.canvas.height);
    this.ink = rgba(ink);
  }

  get done() {
    return this.waiting.length === 0;
  }

  decodeNext(decoder) {
    const [column, row] = this.waiting.pop();
    const { centre, radius } = this.plane;
    const offset = (index) => radius * ((2 * index + 1) / this.tilesPerSide - 1);
    const pixels = decoder.decode([centre[0] + offset(column), centre[1] - offset(row)]);
    const tile = this.context.createImageData(28, 28);
    for (let i = 0; i < pixels.length; i++) {
      tile.data.set(this.ink, 4 * i);
      tile.data[4 * i + 3] = pixels[i];
    }
    this.context.putImageData(tile, 28 * column, 28 * row);
  }
}

/** Sizes a canvas to `side` CSS pixels at the screen's resolution and returns its cleared context in CSS pixels. */
function freshContext(canvas, side) {
  const ratio = Math.min(devicePixelRatio || 1, 2);
  const pixels = Math.round(side * ratio);
  if (canvas.width !== pixels) canvas.width = canvas.height = pixels;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, side, side);
  return context;
}

/** A dot drawn once, to be stamped ten thousand times. */
function dotStamp(colour, radius) {
  const ratio = 4;
  const stamp = document.createElement("canvas");
  stamp.width = stamp.height = Math.ceil(2 * radius * ratio);
  const context = stamp.getContext("2d");
  context.fillStyle = colour;
  context.arc(stamp.width / 2, stamp.width / 2, radius * ratio, 0, 2 * Math.PI);
  context.fill();
  return stamp;
}

/** Text with a halo in the page's own colour, so that it reads on anything. */
function haloText(context, text, x, y, fill, halo) {
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = fill;
  context.fillText(text, x, y);
}

/** Every test code as a dot in its class's colour; with `isolated` ≥ 0 the other classes fade to a breath of grey. */
function paintCodes(canvas, plane, { classes, colours }, isolated, theme) {
  const context = freshContext(canvas, plane.side);
  const radius = Math.max(1.1, plane.side / 400);
  const stamps = colours.map((colour) => dotStamp(colour, radius));
  const faded = dotStamp(theme.text, radius);
  const draw = (chosen, stampOf, opacity) => {
    context.globalAlpha = opacity;
    for (let i = 0; i < plane.count; i++) {
      if (!chosen(plane.labels[i])) continue;
      const [x, y] = plane.toPixels(plane.code(i));
      context.drawImage(stampOf(plane.labels[i]), x - radius, y - radius, 2 * radius, 2 * radius);
    }
  };
  if (isolated >= 0) draw((label) => label !== isolated, () => faded, 0.09);
  draw((label) => isolated < 0 || label === isolated, (label) => stamps[label], isolated < 0 ? 0.62 : 0.85);
  context.globalAlpha = 1;
  context.font = `700 ${plane.side < 480 ? 13 : 16}px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const taken = [];
  classes.forEach((name, label) => {
    const crowd = isolated < 0 || label === isolated ? plane.densestPlace(label, taken) : null;
    if (!crowd) return;
    taken.push(crowd);
    haloText(context, name, ...plane.toPixels(crowd), theme.text, theme.background);
  });
}

/** Circles of the prior N(0, I) at 1, 2, 3 σ, each with the share of samples inside: 1 − exp(−k²/2). */
function paintPrior(canvas, plane, theme) {
  const context = freshContext(canvas, plane.side);
  const latent = theme.dark ? ROLE.latentOnDark : ROLE.latent;
  const [x, y] = plane.toPixels([0, 0]);
  const reach = 3 * plane.scale;
  const glow = context.createRadialGradient(x, y, 0, x, y, reach);
  for (let k = 0; k <= 3; k += 0.5) glow.addColorStop(k / 3, withAlpha(latent, 0.16 * Math.exp((-k * k) / 2)));
  context.fillStyle = glow;
  context.fillRect(0, 0, plane.side, plane.side);
  context.font = `500 11px ${theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const k of [1, 2, 3]) {
    context.strokeStyle = withAlpha(latent, 0.75);
    context.lineWidth = 1.25;
    context.setLineDash(k === 1 ? [] : [5, 4]);
    context.beginPath();
    context.arc(x, y, k * plane.scale, 0, 2 * Math.PI);
    context.stroke();
    const inside = 100 * (1 - Math.exp((-k * k) / 2));
    const label = plane.scale > 30 ? `${k}σ · ${inside.toFixed(k === 3 ? 1 : 0)} %` : `${k}σ`;
    if (plane.scale > 12) haloText(context, label, x, y - k * plane.scale, latent, theme.background);
  }
}

/** `#rrggbb` at the given opacity. */
function withAlpha(hex, alpha) {
  return hex + Math.round(255 * alpha).toString(16).padStart(2, "0");
}
