// One generator's map of the slice, and the picture that it paints at the cursor.

class SliceMap {
  constructor(slice, number) {
    Object.assign(this, { slice, number });
    this.element = document.createElement("article");
    this.element.innerHTML = `<h4></h4>
      <div class="map" tabindex="0" role="application" data-testid="slice-map-${number}"><canvas></canvas><i></i></div>
      <div class="look"><canvas class="picture" role="img" data-testid="slice-picture-${number}"></canvas>
        <div><p class="reading"></p><p class="timing"></p><button type="button">Picture PNG</button></div></div>`;
    const find = (selector) => this.element.querySelector(selector);
    const { title, url } = slice.header.maps[number];
    find("h4").textContent = title;
    [this.map, this.canvas, this.cross, this.picture] = [".map", ".map canvas", ".map i", ".picture"].map(find);
    [this.reading, this.timing] = [".reading", ".timing"].map(find);
    this.map.ariaLabel = `${title}: map of the slice. Arrow keys move the cursor, with shift in big steps.`;
    this.picture.ariaLabel = `${title}: the picture at the cursor`;
    find("button").onclick = () => downloadPng(this.picture, `slice-${number + 1}.png`, 8);
    this.decoder = new RemoteDecoder({
      onPicture: (pixels, timing) => {
        drawGrey(this.picture, pixels);
        this.timing.textContent = timing;
        slice.trouble("");
      },
      onTrouble: (sentence) => slice.trouble(sentence),
    });
    this.decoder.url = url;
    this.listen();
    this.paint();
  }

  close() {
    this.decoder.close();
  }

  listen() {
    this.map.onpointermove = this.map.onpointerdown = ({ clientX, clientY }) => {
      const { left, top, width, height } = this.map.getBoundingClientRect();
      const { reach } = this.slice.header;
      this.slice.point([reach * ((2 * (clientX - left)) / width - 1), reach * (1 - (2 * (clientY - top)) / height)]);
    };
    this.map.onkeydown = (event) => this.slice.step(event);
  }

  /** The tiles, white on the colour of the class that the judge reads; the class chosen stands alone. */
  paint() {
    const { width, height, side, sheet_columns: columns, maps, colours } = this.slice.header;
    const { isolated } = this.slice.state;
    Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d");
    const [x, y] = [(this.number % columns) * width, Math.floor(this.number / columns) * height];
    context.drawImage(this.slice.sheet, x, y, width, height, 0, 0, width, height);
    const tile = width / side;
    maps[this.number].readings.forEach((label, i) => {
      const [left, top] = [(i % side) * tile, Math.floor(i / side) * tile];
      const other = isolated >= 0 && label !== isolated;
      context.globalCompositeOperation = other ? "source-over" : "screen";
      context.fillStyle = other ? "rgb(128 128 128 / 85%)" : colours[label];
      context.fillRect(left, top, tile, tile);
    });
  }

  show(z) {
    const { reach, side, maps, classes } = this.slice.header;
    const [u, v] = this.slice.state.at;
    const place = [u / reach + 1, 1 - v / reach].map((value) => value / 2);
    Object.assign(this.cross.style, { left: `${100 * place[0]}%`, top: `${100 * place[1]}%` });
    const [column, row] = place.map((share) => Math.min(side - 1, Math.floor(share * side)));
    this.reading.textContent = `read as ${classes[maps[this.number].readings[row * side + column]]} hereabouts`;
    this.decoder.ask(z);
  }
}
