const FADE = 1400; // milliseconds until the changed pixels have faded

const memories = new Map(); // uid -> codes, history and view, kept through remounts
const boards = new WeakMap(); // parentElement -> its CodeBoard

export default function ({ data, parentElement, setStateValue }) {
  if (!boards.has(parentElement)) boards.set(parentElement, new CodeBoard(parentElement));
  return boards.get(parentElement).update(data, setStateValue);
}

class CodeBoard {
  constructor(root) {
    this.root = root;
    const parts = "board frame picture change cells input own facts trouble title readout";
    for (const name of parts.split(" ")) this[name] = root.querySelector(`.${name}`);
    this.decoder = new LiveDecoder({
      onPicture: (codes, picture) => this.show(codes, picture),
      onTrouble: (sentence) => this.tell(sentence),
    });
    this.book = new Codebook(root.querySelector(".tiles"), {
      onTry: (code) => this.attempt(code),
      onChoose: (code, byKey) => this.choose(code, byKey),
      onLeave: () => this.settle(),
      onEscape: () => this.focusCell(),
    });
    this.runs = 0;
    this.listen();
  }

  update(data, setStateValue) {
    const run = ++this.runs;
    const stale = data.origin !== this.data?.origin || data.tiles !== this.data?.tiles;
    Object.assign(this, { data, setStateValue });
    if (stale) this.begin();
    if (run === 1 && !data.known && this.memory.history.length) this.send();
    return () => run === this.runs && this.unmount();
  }

  unmount() {
    this.decoder.stop();
    boards.delete(this.root);
  }

  begin() {
    const { uid, origin, codes, url, input } = this.data;
    const fresh = { numbers: true, tint: true, changes: true, sort: "usage", chosen: Math.floor(codes.length / 2) };
    const kept = memories.get(uid) ?? fresh;
    this.memory = kept.origin === origin ? kept : { ...kept, origin, codes, history: [] };
    this.memory.chosen = Math.min(this.memory.chosen, codes.length - 1);
    memories.set(uid, this.memory);
    this.settled = null;
    this.book.fill(this.data);
    this.layCells();
    this.input.hidden = !input;
    if (input) drawGrey(this.input.querySelector("canvas"), fromBase64(input));
    this.decoder.aim(url);
    this.sort(this.memory.sort);
    this.refresh();
    this.decoder.ask(codes);
    this.settle();
  }

  listen() {
    for (const name of ["undo", "reset", "random"]) {
      this[`${name}Button`] = this.root.querySelector(`.${name}`);
      this[`${name}Button`].onclick = () => this[name]();
    }
    this.views = [...this.root.querySelectorAll("[data-show]")];
    this.sorts = [...this.root.querySelectorAll("[data-sort]")];
    for (const button of this.views) button.onclick = () => this.toggle(button.dataset.show);
    for (const button of this.sorts) button.onclick = () => this.sort(button.dataset.sort);
    this.cells.onclick = (event) => {
      const cell = event.target.closest("button");
      if (cell) this.select(this.buttons.indexOf(cell));
    };
    this.cells.onkeydown = (event) => this.walk(event);
    this.board.onkeydown = (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      this.undo();
    };
  }

  layCells() {
    this.buttons = this.data.codes.map((_, i) => {
      const cell = document.createElement("button");
      Object.assign(cell, { type: "button", role: "gridcell" });
      cell.dataset.testid = `cell-${i}`;
      return cell;
    });
    this.frame.style.setProperty("--columns", this.data.columns);
    this.cells.replaceChildren(...this.buttons);
  }

  walk(event) {
    const { chosen } = this.memory;
    const { columns } = this.data;
    const column = chosen % columns;
    const moves = { ArrowUp: -columns, ArrowDown: columns };
    moves.ArrowLeft = column > 0 ? -1 : 0;
    moves.ArrowRight = column < columns - 1 ? 1 : 0;
    if (event.key in moves) {
      const next = chosen + moves[event.key];
      if (next >= 0 && next < this.buttons.length) this.select(next);
      this.focusCell();
    } else if (event.key === "Enter") this.book.focus(this.memory.codes[chosen]);
    else return;
    event.preventDefault();
  }

  focusCell() {
    this.buttons[this.memory.chosen].focus();
  }

  select(cell) {
    this.memory.chosen = cell;
    this.refresh();
    this.settle();
    this.book.reveal(this.memory.codes[cell]);
  }

  toggle(view) {
    this.memory[view] = !this.memory[view];
    this.refresh();
  }

  sort(order) {
    this.memory.sort = order;
    this.book.arrange(order);
    for (const button of this.sorts) button.ariaPressed = String(button.dataset.sort === order);
  }

  /** The codes with `code` in the chosen cell. */
  withCode(code) {
    return this.memory.codes.with(this.memory.chosen, code);
  }

  /** Show what the picture would be, without keeping it. */
  attempt(code) {
    const share = (100 * this.data.usage[code]).toFixed(this.data.usage[code] < 0.001 ? 3 : 1);
    const here = this.memory.codes.filter((each) => each === code).length;
    const counts = `${share} % of all cells, ${here} of this picture’s`;
    this.readout.innerHTML = `Code <b>${code}</b>: ${counts}. ${this.whatNext(code)}`;
    this.fillCell(this.memory.chosen, code);
    this.decoder.ask(this.withCode(code));
  }

