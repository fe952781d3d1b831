// One lane: the plane, three large counters, and two charts.

const LANE = `
  <header><b class="title"></b><span class="recipe"></span></header>
  <div class="body">
    <div class="plane"><canvas role="img"></canvas><p class="stopped" hidden></p></div>
    <div class="facts">
      <dl class="counts">
        <div class="modes"><dd><b></b><small></small></dd><dt>modes</dt></div>
        <div class="quality"><dd><b></b><small> %</small></dd><dt>high quality</dt></div>
        <div class="kl"><dd><b></b></dd><dt>reverse KL</dt></div>
      </dl>
      <figure><figcaption><i class="d">L<sub>D</sub></i> <i class="g">L<sub>G</sub></i></figcaption>
        <div><canvas class="losses" role="img" aria-label="Losses of both players"></canvas></div></figure>
      <figure><figcaption><i class="r">D(x)</i> <i class="g">D(G(z))</i> <i>½</i></figcaption>
        <div><canvas class="beliefs" role="img" aria-label="What the discriminator says of both"></canvas></div></figure>
    </div>
  </div>`;

class Lane {
  constructor(parent, reel, number, { title, recipe, game }, index) {
    Object.assign(this, { reel, number, title, game });
    this.element = Object.assign(document.createElement("article"), { className: "lane", tabIndex: 0, innerHTML: LANE });
    this.element.dataset.testid = `race-lane-${index}`;
    parent.append(this.element);
    this.find = (selector) => this.element.querySelector(selector);
    this.find(".title").textContent = title;
    this.find(".recipe").textContent = recipe;
    this.plane = new Plane(this.find(".plane canvas"));
    this.losses = new Chart(this.find(".losses"));
    this.beliefs = new Chart(this.find(".beliefs"), { range: [-0.03, 1.03], half: true });
    this.plane.canvas.dataset.testid = `race-plane-${index}`;
  }

  /** Draws the lane as it was at a place in the film that is `end` long. */
  draw(at, end, scene) {
    const view = this.reel.view(this.number, at);
    this.plane.resize();
    if (!view) return;
    this.plane.draw(view, this.held(view, scene.toy), scene);
    this.count(view, scene.toy);
    this.drawCharts(at, end, scene);
  }

  /** Counted once a record: which modes it makes, on the points of that record. */
  held({ record }, toy) {
    const known = (record.held ??= []);
    return (known[this.number] ??= heldModes(rowOf(record, "fakes", this.number), toy));
  }

  count({ record, modes, highQuality, reverseKl, stopped }, toy) {
    if (this.counted === record) return;
    this.counted = record;
    const all = toy.least.length;
    this.find(".modes b").textContent = modes;
    this.find(".modes small").textContent = ` / ${all}`;
    this.find(".quality b").textContent = Math.round(100 * highQuality);
    this.find(".kl b").textContent = reverseKl.toFixed(2);
    this.element.classList.toggle("good", modes === all && highQuality >= 0.9);
    this.element.classList.toggle("bad", modes <= all / 2);
    this.find(".stopped").hidden = !stopped;
    this.find(".stopped").textContent = stopped;
    this.plane.canvas.ariaLabel = `${this.title}: ${modes} of ${all} modes, ${Math.round(100 * highQuality)} % of the
      points of high quality, reverse KL ${reverseKl.toFixed(2)}. ${stopped}`;
  }

  drawCharts(at, end, { colours, theme }) {
    const resized = [this.losses.resize(), this.beliefs.resize()].some(Boolean);
    const { places, series } = this.reel;
    const key = `${places.length}:${end}:${theme.dark}`;
    if (resized || this.plotted !== key) {
      this.plotted = key;
      const line = (name, colour) => ({ values: series[name][this.number] ?? [], colour });
      const generated = css(colours.generated, 1);
      this.losses.plot([line("d_loss", theme.text), line("g_loss", generated)], places, end, theme);
      this.beliefs.plot([line("d_real", css(colours.real, 1)), line("d_fake", generated)], places, end, theme);
    }
    for (const chart of [this.losses, this.beliefs]) chart.show(end ? at / end : 1, theme);
  }
}
