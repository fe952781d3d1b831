// The contrastive matrix: cells, the two softmaxes, and the symmetric InfoNCE loss, all from the cosines.

const VIEWS = { cosine: "cosine", across: "p(text | picture)", down: "p(picture | text)" };
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

class ContrastiveMatrix {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    Object.assign(this, { view: "across", cell: [0, 0], held: null });
    this.find(".views").replaceChildren(...Object.entries(VIEWS).map(([view, name]) => this.choice(view, name)));
    this.find(".warmth input").value = 0;
    this.find(".warmth input").oninput = () => this.show();
    for (const button of root.querySelectorAll("[data-order]")) button.onclick = () => this.press(button.dataset.order);
    const grid = this.find(".grid");
    grid.onpointerover = ({ target }) => target.dataset.row && this.point(+target.dataset.row, +target.dataset.column);
    grid.onkeydown = (event) => this.type(event);
  }

  close() {}

  choice(view, name) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
    button.role = "radio";
    button.onclick = () => {
      this.view = view;
      this.show();
    };
    button.dataset.view = view;
    return button;
  }

  update(data) {
    const same = JSON.stringify(data) === this.known;
    if (same) return this.show();
    this.known = JSON.stringify(data);
    this.data = data;
    this.n = data.texts.length;
    this.order = Array.from({ length: this.n }, (_, i) => i);
    this.cell = this.cell.map((i) => Math.min(i, this.n - 1));
    this.held = null;
    this.build();
    this.show();
  }

  build() {
    const grid = this.find(".grid");
    grid.style.setProperty("--n", this.n);
    const heads = this.order.map((j) => {
      const head = Object.assign(document.createElement("button"), { type: "button", className: "head" });
      head.onclick = () => this.hold(j);
      return head;
    });
    const rows = this.data.pictures.map((source, i) => {
      const picture = Object.assign(document.createElement("img"), { src: source, alt: `picture ${i + 1}` });
      const cells = this.order.map((_, j) => {
        const cell = document.createElement("i");
        Object.assign(cell.dataset, { row: i, column: j });
        return cell;
      });
      return [picture, ...cells];
    });
    this.heads = heads;
    this.cells = rows.map((row) => row.slice(1));
    grid.replaceChildren(document.createElement("span"), ...heads, ...rows.flat());
  }

  /** The loss of the texts in their order: log-softmaxes of scale · cosine along rows and columns (Radford et al., fig. 3). */
  compute() {
    const { similarities, logit_scale } = this.data;
    const warmth = 10 ** +this.find(".warmth input").value;
    const scale = logit_scale / warmth;
    const cosines = similarities.map((row) => this.order.map((j) => row[j]));
    const across = cosines.map((row) => softmax(row, scale));
    const columns = this.order.map((_, j) => softmax(cosines.map((row) => row[j]), scale));
    const down = cosines.map((row, i) => row.map((_, j) => columns[j][i]));
    const mean = (p) => p.reduce((sum, row, i) => sum - Math.log(Math.max(row[i], 1e-30)), 0) / this.n;
    return { scale, cosine: cosines, across, down, pictures: mean(across), texts: mean(down) };
  }

  show() {
    const values = (this.values = this.compute());
    const shown = values[this.view];
    const flat = shown.flat();
    const [low, high] = this.view === "cosine" ? [Math.min(...flat), Math.max(...flat)] : [0, 1];
    for (let i = 0; i < this.n; i++) {
      const best = shown[i].indexOf(Math.max(...shown[i]));
      for (let j = 0; j < this.n; j++) {
        const share = (shown[i][j] - low) / (high - low || 1);
        const cell = this.cells[i][j];
        cell.style.setProperty("--share", `${Math.round(100 * share)}%`);
        cell.className = i === j ? (best === i ? "own right" : "own wrong") : j === best && best !== i ? "robber" : "";
        cell.classList.toggle("pointed", i === this.cell[0] && j === this.cell[1]);
      }
    }
    this.heads.forEach((head, j) => {
      const text = this.order[j];
      head.textContent = text + 1;
      head.title = this.data.texts[text];
      head.ariaLabel = `Text ${text + 1}: ${this.data.texts[text]}`;
      head.ariaPressed = String(this.held === j);
      head.classList.toggle("moved", text !== j);
    });
    for (const button of this.find(".views").children) button.ariaChecked = String(button.dataset.view === this.view);
    this.find(".warmth output").textContent = `${(1 / values.scale).toPrecision(2)} = 1 / ${values.scale.toPrecision(3)}`;
    this.tell();
  }

  tell() {
    const [i, j] = this.cell;
    const { cosine, across, down, pictures, texts } = this.values;
    this.find(".picture").src = this.data.pictures[i];
    this.find(".picture").alt = `Picture ${i + 1}`;
    this.find(".text").textContent = `${this.order[j] + 1}. ${this.data.texts[this.order[j]]}`;
    this.find(".cosine").textContent = cosine[i][j].toFixed(3);
    this.find(".across").textContent = percent(across[i][j]);
    this.find(".down").textContent = percent(down[i][j]);
    const right = across.filter((row, k) => row.indexOf(Math.max(...row)) === k).length;
    const loss = (pictures + texts) / 2;
    this.find(".loss").innerHTML =
      `<b>L = ½ (${pictures.toFixed(3)} + ${texts.toFixed(3)}) = ${loss.toFixed(3)} nats</b>` +
      `<span>guessing: ln ${this.n} = ${Math.log(this.n).toFixed(3)} · ${right} of ${this.n} pictures choose their text</span>`;
    this.find(".loss").classList.toggle("bad", loss > Math.log(this.n));
  }

  point(i, j) {
    const clamp = (k) => Math.max(0, Math.min(this.n - 1, k));
    this.cells[this.cell[0]][this.cell[1]].classList.remove("pointed");
    this.cell = [clamp(i), clamp(j)];
    this.cells[this.cell[0]][this.cell[1]].classList.add("pointed");
    this.tell();
  }

  type(event) {
    const step = STEPS[event.key];
    if (event.target.closest(".head")) return;
    if (step) this.point(this.cell[0] + step[0], this.cell[1] + step[1]);
    else if (event.key === "Enter" || event.key === " ") this.hold(this.cell[1]);
    else return;
    event.preventDefault();
  }

  hold(j) {
    if (this.held !== null && this.held !== j) this.swap(this.held, j);
    this.held = this.held === null ? j : null;
    this.show();
  }

  swap(a, b) {
    [this.order[a], this.order[b]] = [this.order[b], this.order[a]];
  }

  press(order) {
    if (order === "save") return this.save();
    const any = () => Math.floor(Math.random() * this.n);
    if (order === "none") this.order.sort((a, b) => a - b);
    if (order === "all") for (let i = this.n - 1; i > 0; i--) this.swap(i, Math.floor(Math.random() * (i + 1)));
    if (order === "two") {
      const a = any();
      this.swap(a, (a + 1 + Math.floor(Math.random() * (this.n - 1))) % this.n);
    }
    this.show();
  }

  save() {
    const canvas = Object.assign(document.createElement("canvas"), { width: this.n, height: this.n });
    const context = canvas.getContext("2d");
    this.cells.forEach((row, i) =>
      row.forEach((cell, j) => {
        context.fillStyle = getComputedStyle(cell).backgroundColor;
        context.fillRect(j, i, 1, 1);
      }),
    );
    downloadPng(canvas, "contrastive-matrix.png", 32);
  }
}

function softmax(row, scale) {
  const top = Math.max(...row);
  const exponentials = row.map((value) => Math.exp(scale * (value - top)));
  const sum = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / sum);
}

function percent(p) {
  return `${(100 * p).toFixed(p < 0.1 ? 1 : 0)} %`;
}

export default mounting(".matrix", ContrastiveMatrix);
