// The pictures of a film: where they lie on the sprite sheet, and where they go on a canvas.

const PICTURE_GAP = 2; // CSS pixels between the pictures of a view
const LINE = 1.5; // a line of text, in heights of its font
const WHOLE_ZOOM = 4; // from here on a picture's pixel is a whole number of screen pixels

/** The decoded sheet of a film: view after view, in each frame after frame, in each picture after picture. */
class Reel {
  constructor(header, sheet) {
    this.header = header;
    this.sheet = sheet;
  }

  draw(context, { view, frame, picture }, x, y, width, height) {
    const { count, pictures, columns, width: w, height: h } = this.header;
    const cell = (view * count + frame) * pictures + picture;
    context.imageSmoothingEnabled = width < w;
    context.drawImage(this.sheet, (cell % columns) * w, Math.floor(cell / columns) * h, w, h, x, y, width, height);
  }
}

/**
 * Where `pictures` of width × height go in a box: row by row, in as many columns as make them large and leave few
 * places empty. `gap` is the room between pictures, `text` the height of the line under each; all in one unit.
 */
function layOut({ pictures, width, height }, box, gap, text) {
  const layouts = Array.from({ length: pictures }, (_, i) => {
    const columns = i + 1;
    const rows = Math.ceil(pictures / columns);
    const across = (box.width - (columns - 1) * gap) / columns / width;
    const down = ((box.height - (rows - 1) * gap) / rows - text) / height;
    const room = Math.min(across, down);
    const zoom = room < WHOLE_ZOOM ? room : Math.floor(room);
    return { columns, rows, zoom, merit: (zoom * pictures) / (rows * columns) };
  });
  const best = layouts.reduce((one, other) => (other.merit > one.merit ? other : one));
  return rowsOf(best, { width, height, gap, text });
}

function rowsOf({ columns, rows, zoom }, { width, height, gap, text }) {
  const cell = { width: zoom * width, height: zoom * height };
  const pitch = { x: cell.width + gap, y: cell.height + text + gap };
  const size = { width: Math.round(columns * pitch.x - gap), height: Math.round(rows * pitch.y - gap) };
  return { columns, rows, zoom, cell, pitch, gap, text, size };
}

/** The same rows with a picture's pixel a whole number of pixels. */
function wholeLayout({ width, height }, { columns, rows, zoom, gap, text }) {
  return rowsOf({ columns, rows, zoom: Math.max(1, Math.round(zoom)) }, { width, height, gap, text });
}

/** The layout of one picture alone, in the middle of the room that all had. */
function layOutAlone(header, { size, text }) {
  const alone = layOut({ ...header, pictures: 1 }, size, 0, text);
  const left = Math.floor((size.width - alone.size.width) / 2);
  const top = Math.floor((size.height - alone.size.height) / 2);
  return { ...alone, left, top, size };
}

/** Where picture `place` of the layout lies: {x, y, width, height}, in whole pixels. */
function placeOf({ columns, cell, pitch, left = 0, top = 0 }, place) {
  const x = Math.round(left + (place % columns) * pitch.x);
  const y = Math.round(top + Math.floor(place / columns) * pitch.y);
  return { x, y, width: Math.round(cell.width), height: Math.round(cell.height) };
}

/** The place at a point of the layout; the gaps belong to it. */
function placeAt({ columns, pitch }, x, y) {
  const column = Math.max(0, Math.min(Math.floor(x / pitch.x), columns - 1));
  return Math.max(0, Math.floor(y / pitch.y)) * columns + column;
}

/** The pictures that a layout shows: all of them, or the `picked` one. */
function shownPictures({ pictures }, picked) {
  return picked === null ? [...Array(pictures).keys()] : [picked];
}

/** The ink and the font of texts on a canvas of `scale` pixels to a CSS pixel. */
function penOf({ text, small, font }, scale) {
  return { fillStyle: text, font: `${scale * small}px ${font}`, textAlign: "center", textBaseline: "middle" };
}

/** Draw one view of one frame, with the labels of the pictures if the layout has room for text. */
function drawView(context, reel, layout, { view, frame, picked }, pen) {
  const { captions } = reel.header;
  shownPictures(reel.header, picked).forEach((picture, place) => {
    const { x, y, width, height } = placeOf(layout, place);
    reel.draw(context, { view, frame, picture }, x, y, width, height);
    if (!layout.text) return;
    Object.assign(context, pen);
    context.fillText(captions[picture], x + width / 2, y + height + layout.text / 2, width);
  });
}
