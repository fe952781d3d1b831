// The layer counter: a stack of convolutions, written number by number, and how many weights that makes.

const PARTS = ["height", "width", "channels in", "channels out"];
const MOST_LAYERS = 12;
const MOST = 4096;

class LayerCounter {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.layers = new SettledValue();
    this.find(".biases").onclick = () => {
      this.biases = !this.biases;
      this.show();
    };
    this.find(".add").onclick = () => {
      const last = this.layers.now.at(-1)[3];
      this.change([...this.layers.now, [3, 3, last, last]]);
    };
    this.find(".lecture").onclick = () => this.change(this.data.lecture);
  }

  close() {
    this.layers.close();
  }

  update(data, setStateValue) {
    this.data = data;
    this.root.classList.toggle("dark", themeOf(this.root).dark);
    if (this.layers.take(data, setStateValue)) this.show();
  }

  change(layers) {
    this.layers.set(layers);
    this.show();
  }

  weights([height, width, into, out]) {
    return height * width * into * out + (this.biases ? out : 0);
  }

  show() {
    const layers = this.layers.now;
    const counts = layers.map((layer) => this.weights(layer));
    const total = counts.reduce((a, b) => a + b, 0);
    const host = this.find(".layers");
    if (host.childElementCount !== layers.length) host.replaceChildren(...layers.map((_, place) => this.card(place)));
    layers.forEach((layer, place) => this.fill(host.children[place], place, layer, counts[place], Math.max(...counts)));
    this.find(".sum").textContent = `${counts.map((count) => count.toLocaleString("en")).join(" + ")} =`;
    this.find(".all").textContent = total.toLocaleString("en");
    this.find(".biases").ariaPressed = String(Boolean(this.biases));
    this.find(".add").disabled = layers.length >= MOST_LAYERS;
  }

  card(place) {
    const card = Object.assign(document.createElement("div"), { className: "layer" });
    card.innerHTML = `<div class="stage"><i class="in"></i><i class="out"></i></div><div class="factors"></div>
      <div class="count"></div><button type="button" class="drop" title="Take this layer away">×</button>`;
    const factors = card.querySelector(".factors");
    PARTS.forEach((part, i) => {
      const input = Object.assign(document.createElement("input"), { type: "number", min: 1, max: MOST, step: 1 });
      input.ariaLabel = `Layer ${place + 1}, ${part}`;
      input.title = part;
      input.oninput = () => this.turn(place, i, Number(input.value));
      input.onblur = () => (input.value = this.layers.now[place][i]);
      factors.append(...(i ? [" · "] : []), input);
    });
    const drop = card.querySelector(".drop");
    drop.ariaLabel = `Take layer ${place + 1} away`;
    drop.onclick = () => this.change(this.layers.now.filter((_, other) => other !== place));
    return card;
  }

  fill(card, place, layer, count, most) {
    const before = this.layers.now[place - 1];
    const inputs = card.querySelectorAll("input");
    inputs.forEach((input, i) => {
      if (Number(input.value) !== layer[i] && input !== this.root.getRootNode().activeElement) input.value = layer[i];
    });
    inputs[2].classList.toggle("wrong", Boolean(before) && before[3] !== layer[2]);
    card.querySelector(".count").textContent = `= ${count.toLocaleString("en")}`;
    card.style.setProperty("--share", `${(100 * count) / most}%`);
    const tall = (channels) => `${Math.min(100, 18 + 26 * Math.log2(channels))}%`;
    card.querySelector(".in").style.height = tall(layer[2]);
    card.querySelector(".out").style.height = tall(layer[3]);
    card.querySelector(".drop").hidden = this.layers.now.length === 1;
  }

  turn(place, i, value) {
    if (!Number.isInteger(value) || value < 1 || value > MOST) return;
    this.change(this.layers.now.with(place, this.layers.now[place].with(i, value)));
  }
}

export default mounting(".desk", LayerCounter);
