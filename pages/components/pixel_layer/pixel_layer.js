// One fully connected layer at every pixel: as W x + b, and as a convolution of 1 × 1. Both are computed here.

const ROLES = ["red", "green", "blue"];

class PixelLayer {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.choice = new SettledValue();
    this.probe = [0, 0];
    const change = (part) => this.change({ ...this.choice.now, ...part });
    this.weights = new NumberGrid(this.find(".w"), { label: "W", step: 0.1, onEdit: (weights) => change({ weights }) });
    this.biases = new NumberGrid(this.find(".b"), { label: "b", step: 5, onEdit: (biases) => change({ biases }) });
    this.canvases = [this.find(".input"), this.find(".output")];
    for (const canvas of this.canvases) {
      followHand(canvas, { where: () => this.probe, move: (place) => this.look(place) });
    }
    this.find(".save").onclick = () => downloadPng(this.find(".output"), "recoloured.png", 3);
  }

  close() {
    this.choice.close();
  }

  async update(data, setStateValue) {
    const before = this.data;
    this.data = data;
    this.root.classList.toggle("dark", themeOf(this.root).dark);
    this.choice.take(data, setStateValue);
    if (data.picture !== before?.picture) {
      const picture = await readPlanes(data.picture, true);
      if (data.picture !== this.data.picture) return;
      this.picture = picture;
      this.probe = [Math.floor(data.probe[0] * picture.width), Math.floor(data.probe[1] * picture.height)];
      drawPlanes(this.canvases[0], picture);
    }
    if (this.picture) this.compute();
  }

  change(choice) {
    this.choice.set(choice);
    if (this.picture) this.compute();
  }

  look(place) {
    this.probe = place;
    this.explain();
  }

  /** The first way: the pixels are the rows of a batch, and each goes through the same linear layer. */
  asLinear() {
    const { planes } = this.picture;
    const layer = { weight: this.choice.now.weights, bias: this.choice.now.biases };
    const out = planes.map((plane) => new Float32Array(plane.length));
    const [x, y] = [new Float32Array(3), new Float32Array(3)];
    for (let i = 0; i < planes[0].length; i++) {
      for (let channel = 0; channel < 3; channel++) x[channel] = planes[channel][i];
      linear(layer, x, y);
      for (let channel = 0; channel < 3; channel++) out[channel][i] = y[channel];
    }
    return out;
  }

  /** The second way: each output map is a sum of the input maps, each convolved with a kernel of one cell. */
  asConvolution() {
    const { width, height, planes } = this.picture;
    const { weights, biases } = this.choice.now;
    return biases.map((bias, o) => {
      const map = new Float32Array(width * height).fill(bias);
      planes.forEach((plane, channel) => {
        convolve(plane, width, height, [weights[3 * o + channel]], 1).forEach((value, i) => (map[i] += value));
      });
      return map;
    });
  }

  compute() {
    const { width, height } = this.picture;
    this.out = this.asLinear();
    const other = this.asConvolution();
    const apart = (map, o) => map.reduce((most, y, i) => Math.max(most, Math.abs(y - other[o][i])), 0);
    const off = Math.max(...this.out.map(apart));
    const pixels = (width * height).toLocaleString("en");
    this.find(".off").textContent = `${pixels} pixels × 3 channels: the two ways differ by at most ${off.toPrecision(1)}`;
    drawPlanes(this.canvases[1], { width, height, planes: this.out });
    const { weights, biases } = this.choice.now;
    this.weights.show(weights, 3);
    this.biases.show(biases, 1);
    const named = Object.entries(this.data.presets);
    const isNow = (preset) => String([preset.weights, preset.biases]) === String([weights, biases]);
    const current = named.find(([, preset]) => isNow(preset))?.[0];
    const names = Object.fromEntries(named.map(([name]) => [name, name]));
    showChoices(this.find(".presets"), names, current, (name) => this.change(this.data.presets[name]));
    this.explain();
  }

  explain() {
    const { width, planes } = this.picture;
    const [column, row] = this.probe;
    const i = row * width + column;
    const [x, y] = [planes.map((plane) => plane[i]), this.out.map((map) => map[i])];
    const { weights, biases } = this.choice.now;
    showNumbers(this.find(".x"), x, 1, { shade: (channel) => channelCell(channel, x[channel]) });
    const rounded = y.map((value) => Number(value.toFixed(1)));
    showNumbers(this.find(".y"), rounded, 1, { shade: (channel) => channelCell(channel, y[channel]) });
    this.find(".sentences").replaceChildren(
      ...y.map((value, o) => {
        const terms = x.map((number, channel) => `${brief(weights[3 * o + channel])}·${brief(number)}`);
        const text = `${ROLES[o]}: ${terms.join(" + ")} + ${brief(biases[o])} = ${brief(value)}`;
        return Object.assign(document.createElement("p"), { textContent: text });
      }),
    );
    for (const canvas of this.canvases) placeMarker(canvas.nextElementSibling, canvas, this.probe, 1);
  }
}

/** A channel's value as that colour. */
function channelCell(channel, value) {
  const level = Math.max(0, Math.min(255, Math.round(value)));
  const parts = [0, 0, 0].with(channel, level);
  return [`rgb(${parts.join(" ")})`, channel === 1 && level > 140 ? "#000" : "#fff"];
}

export default mounting(".desk", PixelLayer);
