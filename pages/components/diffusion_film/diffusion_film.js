const VIEW_NAMES = ["xt", "x0", "eps"];
const SMALLEST_LABELLED = 48; // CSS pixels: narrower pictures carry no labels

const films = new WeakMap(); // parentElement -> its DiffusionFilm

export default function ({ data, parentElement }) {
  if (!films.has(parentElement)) films.set(parentElement, new DiffusionFilm(parentElement));
  return films.get(parentElement).update(data);
}

class DiffusionFilm {
  constructor(root) {
    this.root = root;
    const find = (selector) => root.querySelector(selector);
    this.film = find(".film");
    this.views = VIEW_NAMES.map((name) => {
      const figure = find(`.${name}`);
      return { figure, frame: figure.querySelector(".frame"), canvas: figure.querySelector("canvas") };
    });
    this.schedule = new Chart(find(".curve .plot"));
    this.distance = new Chart(find(".distance .plot"));
    this.curves = [...root.querySelectorAll("[data-curve]")];
    [this.level, this.noisy, this.believed] = [".level", ".noisy output", ".believed output"].map(find);
    this.caption = find(".caption");
    this.transport = new FilmTransport(this.film, () => this.mark());
    this.runs = 0;
    this.hovered = null;
    this.listen();
    this.resizes = new ResizeObserver(() => this.fit());
    this.resizes.observe(this.film);
  }

  update(bytes) {
    const run = ++this.runs;
    this.load(unpack(bytes));
    return () => run === this.runs && this.unmount();
  }

  unmount() {
    this.transport.close();
    this.resizes.disconnect();
    this.reel?.sheet.close();
    films.delete(this.root);
  }

  /** The film on show stays until the next one is decoded, so that nothing flickers; of two the later one stays. */
  async load({ header, blob }) {
    this.wanted = header;
    const known = this.reel?.header.digest === header.digest;
    const sheet = known ? this.reel.sheet : await createImageBitmap(new Blob([blob], { type: "image/bmp" }));
    if (this.wanted !== header || !films.has(this.root)) return known || sheet.close();
    if (!known) this.reel?.sheet.close();
    this.reel = new Reel(header, sheet);
    this.present();
  }

  present() {
    const { header } = this.reel;
    const state = this.transport.recall(header);
    if (state.digest !== header.digest) this.transport.begin(header);
    Object.assign(state, { digest: header.digest, curve: state.curve ?? "alpha" });
    if (!(state.picked < header.pictures)) state.picked = null;
    this.film.ariaLabel = header.label;
    this.film.style.setProperty("--noise", header.colours.noise);
    this.film.style.setProperty("--generated", header.colours.generated);
    this.film.classList.toggle("several", header.pictures > 1);
    this.fit();
    this.transport.load(header);
  }

  listen() {
    const chart = (plot) => this.transport.dragOver(plot.canvas, (x) => plot.frameAt(x));
    chart(this.schedule);
    chart(this.distance);
    for (const button of this.curves) {
      button.onclick = () => {
        this.transport.state.curve = button.dataset.curve;
        this.showCurves();
        this.mark();
      };
    }
    for (const { canvas } of this.views) {
      canvas.onclick = (event) => this.touch(this.pictureAt(event));
      canvas.onpointermove = (event) => this.hover(this.pictureAt(event));
      canvas.onpointerleave = () => this.hover(null);
      canvas.onkeydown = (event) => this.press(event);
    }
    const onSave = (name, save) => {
      this.root.querySelector(name).onclick = () => save(this.reel, this.transport.state, this.theme);
    };
    onSave(".save-frame", saveFrame);
    onSave(".save-strip", saveStrip);
  }

  /** Enter enlarges a picture and leaves it again, ↑ and ↓ go to its neighbours. */
  press(event) {
    const { pictures } = this.reel.header;
    const { picked } = this.transport.state;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Enter") this.pick(picked === null ? (this.last ?? 0) : null);
    else if (event.key === "Escape" && picked !== null) this.pick(null);
    else if (step) this.pick(picked === null ? (this.last ?? 0) : (picked + step + pictures) % pictures);
    else return;
    event.preventDefault();
  }

  /** A click enlarges a picture; one on the enlarged picture returns to all of them. */
  touch(picture) {
    if (this.reel?.header.pictures === 1) this.transport.toggle();
    else if (picture !== null) this.pick(this.transport.state.picked === null ? picture : null);
  }

  pick(picture) {
    if (this.reel.header.pictures === 1) return;
    this.transport.state.picked = picture;
    this.last = picture ?? this.last;
    this.hovered = null;
    this.fit();
  }

  hover(picture) {
    if (this.hovered === picture) return;
    this.hovered = picture;
    this.mark();
  }

  pictureAt({ offsetX, offsetY }) {
    if (!this.reel) return null;
    const { picked } = this.transport.state;
    if (picked !== null) return picked;
    const place = placeAt(this.layout, offsetX * devicePixelRatio, offsetY * devicePixelRatio);
    return place < this.reel.header.pictures ? place : null;
  }

