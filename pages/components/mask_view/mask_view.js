// A photo under masks. Opacity and divider are the style sheet's work; a class that is hidden is painted anew.

const LEAST = 0.0005;
const NARROW = 150; // a line would cover much of what it surrounds

class MaskView {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.choice = new SettledValue();
    this.sides = ["left", "right"].map((name) => ({
      fill: this.find(`.layer.${name}:not(.line)`),
      line: this.find(`.layer.${name}.line`),
    }));
    this.stage = new PhotoStage(this.find(".stage"), { onProbe: (place) => this.explain(place) });
    this.find(".opacity").oninput = ({ target }) => this.change({ opacity: Number(target.value) });
    this.find(".outlines").onchange = ({ target }) => this.change({ outlines: target.checked });
    this.find(".save").onclick = () => this.save();
    this.holdDivider(this.find(".divider"));
  }

  close() {
    this.choice.close();
  }

  async update(data, setStateValue) {
    const before = this.data;
    this.data = data;
    this.choice.take(data, setStateValue);
    this.root.style.setProperty("--tallest", `${data.tallest}px`);
    const [height, width] = data.size;
    this.find(".frame").style.setProperty("--aspect", width / height);
    const isOld = () => data !== this.data;
    try {
      const urls = [data.planes, ...data.sides.map((side) => side.url)];
      const known = before && String(urls) === String([before.planes, ...before.sides.map((side) => side.url)]);
      const loaded = known ? null : Promise.all(urls.map((url) => url && readGreys(url)));
      await this.stage.show(data.photo, width, height);
      if (loaded) {
        const [planes, ...masks] = await loaded;
        if (isOld()) return;
        Object.assign(this, { planes, masks });
      }
      this.find(".notice").hidden = true;
    } catch {
      if (isOld()) return;
      this.find(".notice").textContent = "The mask did not arrive. Reload the page.";
      this.find(".notice").hidden = false;
      return;
    }
    if (this.masks && !isOld()) this.present();
  }

  change(part) {
    const repaint = "hidden" in part || "outlines" in part;
    this.choice.set({ ...this.choice.now, ...part });
    if (!this.masks) return;
    if (repaint) this.present();
    else this.place();
  }

  present() {
    this.place();
    const { hidden } = this.choice.now;
    const { classes, background } = this.data;
    const shown = classes.map((_, i) => !hidden.includes(i) && !(background && i === 0));
    const pixels = classes.map(({ colour }, i) => (shown[i] ? pixelOf(colour) : 0));
    this.sides.forEach((side, i) => {
      const mask = this.masks[i];
      side.fill.hidden = side.line.hidden = !mask;
      if (!mask) return;
      const { width, height, values } = mask;
      paintPixels(side.fill, width, height, (at) => pixels[values[at]]);
      side.line.hidden = !this.choice.now.outlines || width < NARROW;
      if (!side.line.hidden) this.paintLines(side.line, mask, pixels);
    });
    this.showLegend();
  }

  /** A pixel is on a line if one `reach` pixels away looks different. */
  paintLines(canvas, { width, height, values }, pixels) {
    const reach = Math.max(1, Math.round(width / 500));
    const differs = (at, other) => pixels[values[at]] !== pixels[values[other]];
    paintPixels(canvas, width, height, (at) => {
      if (!pixels[values[at]]) return 0;
      const [column, row] = [at % width, Math.floor(at / width)];
      const onLine =
        (column >= reach && differs(at, at - reach)) || (column < width - reach && differs(at, at + reach)) ||
        (row >= reach && differs(at, at - reach * width)) || (row < height - reach && differs(at, at + reach * width));
      return onLine ? pixels[values[at]] : 0;
    });
  }

  /** Puts everything where the choice says, without painting. */
  place() {
    const { opacity, divider, outlines } = this.choice.now;
    const frame = this.find(".frame");
    frame.style.setProperty("--divider", `${divider}%`);
    frame.style.setProperty("--opacity", opacity / 100);
    this.find(".opacity").value = opacity;
    this.find(".outlines").checked = outlines;
    this.find(".divider").ariaValueNow = String(divider);
    const [before, after] = this.data.sides;
    Object.assign(this.find(".before"), { textContent: before.title, hidden: divider < 12 });
    Object.assign(this.find(".after"), { textContent: after.title, hidden: divider > 88 });
  }

  holdDivider(divider) {
    const frame = this.find(".frame");
    const move = (percents) => this.change({ divider: Math.max(0, Math.min(100, Math.round(percents))) });
    const follow = ({ clientX }) => {
      const box = frame.getBoundingClientRect();
      move((100 * (clientX - box.left)) / box.width);
    };
    divider.onpointerdown = (event) => {
      divider.setPointerCapture(event.pointerId);
      divider.onpointermove = follow;
    };
    divider.onpointerup = divider.onpointercancel = () => (divider.onpointermove = null);
    divider.onkeydown = (event) => {
      const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      if (!way) return;
      event.preventDefault();
      move(this.choice.now.divider + way * (event.shiftKey ? 10 : 2));
    };
  }

  /** Shares of the classes in the mask on the right. */
  shares() {
    const { values } = this.masks[1];
    const counts = new Array(this.data.classes.length).fill(0);
    for (const value of values) counts[value]++;
    return counts.map((count) => count / values.length);
  }

  showLegend() {
    const { classes, background } = this.data;
    const { hidden } = this.choice.now;
    const shares = this.shares();
    const isGround = (i) => background && i === 0;
    const order = classes.map((_, i) => i).filter((i) => shares[i] >= LEAST);
    order.sort((a, b) => isGround(a) - isGround(b) || shares[b] - shares[a]);
    const legend = this.find(".legend");
    legend.replaceChildren(
      ...order.map((i) => {
        const chip = Object.assign(document.createElement("button"), { type: "button", disabled: isGround(i) });
        chip.innerHTML = '<i class="swatch"></i><span></span><b></b><i class="share"></i>';
        chip.querySelector("span").textContent = classes[i].name;
        chip.querySelector("b").textContent = percent(shares[i]);
        chip.style.setProperty("--colour", classes[i].colour);
        chip.style.setProperty("--share", `${Math.max(1, 100 * shares[i])}%`);
        chip.dataset.class = i;
        if (!isGround(i)) chip.ariaPressed = String(!hidden.includes(i));
        chip.onclick = () => {
          this.change({ hidden: hidden.includes(i) ? hidden.filter((other) => other !== i) : [...hidden, i] });
          legend.querySelector(`[data-class="${i}"]`).focus();
        };
        return chip;
      }),
    );
    const absent = classes.filter((_, i) => shares[i] < LEAST && !isGround(i)).map(({ name }) => name);
    this.find(".absent").textContent = absent.length ? `Not found: ${absent.join(", ")}.` : "";
  }

  /** The likeliest classes under the cross. */
  explain(place) {
    const tip = this.find(".tip");
    tip.hidden = !place || !this.planes;
    if (tip.hidden) return;
    const { classes } = this.data;
    const height = this.planes.height / classes.length;
    const at = cellAt(place, this.planes.width, height);
    const p = classes.map((_, i) => this.planes.values[i * this.planes.width * height + at] / 255);
    const best = p.map((_, i) => i).sort((a, b) => p[b] - p[a]).slice(0, 3);
    tip.replaceChildren(
      ...best.map((i) => {
        const line = document.createElement("p");
        line.innerHTML = '<i class="swatch"></i><span></span><b></b>';
        line.style.setProperty("--colour", classes[i].colour);
        line.querySelector("span").textContent = classes[i].name;
        line.querySelector("b").textContent = percent(p[i]);
        return line;
      }),
    );
    tip.classList.toggle("flipped", place[0] > 0.6);
    tip.classList.toggle("above", place[1] > 0.7);
    Object.assign(tip.style, { left: `${100 * place[0]}%`, top: `${100 * place[1]}%` });
  }

  /** The view as a person sees it, at the mask's size. */
  save() {
    const { opacity, divider } = this.choice.now;
    const [height, width] = this.data.size;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const pen = canvas.getContext("2d");
    pen.drawImage(this.stage.photo, 0, 0, width, height);
    const edge = Math.round((width * divider) / 100);
    this.sides.forEach(({ fill, line }, i) => {
      const [from, wide] = i ? [edge, width - edge] : [0, edge];
      if (!wide) return;
      pen.globalAlpha = opacity / 100;
      if (!fill.hidden) pen.drawImage(fill, from, 0, wide, height, from, 0, wide, height);
      pen.globalAlpha = 1;
      if (!line.hidden) pen.drawImage(line, from, 0, wide, height, from, 0, wide, height);
    });
    downloadPng(canvas, "segmentation.png");
  }
}

export default mounting(".masks", MaskView);
