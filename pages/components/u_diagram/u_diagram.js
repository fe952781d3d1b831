// The microscope: click a block, a map, a value; what it sees and the sum behind it answer.

class Microscope {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.choice = new SettledValue();
    this.diagram = new Diagram(this.find(".drawing"), (block) => {
      if (block !== this.choice.now.block) this.choose({ block });
    });
    this.maps = new MapSheet(this.find(".map"), this.find(".wall"), this.find(".frame"), (channel) =>
      this.choose({ ...this.choice.now, channel }),
    );
    this.sum = new Sum(root);
    const map = this.find(".map");
    followHand(map, { where: () => this.looked, move: (place) => this.look(place) });
    const byKeys = map.onkeydown;
    map.onkeydown = (event) => {
      byKeys(event);
      if (event.defaultPrevented) this.settle(this.looked, REST_MS);
    };
    map.onclick = (event) => this.settle(pixelUnder(map, event), 0);
    map.onpointerleave = () => this.ready && this.look(this.chosenPlace);
  }

  close() {
    this.choice.close();
    this.diagram.close();
  }

  get ready() {
    return this.maps.sheet?.block === this.choice.now.block && this.data.sheet.block === this.choice.now.block;
  }

  get chosenPlace() {
    const { row, column } = this.choice.now;
    return [column, row];
  }

  async update(data, setStateValue) {
    this.data = data;
    this.root.classList.toggle("dark", themeOf(this.root).dark);
    this.choice.take(data, setStateValue);
    this.diagram.show(data, this.choice.now.block);
    const photo = this.find(".photo");
    if (photo.getAttribute("src") !== data.photo) photo.src = data.photo;
    if (await this.maps.load(data.sheet)) this.present();
  }

  // --- what a hand does

  choose(value) {
    this.choice.set(value, 0);
    this.diagram.show(this.data, value.block);
    this.present();
  }

  settle([column, row], rest) {
    if (!this.ready) return;
    this.choice.set({ ...this.choice.now, row, column }, rest);
    this.present();
  }

  // --- what is shown

  present() {
    this.describe();
    const waiting = !this.ready;
    this.find(".bench").classList.toggle("waiting", waiting);
    const { value, sum } = this.data;
    const answered = JSON.stringify(value) === JSON.stringify(this.choice.now);
    this.find(".sum").classList.toggle("waiting", !answered);
    if (waiting) return;
    this.maps.draw(this.choice.now.channel);
    const [top, left, bottom, right] = this.data.sheet.inner.map((share) => 100 * share);
    Object.assign(this.find(".inner").style, {
      top: `${top}%`, left: `${left}%`, width: `${right - left}%`, height: `${bottom - top}%`,
    });
    this.find(".inner").hidden = top + left === 0 && bottom + right === 200;
    this.look(this.chosenPlace);
    if (answered) this.sum.show(sum, value);
  }

  describe() {
    const { block } = this.choice.now;
    const { shape, reads, layers, parameters } = this.data.blocks.find(({ name }) => name === block);
    const count = parameters.toLocaleString("en-GB");
    this.find(".described").innerHTML =
      `<b>${block}</b> reads ${reads.map((name) => `<b>${name}</b>`).join(" and ")}: ${layers.join(" → ")}. ` +
      `${shape[0]} maps of ${shape[1]} × ${shape[2]}; ${count} trained numbers.`;
  }

  /** What one value sees of the picture, drawn on it; nothing is asked of the server. */
  look([column, row]) {
    if (!this.ready) return;
    this.looked = [column, row];
    const { channel, block } = this.choice.now;
    const { fields } = this.data.sheet;
    const [[top, bottom], [left, right]] = [fields.rows[row], fields.columns[column]];
    const [height, width] = this.data.size;
    const part = (value, whole) => `${(100 * value) / whole}%`;
    const [tall, wide] = [bottom - top + 1, right - left + 1];
    Object.assign(this.find(".field").style, {
      top: part(top, height), left: part(left, width), height: part(tall, height), width: part(wide, width),
    });
    const share = (100 * tall * wide) / (height * width);
    this.find(".sees").textContent = `${tall} × ${wide} pixels, ${share < 10 ? share.toFixed(1) : share.toFixed(0)} %`;
    this.find(".map-name").textContent = `${block}, map ${channel}`;
    const value = written(this.maps.value(channel, row, column));
    this.find(".map-value").textContent = `row ${row}, column ${column} ≈ ${value}`;
    this.find(".wall-fact").textContent = `${this.maps.size}, each from its least to its largest`;
    placeMarker(this.find(".marker"), this.find(".map"), [column, row], 1);
  }
}

export default mounting(".microscope", Microscope);