  /** Size the views and the charts for the room there is, and draw them. */
  fit() {
    if (!this.reel) return;
    const { header } = this.reel;
    const { picked } = this.transport.state;
    this.theme = this.readTheme();
    const box = { width: (this.views[0].figure.clientWidth - 6) * devicePixelRatio };
    box.height = Math.min(header.tallest * devicePixelRatio, 1.25 * box.width);
    const gap = PICTURE_GAP * devicePixelRatio;
    const bare = layOut(header, box, gap, 0);
    const labelled = header.captions.length && bare.cell.width >= SMALLEST_LABELLED * devicePixelRatio;
    const all = labelled ? layOut(header, box, gap, LINE * this.theme.small * devicePixelRatio) : bare;
    this.layout = picked === null ? all : layOutAlone(header, all);
    for (const { canvas } of this.views) {
      Object.assign(canvas, all.size);
      canvas.style.width = `${all.size.width / devicePixelRatio}px`;
      canvas.style.height = `${all.size.height / devicePixelRatio}px`;
    }
    this.showCurves();
    this.mark();
  }

  readTheme() {
    const { colours } = this.reel.header;
    const theme = themeOf(this.film);
    const size = parseFloat(getComputedStyle(this.film).fontSize);
    const [red, green, blue] = rgba(theme.text);
    return {
      ...theme,
      small: 0.85 * size,
      faint: `rgba(${red}, ${green}, ${blue}, 0.65)`,
      border: `rgba(${red}, ${green}, ${blue}, 0.15)`,
      noise: rgba(colours.noise),
      generated: rgba(colours.generated),
    };
  }

  /** The colour of a picture that is noise to 1 − ᾱ. */
  mix(alphaBar) {
    const { noise, generated } = this.theme;
    const [red, green, blue] = [0, 1, 2].map((i) => Math.round(noise[i] + alphaBar * (generated[i] - noise[i])));
    return `rgb(${red}, ${green}, ${blue})`;
  }

  showCurves() {
    const { t, alpha_bar: alphaBar, distance, colours } = this.reel.header;
    const { curve } = this.transport.state;
    const mixed = alphaBar.map((value) => this.mix(value));
    const values = curve === "alpha" ? alphaBar : alphaBar.map(logSnr);
    const finite = values.filter(Number.isFinite);
    const low = curve === "alpha" ? 0 : Math.floor(Math.min(-1, ...finite));
    const high = curve === "alpha" ? 1 : Math.ceil(Math.max(1, ...finite));
    this.schedule.show({ t, lines: [{ values, colours: mixed }], low, high, ticks: [...new Set([low, 0, high])] }, this.theme);
    const farthest = Math.ceil(10 * Math.max(0.1, ...distance.flat())) / 10;
    const lines = [colours.noise, colours.generated].map((colour, i) => {
      return { values: distance[i], colours: t.map(() => colour) };
    });
    this.distance.show({ t, lines, low: 0, high: farthest, ticks: [0, farthest] }, this.theme);
    for (const button of this.curves) button.ariaPressed = String(button.dataset.curve === curve);
  }

  /** Bring pictures, charts and texts in line with the transport. */
  mark() {
    if (!this.layout) return;
    const { header } = this.reel;
    const { alpha_bar: alphaBar, distance, colours } = header;
    const { index, picked, curve } = this.transport.state;
    const frame = Math.min(index, header.still);
    const pen = penOf(this.theme, devicePixelRatio);
    this.views.forEach(({ canvas }, view) => {
      const context = canvas.getContext("2d");
      context.clearRect(0, 0, canvas.width, canvas.height);
      drawView(context, this.reel, this.layout, { view, frame, picked }, pen);
      if (picked === null && this.hovered !== null) this.outline(context);
      canvas.ariaLabel = describeView(header, view, frame);
    });
    const borders = [this.mix(alphaBar[frame]), colours.generated, colours.noise];
    borders.forEach((colour, view) => (this.views[view].frame.style.borderColor = colour));
    this.schedule.draw(frame);
    this.distance.draw(frame);
    this.level.textContent = curve === "alpha" ? share(alphaBar[frame]) : rounded(logSnr(alphaBar[frame]), 1);
    [this.noisy, this.believed].forEach((output, i) => (output.textContent = rounded(distance[i][frame], 3)));
    this.caption.textContent = describeFrame(header, frame, picked);
    this.transport.scrub.ariaValueText = this.caption.textContent;
  }

  /** The picture under the pointer is marked in all three views. */
  outline(context) {
    const { x, y, width, height } = placeOf(this.layout, this.hovered);
    const thick = 3 * devicePixelRatio;
    Object.assign(context, { strokeStyle: this.theme.text, lineWidth: thick });
    context.strokeRect(x + thick / 2, y + thick / 2, width - thick, height - thick);
  }
}
