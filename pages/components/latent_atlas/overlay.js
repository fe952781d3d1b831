// What moves on the map: the cursor, the posterior under it, pins and the paths between them.

const PIN_RADIUS = 10;
const CURSOR_RADIUS = 13;

function paintOverlay(canvas, plane, theme, { cursor, nearest, pins, hovered, marker, colours, moving }) {
  const context = freshContext(canvas, plane.side);
  context.lineCap = "round";
  if (pins.length > 1) paintPaths(context, plane, theme, pins);
  paintCursor(context, plane, theme, cursor, moving);
  if (nearest) paintPosterior(context, plane, theme, nearest, colours);
  pins.forEach((pin, i) => paintPin(context, plane, theme, pin, i, i === hovered));
  if (marker) paintMarker(context, plane, theme, marker);
}

/** The way through all pins, and the arc that spherical interpolation takes between the last two. */
function paintPaths(context, plane, theme, pins) {
  const latent = theme.dark ? ROLE.latentOnDark : ROLE.latent;
  const trace = (points) => {
    context.beginPath();
    for (const point of points) context.lineTo(...plane.toPixels(point));
    for (const [width, colour] of [[4.5, theme.background], [2, latent]]) {
      Object.assign(context, { lineWidth: width, strokeStyle: colour });
      context.stroke();
    }
  };
  trace(pins);
  context.setLineDash([2, 5]);
  trace(Array.from({ length: 49 }, (_, i) => sphericalPath(pins.slice(-2), i / 48)));
  context.setLineDash([]);
}

/** ±1σ and ±2σ of the diagonal Gaussian q(z|x) of one test picture. */
function paintPosterior(context, plane, theme, nearest, colours) {
  const [x, y] = plane.toPixels(plane.code(nearest.index));
  const sigma = plane.sigma(nearest.index);
  const colour = colours[plane.labels[nearest.index]];
  for (const k of sigma ? [2, 1] : []) {
    context.beginPath();
    context.ellipse(x, y, k * sigma[0] * plane.scale, k * sigma[1] * plane.scale, 0, 0, 2 * Math.PI);
    context.fillStyle = withAlpha(colour, 0.16);
    context.fill();
    for (const [width, stroke] of [[3, theme.background], [1.5, colour]]) {
      Object.assign(context, { lineWidth: width, strokeStyle: stroke });
      context.stroke();
    }
  }
  context.beginPath();
  context.arc(x, y, sigma ? 2 : 3.5, 0, 2 * Math.PI);
  Object.assign(context, { fillStyle: colour, strokeStyle: theme.background, lineWidth: 1 });
  context.fill();
  context.stroke();
}

function paintPin(context, plane, theme, pin, index, hovered) {
  const [x, y] = plane.toPixels(pin);
  context.beginPath();
  context.arc(x, y, PIN_RADIUS + (hovered ? 2 : 0), 0, 2 * Math.PI);
  Object.assign(context, { fillStyle: ROLE.latent, strokeStyle: "#ffffff", lineWidth: 2 });
  context.fill();
  context.stroke();
  Object.assign(context, { textAlign: "center", textBaseline: "middle", fillStyle: "#ffffff" });
  context.font = `700 ${hovered ? 13 : 11}px ${theme.font}`;
  context.fillText(hovered ? "×" : index + 1, x, y + 0.5);
}

/** A star where the person's own picture was encoded. */
function paintMarker(context, plane, theme, marker) {
  const [x, y] = plane.toPixels(plane.clamp(marker));
  context.beginPath();
  for (let i = 0; i < 10; i++) {
    const radius = i % 2 ? 5 : 12;
    context.lineTo(x + radius * Math.sin((i * Math.PI) / 5), y - radius * Math.cos((i * Math.PI) / 5));
  }
  context.closePath();
  Object.assign(context, { lineJoin: "round", lineWidth: 4, strokeStyle: theme.background, fillStyle: theme.text });
  context.stroke();
  context.fill();
  Object.assign(context, { font: `700 13px ${theme.font}`, textAlign: "center", textBaseline: "middle" });
  haloText(context, "yours", x, y + 22, theme.text, theme.background);
}

/** A ring with hairlines to the edges of the map; its middle is filled while something other than the hand moves it. */
function paintCursor(context, plane, theme, cursor, moving) {
  const [x, y] = plane.toPixels(cursor);
  context.strokeStyle = withAlpha(ROLE.generated, theme.dark ? 0.5 : 0.65);
  context.lineWidth = 1;
  context.beginPath();
  for (const [from, to] of [[0, x - CURSOR_RADIUS], [x + CURSOR_RADIUS, plane.side]]) {
    context.moveTo(from, y);
    context.lineTo(to, y);
  }
  for (const [from, to] of [[0, y - CURSOR_RADIUS], [y + CURSOR_RADIUS, plane.side]]) {
    context.moveTo(x, from);
    context.lineTo(x, to);
  }
  context.stroke();
  context.beginPath();
  context.arc(x, y, CURSOR_RADIUS, 0, 2 * Math.PI);
  for (const [width, colour] of [[6, theme.background], [3, ROLE.generated]]) {
    Object.assign(context, { lineWidth: width, strokeStyle: colour });
    context.stroke();
  }
  if (!moving) return;
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fillStyle = ROLE.generated;
  context.fill();
}
