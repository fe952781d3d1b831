// One value of a map, worked out: Σ over input channels of inputs · kernel, then what follows the convolution.

/** A number as a blackboard shows it. */
function written(value) {
  return (Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(3)).replace("-", "−");
}

/** A cell's colours: blue for positive, vermilion for negative, the stronger the larger. */
function signedCell(value, largest) {
  const share = largest ? Math.round((70 * Math.abs(value)) / largest) : 0;
  return [`color-mix(in srgb, ${value < 0 ? "var(--error)" : "var(--weight)"} ${share}%, transparent)`, ""];
}

class Sum {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.bars = this.find(".bars");
    this.bars.onpointerover = ({ target }) => {
      if (target !== this.bars) this.look([...this.bars.children].indexOf(target));
    };
    this.bars.onkeydown = (event) => {
      const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!way || !this.parts[this.channel + way]) return;
      event.preventDefault();
      this.look(this.channel + way);
    };
  }

  show(sum, { block, channel, row, column }) {
    this.find(".sum").classList.toggle("none", !sum);
    const where = `${block}, map ${channel}, row ${row}, column ${column}`;
    const enlarged = `${where}: no sum, this block only enlarges.`;
    this.find(".sum-title").textContent = sum ? `The sum behind ${where}` : enlarged;
    if (!sum) return;
    this.sum = sum;
    this.parts = sum.inputs.map((inputs, c) => inputs.map((x, i) => x * sum.kernel[c][i]));
    this.sums = this.parts.map((products) => products.reduce((a, b) => a + b, 0));
    const largest = Math.max(...this.sums.map(Math.abs)) || 1;
    this.bars.replaceChildren(
      ...this.sums.map((value) => {
        const bar = document.createElement("i");
        bar.className = value < 0 ? "negative" : "positive";
        bar.style.setProperty("--share", Math.abs(value) / largest);
        return bar;
      }),
    );
    this.chain();
    this.look(this.sums.findIndex((value) => Math.abs(value) === largest));
  }

  /** One input channel's part of the sum, number by number. */
  look(channel) {
    this.channel = Math.max(0, channel);
    [...this.bars.children].forEach((bar, i) => bar.classList.toggle("lit", i === this.channel));
    const [inputs, kernel, products] = [this.sum.inputs, this.sum.kernel, this.parts].map((all) => all[this.channel]);
    const side = Math.sqrt(kernel.length);
    const shaded = (selector, values) => {
      const largest = Math.max(...values.map(Math.abs));
      showNumbers(this.find(selector), values, side, { shade: (i) => signedCell(values[i], largest) });
    };
    shaded(".inputs", inputs);
    shaded(".kernel", kernel);
    shaded(".products", products);
    const apart = this.sum.dilation > 1 ? `, ${this.sum.dilation} apart` : "";
    this.find(".inputs-name").textContent = `input channel ${this.channel}${apart}`;
    this.find(".here").textContent = `= ${written(this.sums[this.channel])}`;
  }

  chain() {
    const { bias, total, normalised, output } = this.sum;
    const count = this.parts.length;
    const steps = [
      ["this channel", "here", ""],
      [`all ${count} channels`, "", `Σ = ${written(total - bias)}`],
      ...(bias ? [["with the bias", "", `${written(bias)} → ${written(total)}`]] : []),
      ...(normalised !== total ? [["normalised", "", written(normalised)]] : []),
      [normalised !== total ? "after ReLU" : "the value", "result", written(output)],
    ];
    this.find(".chain").replaceChildren(
      ...steps.map(([name, kind, text]) => {
        const step = document.createElement("p");
        step.append(Object.assign(document.createElement("span"), { textContent: name }),
          Object.assign(document.createElement("b"), { className: kind, textContent: text }));
        return step;
      }),
    );
  }
}
