// The maps of one block: all of them on a wall, one of them large.

class MapSheet {
  constructor(map, wall, frame, choose) {
    Object.assign(this, { map, wall, frame, choose });
    wall.tabIndex = 0;
    wall.onclick = (event) => this.choose(this.under(event));
    wall.onkeydown = (event) => this.press(event);
  }

  get size() {
    return this.sheet?.count ?? 0;
  }

  /** Fetches the sheet's greys, unless they are here. Returns whether it is still the one that is wanted. */
  async load(sheet) {
    this.wanted = sheet.url;
    if (this.sheet?.url !== sheet.url) {
      const { width, planes } = await readPlanes(sheet.url, false);
      if (this.wanted !== sheet.url) return false;
      this.greys = { width, plane: planes[0] };
    }
    this.sheet = sheet;
    return true;
  }

  /** Grey 0…255 of a value, from the sheet. */
  grey(channel, row, column) {
    const { columns, height, width } = this.sheet;
    const [down, across] = [Math.floor(channel / columns) * height + row, (channel % columns) * width + column];
    return this.greys.plane[down * this.greys.width + across];
  }

  /** The value itself, to within a 255th of the map's range. */
  value(channel, row, column) {
    const [low, high] = [this.sheet.low[channel], this.sheet.high[channel]];
    return low + ((high - low) * this.grey(channel, row, column)) / 255;
  }

  draw(channel) {
    this.channel = Math.min(channel, this.size - 1);
    const { width, height, count } = this.sheet;
    this.paint(this.map, width, height, [[this.channel, 0, 0]]);
    this.across = Math.max(1, Math.min(count, Math.round(Math.sqrt((count * height) / width))));
    this.gap = Math.max(1, Math.round(width / 24));
    const rows = Math.ceil(count / this.across);
    const cells = Array.from({ length: count }, (_, i) => [
      i, (i % this.across) * (width + this.gap), Math.floor(i / this.across) * (height + this.gap),
    ]);
    this.paint(this.wall, this.across * (width + this.gap) - this.gap, rows * (height + this.gap) - this.gap, cells);
    this.wall.style.imageRendering = this.wall.width < this.wall.clientWidth ? "pixelated" : "auto";
    const part = (value, whole) => `${(100 * value) / whole}%`;
    const [, left, top] = cells[this.channel];
    Object.assign(this.frame.style, {
      left: part(left, this.wall.width), top: part(top, this.wall.height),
      width: part(width, this.wall.width), height: part(height, this.wall.height),
    });
  }

  paint(canvas, wide, tall, cells) {
    if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, wide, tall);
    const { width, height } = this.sheet;
    for (const [channel, left, top] of cells) {
      const picture = context.createImageData(width, height);
      for (let i = 0; i < width * height; i++) {
        picture.data.set(RAMP_COLOURS[this.grey(channel, Math.floor(i / width), i % width)], 4 * i);
        picture.data[4 * i + 3] = 255;
      }
      context.putImageData(picture, left, top);
    }
  }

  under(event) {
    const [x, y] = pixelUnder(this.wall, event);
    const { width, height } = this.sheet;
    const [column, row] = [Math.floor(x / (width + this.gap)), Math.floor(y / (height + this.gap))];
    return Math.min(this.size - 1, row * this.across + column);
  }

  press(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.across, ArrowDown: this.across }[event.key];
    if (!way) return;
    event.preventDefault();
    const next = this.channel + way;
    if (next >= 0 && next < this.size) this.choose(next);
  }
}
