// What a person takes home: the three views of a frame, or a strip of the whole run, as a PNG.

const FRAME_SIDE = 512; // pixels: about the size of a view
const STRIP_SIDE = 192;
const STRIP_FRAMES = 10;
const PRINT_GAP = 16;

/** The three views side by side, with their names and what the caption says. */
function saveFrame(reel, { index, picked }, theme) {
  const cells = VIEW_TEXTS.map(({ symbol, text }, view) => ({ view, frame: index, text: `${symbol}  ${text}` }));
  const note = describeFrame(reel.header, index, picked);
  downloadPng(printRow(reel, picked, theme, cells, FRAME_SIDE, note), `${fileName(reel.header)}-${index}.png`);
}

/** x_t at evenly spread frames, from noise to the final picture. */
function saveStrip(reel, { picked }, theme) {
  const { count, t, still } = reel.header;
  const shown = Math.min(STRIP_FRAMES, count);
  const cells = Array.from({ length: shown }, (_, i) => {
    const frame = Math.round((i * still) / Math.max(1, shown - 1));
    return { view: 0, frame, text: `t = ${t[frame]}` };
  });
  downloadPng(printRow(reel, picked, theme, cells, STRIP_SIDE, ""), `${fileName(reel.header)}-strip.png`);
}

/** A canvas with views in a row, each about `side` pixels wide with a text under it, and a note at the bottom. */
function printRow(reel, picked, theme, cells, side, note) {
  const pen = penOf(theme, side > STRIP_SIDE ? 1.6 : 1.2);
  const line = 2 * parseFloat(pen.font);
  const { header } = reel;
  const all = wholeLayout(header, layOut(header, { width: side, height: 1.25 * side }, PICTURE_GAP, 0));
  const layout = picked === null ? all : layOutAlone(header, all);
  const { width, height } = all.size;
  const pitch = width + PRINT_GAP;
  const canvas = document.createElement("canvas");
  canvas.width = cells.length * pitch + PRINT_GAP;
  canvas.height = PRINT_GAP + height + (note ? 2 : 1) * line;
  const context = canvas.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  cells.forEach(({ view, frame, text }, i) => {
    context.setTransform(1, 0, 0, 1, PRINT_GAP + i * pitch, PRINT_GAP);
    drawView(context, reel, layout, { view, frame, picked }, pen);
    Object.assign(context, pen);
    context.fillText(text, width / 2, height + line / 2);
  });
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillText(note, canvas.width / 2, PRINT_GAP + height + 1.4 * line);
  return canvas;
}

function fileName({ label }) {
  return label.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}