  whatNext(code) {
    return code === this.memory.codes[this.memory.chosen]
      ? "It is in the chosen cell now."
      : `Click or Enter puts it into ${this.place(this.memory.chosen)}.`;
  }

  settle() {
    const { chosen, codes } = this.memory;
    const verb = matchMedia("(hover: none)").matches ? "Tap a code to put it into" : "Pass over a code to try it in";
    this.readout.textContent = `${verb} ${this.place(chosen)}.`;
    this.fillCell(chosen, codes[chosen]);
    this.decoder.ask(this.memory.codes);
  }

  choose(code, byKey) {
    if (code !== this.memory.codes[this.memory.chosen]) this.commit(this.withCode(code));
    if (byKey) this.focusCell();
  }

  commit(codes) {
    this.memory.history.push(this.memory.codes);
    this.become(codes);
  }

  become(codes) {
    this.memory.codes = codes;
    this.refresh();
    this.settle();
    this.send();
  }

  undo() {
    if (this.memory.history.length) this.become(this.memory.history.pop());
  }

  reset() {
    if (this.swaps() > 0) this.commit(this.data.codes);
  }

  random() {
    const current = this.memory.codes[this.memory.chosen];
    const others = this.data.usage.map((_, code) => code).filter((code) => code !== current);
    if (others.length) this.commit(this.withCode(others[Math.floor(Math.random() * others.length)]));
  }

  send() {
    this.setStateValue("swap", { origin: this.data.origin, codes: this.memory.codes });
  }

  swaps() {
    return this.memory.codes.filter((code, i) => code !== this.data.codes[i]).length;
  }

  place(cell) {
    return `row ${Math.floor(cell / this.data.columns) + 1}, column ${(cell % this.data.columns) + 1}`;
  }

  refresh() {
    const { codes, chosen, history } = this.memory;
    this.buttons.forEach((cell, i) => {
      this.fillCell(i, codes[i]);
      cell.tabIndex = i === chosen ? 0 : -1;
      cell.ariaSelected = String(i === chosen);
      cell.classList.toggle("swapped", codes[i] !== this.data.codes[i]);
    });
    for (const button of this.views) {
      button.ariaPressed = String(this.memory[button.dataset.show]);
      this.frame.classList.toggle(button.dataset.show, this.memory[button.dataset.show]);
    }
    this.undoButton.disabled = !history.length;
    this.resetButton.disabled = this.swaps() === 0;
    this.book.mark(new Set(codes), codes[chosen]);
    this.describe();
  }

  fillCell(i, code) {
    const cell = this.buttons[i];
    cell.textContent = code;
    cell.style.setProperty("--hue", hueOf(code));
    cell.ariaLabel = `Code ${code}, ${this.place(i)}`;
  }

  describe() {
    const { usage, codes } = this.data;
    const level = perplexity(usage);
    const share = `${Math.round((100 * level) / usage.length)} % of K`;
    this.title.innerHTML = `Codebook: <b>${usage.length}</b> codes, perplexity <b>${level.toFixed(1)}</b> (${share})`;
    const own = this.decoder.pictures.get(codes.join());
    const shift = own && this.settled ? meanDifference(own, this.settled).toFixed(3) : "–";
    const swaps = `<b>${this.swaps()}</b> of ${codes.length} codes swapped`;
    this.facts.innerHTML = `${swaps}<br>mean |Δ| per pixel <b>${shift}</b>`;
  }

  show(codes, picture) {
    drawGrey(this.picture, picture);
    if (codes.join() === this.data.codes.join()) drawGrey(this.own.querySelector("canvas"), picture);
    if (this.settled) this.flash(picture);
    if (codes.join() !== this.memory.codes.join()) return;
    this.settled = picture;
    this.describe();
  }

  /** Lay vermilion over the pixels that differ from the settled picture, and let it fade. */
  flash(picture) {
    for (const animation of this.change.getAnimations()) animation.cancel();
    if (!this.memory.changes) return;
    drawChange(this.change, this.settled, picture);
    const easing = prefersReducedMotion() ? "step-end" : "ease-in";
    this.change.animate([{ opacity: 1 }, { opacity: 0 }], { duration: FADE, easing });
  }

  tell(sentence) {
    this.trouble.hidden = !sentence;
    this.trouble.textContent = sentence ?? "";
  }
}

/** Mean |a − b| of two grey pictures, 0 … 1. */
function meanDifference(a, b) {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / (255 * a.length);
}

/** Vermilion, the more opaque the more a pixel has changed. */
function drawChange(canvas, before, after) {
  canvas.width = canvas.height = Math.sqrt(after.length);
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  after.forEach((value, i) => image.data.set([0xd5, 0x5e, 0x00, 3 * Math.abs(value - before[i])], 4 * i));
  context.putImageData(image, 0, 0);
}
