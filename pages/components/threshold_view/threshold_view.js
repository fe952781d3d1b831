// Logits → probabilities → black and white, all here: the server only sends the logits.

const BINS = 50;
const MOST_ROWS = 8;
const FORMS = { white: "white where p > t", numbers: "class numbers, as saved", spread: "class numbers × 255 / (K − 1)" };

class ThresholdView {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.choice = new SettledValue();
    this.form = "white";
    const pick = ([x, y]) => this.change({ x: Number(x.toFixed(3)), y: Number(y.toFixed(3)) });
    this.stage = new PhotoStage(this.find(".stage:not(.mask)"), {
      onProbe: (place) => this.explain(place ?? this.chosen()),
      onPick: pick,
    });
    this.find(".cut").oninput = ({ target }) => this.change({ threshold: Number(target.value) });
    this.find(".bins").replaceChildren(...Array.from({ length: BINS }, () => document.createElement("i")));
  }

  close() {
    this.choice.close();
  }

  async update(data, setStateValue) {
    const before = this.data;
    this.data = data;
    this.choice.take(data, setStateValue);
    const [height, width] = data.size;
    this.find(".mask").style.setProperty("--aspect", width / height);
    const isOld = () => data !== this.data;
    try {
      const loaded = data.logits === before?.logits ? null : loadLogits(data.logits);
      await this.stage.show(data.photo, width, height);
      const logits = await loaded;
      if (isOld()) return;
      if (logits) this.take(logits);
      this.find(".notice").hidden = true;
    } catch {
      if (isOld()) return;
      Object.assign(this.find(".notice"), { textContent: "The logits did not arrive. Reload the page.", hidden: false });
      return;
    }
    if (this.logits) {
      this.sum();
      this.present();
    }
  }

  /** Softmax over the classes, and the likeliest class, of every pixel. */
  take({ shape: [classes, height, width], values }) {
    Object.assign(this, { logits: values, classes, height, width, best: new Uint8Array(width * height) });
    const count = width * height;
    this.p = new Float32Array(values.length);
    for (let i = 0; i < count; i++) {
      let most = -Infinity, total = 0;
      for (let k = 0; k < classes; k++) {
        if (values[k * count + i] > most) [most, this.best[i]] = [values[k * count + i], k];
      }
      for (let k = 0; k < classes; k++) total += this.p[k * count + i] = Math.exp(values[k * count + i] - most);
      for (let k = 0; k < classes; k++) this.p[k * count + i] /= total;
    }
  }

  /** The probability of the chosen classes together, and how often it has which value. */
  sum() {
    const count = this.width * this.height;
    this.wanted = new Float32Array(count);
    for (const k of this.data.targets) for (let i = 0; i < count; i++) this.wanted[i] += this.p[k * count + i];
    const bins = new Array(BINS).fill(0);
    for (const value of this.wanted) bins[Math.min(BINS - 1, Math.floor(value * BINS))]++;
    const highest = Math.log1p(Math.max(...bins));
    bins.forEach((n, i) => {
      const bar = this.find(".bins").children[i];
      bar.style.height = `${n ? Math.max(2, (100 * Math.log1p(n)) / highest) : 0}%`;
      bar.title = `${(i / BINS).toFixed(2)}…${((i + 1) / BINS).toFixed(2)}: ${n.toLocaleString("en")} pixels`;
    });
  }

  chosen() {
    return [this.choice.now.x, this.choice.now.y];
  }

  change(part) {
    this.choice.set({ ...this.choice.now, ...part });
    if (this.logits) this.present();
  }

  present() {
    const { threshold } = this.choice.now;
    const white = this.wanted.reduce((n, value) => n + (value > threshold), 0) / this.wanted.length;
    const most = this.wanted.reduce((a, b) => Math.max(a, b), 0);
    this.find(".cut").value = threshold;
    this.find(".dial output").textContent = `t = ${threshold.toFixed(2)}`;
    this.find(".bins").style.setProperty("--cut", `${100 * threshold}%`);
    [...this.find(".bins").children].forEach((bar, i) => bar.classList.toggle("passes", (i + 0.5) / BINS > threshold));
    const grey = {
      white: (i) => (this.wanted[i] > threshold ? 255 : 0),
      numbers: (i) => this.best[i],
      spread: (i) => Math.round((255 * this.best[i]) / (this.classes - 1)),
    }[this.form];
    paintPixels(this.find(".mask canvas"), this.width, this.height, (i) => (0xff000000 | (grey(i) * 0x10101)) >>> 0);
    this.find(".white").textContent =
      this.form === "white"
        ? `${(100 * white).toFixed(white < 0.1 ? 2 : 1)} % white, largest p ${most.toFixed(2)}`
        : `values 0…${this.form === "numbers" ? this.classes - 1 : 255}`;
    showChoices(this.find(".forms"), FORMS, this.form, (form) => {
      this.form = form;
      this.present();
    });
    this.explain(this.stage.place ?? this.chosen());
  }

  /** The logits and the softmax of the pixel at a place. */
  explain(place) {
    if (!this.logits) return;
    const at = cellAt(place, this.width, this.height);
    for (const cross of this.root.querySelectorAll(".cross")) {
      cross.hidden = false;
      Object.assign(cross.style, { left: `${100 * place[0]}%`, top: `${100 * place[1]}%` });
    }
    const count = this.width * this.height;
    const of = (values) => Array.from({ length: this.classes }, (_, k) => values[k * count + at]);
    const [logits, p] = [of(this.logits), of(this.p)];
    const order = logits.map((_, k) => k).sort((a, b) => logits[b] - logits[a]).slice(0, MOST_ROWS);
    const reach = Math.max(...logits.map(Math.abs), 1e-6);
    this.find(".where").textContent = `Row ${Math.floor(at / this.width)}, column ${at % this.width} of the network's picture`;
    this.find(".pointed").textContent = `p(${this.data.target}) = ${this.wanted[at].toFixed(3)}`;
    this.find(".sums").replaceChildren(
      ...order.map((k) => {
        const row = document.createElement("tr");
        row.innerHTML = `<td><i class="swatch"></i></td><td class="name"></td><td class="bar"><i></i></td><td>ℓ = ${
          signedText(logits[k])}</td><td>p = ${p[k].toFixed(3)}</td>`;
        row.querySelector(".name").textContent = this.data.classes[k].name;
        row.style.setProperty("--colour", this.data.classes[k].colour);
        row.classList.toggle("target", this.data.targets.includes(k));
        const wide = (50 * Math.abs(logits[k])) / reach;
        Object.assign(row.querySelector(".bar i").style, {
          left: `${logits[k] < 0 ? 50 - wide : 50}%`,
          width: `${wide}%`,
        });
        return row;
      }),
    );
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    const first = order[0];
    this.find(".softmax").textContent = `p(${this.data.classes[first].name}) = exp(${signedText(logits[first])}) / ${
      total.toPrecision(3)} = ${p[first].toFixed(3)}`;
  }
}

function signedText(value) {
  return value.toFixed(2).replace("-", "−");
}

async function loadLogits(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return parseSafetensors(await response.arrayBuffer()).logits;
}

export default mounting(".threshold", ThresholdView);
