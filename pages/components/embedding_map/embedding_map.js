// The embedding map: a sheet of thumbnails and dots of text on a plane that can be moved and enlarged.

const PICTURE_COLOUR = "#009e73";
const TEXT_COLOUR = "#56b4e9";
const GAP_COLOUR = "#d55e00";
const TURN = { ArrowRight: 0, ArrowDown: Math.PI / 2, ArrowLeft: Math.PI, ArrowUp: -Math.PI / 2 };

class EmbeddingMap {
  constructor(root) {
    this.find = (selector) => root.querySelector(selector);
    this.canvas = this.find(".stage canvas");
    this.pen = this.canvas.getContext("2d");
    this.neighbours = new Neighbours(this.find, (k) => this.look(k, true));
    Object.assign(this, { point: 0, kept: false, pairs: false, closed: 0, pointers: new Map() });
    this.listen(root);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.find(".stage"));
  }

  close() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  async update(data) {
    this.theme = themeOf(this.canvas);
    const known = JSON.stringify(data);
    if (known === this.known) return this.soon();
    const redrawn = data.sheet !== this.data?.sheet;
    Object.assign(this, { known, data, n: data.picture_places.length });
    this.point = Math.min(this.point, this.n + data.texts.length - 1);
    this.find(".gap").hidden = !data.shift;
    if (redrawn) {
      const sheet = new Image();
      sheet.src = data.sheet;
      await sheet.decode();
      if (data !== this.data) return;
      this.sheet = sheet;
    }
    this.fit();
    this.tell();
  }

  listen(root) {
    const { canvas } = this;
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, this.place(event));
      this.moved = 0;
    };
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = canvas.onpointercancel = (event) => {
      this.pointers.delete(event.pointerId);
      if (this.moved < 5 && event.type === "pointerup") this.look(this.nearest(this.place(event)), true);
    };
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 400), this.place(event));
    }, { passive: false });
    canvas.onkeydown = (event) => this.type(event);
    for (const button of root.querySelectorAll("[data-do]")) button.onclick = () => this.press(button);
    this.find(".gap input").oninput = ({ target }) => {
      this.closed = +target.value;
      this.tell();
    };
  }

  place(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  move(event) {
    const now = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      if (!this.kept && event.pointerType === "mouse") this.look(this.nearest(now), false);
      return;
    }
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
    this.pointers.set(event.pointerId, now);
    this.moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (others.length) {
      const apart = (at) => Math.hypot(at[0] - others[0][0], at[1] - others[0][1]);
      this.zoom(apart(now) / Math.max(1, apart(before)), others[0]);
    } else {
      this.origin = [this.origin[0] + now[0] - before[0], this.origin[1] + now[1] - before[1]];
      this.soon();
    }
  }

  /** Where point k lies on the canvas; texts come after pictures and move with the gap. */
  at(k) {
    const { picture_places, text_places, shift } = this.data;
    let [x, y] = k < this.n ? picture_places[k] : text_places[k - this.n];
    if (k >= this.n && shift) [x, y] = [x + this.closed * shift[0], y + this.closed * shift[1]];
    return [this.origin[0] + this.scale * x, this.origin[1] - this.scale * y];
  }

  nearest([x, y]) {
    let best = 0;
    let least = Infinity;
    for (let k = 0; k < this.n + this.data.texts.length; k++) {
      const [px, py] = this.at(k);
      const distance = Math.hypot(px - x, py - y) - (k < this.n ? 0 : 3);
      if (distance < least) [best, least] = [k, distance];
    }
    return best;
  }

  look(k, keep) {
    this.kept = keep ? !(this.kept && this.point === k) : this.kept;
    if (k !== this.point || keep) {
      this.point = k;
      this.tell();
    }
  }

  type(event) {
    if (event.key === "+" || event.key === "=") this.zoom(1.3);
    else if (event.key === "-") this.zoom(1 / 1.3);
    else if (event.key === "Enter") this.look(this.point, true);
    else if (event.key in TURN) this.step(TURN[event.key]);
    else return;
    event.preventDefault();
  }

  /** To the nearest point that lies in a direction, within 45° of it. */
  step(angle) {
    const [x, y] = this.at(this.point);
    let best = this.point;
    let least = Infinity;
    for (let k = 0; k < this.n + this.data.texts.length; k++) {
      const [dx, dy] = this.at(k).map((value, axis) => value - [x, y][axis]);
      const distance = Math.hypot(dx, dy);
      if (k !== this.point && distance > 1 && distance < least && Math.cos(Math.atan2(dy, dx) - angle) > 0.7) {
        [best, least] = [k, distance];
      }
    }
    this.look(best, false);
  }

  press(button) {
    const action = button.dataset.do;
    if (action === "in" || action === "out") this.zoom(action === "in" ? 1.4 : 1 / 1.4);
    if (action === "fit") this.fit();
    if (action === "save") downloadPng(this.canvas, "embedding-map.png");
    if (action === "pairs") {
      this.pairs = !this.pairs;
      button.ariaPressed = String(this.pairs);
      this.soon();
    }
  }

  zoom(factor, [x, y] = [this.width / 2, this.height / 2]) {
    const scale = Math.max(this.least, Math.min(60 * this.least, this.scale * factor));
    const ratio = scale / this.scale;
    this.origin = [x + ratio * (this.origin[0] - x), y + ratio * (this.origin[1] - y)];
    this.scale = scale;
    this.soon();
  }

  resize() {
    const { width } = this.find(".stage").getBoundingClientRect();
    if (!width || width === this.width) return;
    Object.assign(this, { width, height: Math.max(320, Math.min(600, 0.78 * width)) });
    const ratio = devicePixelRatio || 1;
    Object.assign(this.canvas, { width: width * ratio, height: this.height * ratio });
    this.canvas.style.height = `${this.height}px`;
    if (this.data) this.fit();
  }

  fit() {
    if (!this.width) return;
    const places = [...this.data.picture_places, ...this.data.text_places];
    const [xs, ys] = [0, 1].map((axis) => places.map((place) => place[axis]));
    const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const margin = 46;
    this.scale = Math.min(
      (this.width - 2 * margin) / (right - left || 1), (this.height - 2 * margin) / (high - low || 1),
    );
    this.least = this.scale / 2;
    this.whole = this.scale;
    this.origin = [this.width / 2 - (this.scale * (left + right)) / 2, this.height / 2 + (this.scale * (low + high)) / 2];
    this.soon();
  }

  soon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    if (!this.sheet || !this.scale) return;
    const { pen, theme, data } = this;
    const ratio = devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = theme.background;
    pen.fillRect(0, 0, this.width, this.height);
    const places = Array.from({ length: this.n + data.texts.length }, (_, k) => this.at(k));
    if (this.pairs) this.lines(data.owners.map((owner, j) => [owner, this.n + j]).filter(([owner]) => owner >= 0), places);
    const side = Math.max(14, Math.min(72, (this.width > 480 ? 20 : 15) * Math.sqrt(this.scale / this.whole)));
    for (let i = 0; i < this.n; i++) this.thumbnail(i, places[i], side);
    pen.fillStyle = TEXT_COLOUR;
    pen.strokeStyle = theme.background;
    for (let j = 0; j < data.texts.length; j++) this.dot(places[this.n + j], data.owners[j] < 0 ? 6 : 3.6);
    this.means(places);
    const near = [...data.near_pictures[this.point], ...data.near_texts[this.point].map((j) => this.n + j)];
    this.lines(near.map((k) => [this.point, k]), places, theme.text, 1.4);
    for (const k of near) this.ring(k, places[k], side, theme.text, 1.5);
    this.ring(this.point, places[this.point], side, theme.text, 3);
    const roomy = this.width > 480; // on a phone only the chosen point has a label, and pictures are smaller
    data.texts.forEach((text, j) => roomy && data.owners[j] < 0 && this.label(text, places[this.n + j]));
    if (this.point >= this.n) this.label(data.texts[this.point - this.n], places[this.point]);
  }

  thumbnail(i, [x, y], side) {
    if (x < -side || y < -side || x > this.width + side || y > this.height + side) return;
    const { columns, side: own } = this.data;
    const from = [(i % columns) * own, Math.floor(i / columns) * own];
    this.pen.drawImage(this.sheet, ...from, own, own, x - side / 2, y - side / 2, side, side);
  }

  dot([x, y], radius) {
    this.pen.beginPath();
    this.pen.arc(x, y, radius, 0, 2 * Math.PI);
    this.pen.fill();
    this.pen.stroke();
  }

  ring(k, [x, y], side, colour, width) {
    Object.assign(this.pen, { strokeStyle: colour, lineWidth: width });
    if (k < this.n) this.pen.strokeRect(x - side / 2 - 1, y - side / 2 - 1, side + 2, side + 2);
    else {
      this.pen.beginPath();
      this.pen.arc(x, y, 7, 0, 2 * Math.PI);
      this.pen.stroke();
    }
    this.pen.lineWidth = 1;
  }

  lines(ends, places, colour = "rgb(128 128 128 / 35%)", width = 1) {
    Object.assign(this.pen, { strokeStyle: colour, lineWidth: width });
    this.pen.beginPath();
    for (const [a, b] of ends) {
      this.pen.moveTo(...places[a]);
      this.pen.lineTo(...places[b]);
    }
    this.pen.stroke();
  }

  /** The two means and the way between them: the gap. */
  means(places) {
    if (!this.data.shift) return;
    const mean = (from, to) => [0, 1].map((axis) => {
      const part = places.slice(from, to);
      return part.reduce((sum, place) => sum + place[axis], 0) / part.length;
    });
    const [texts, images] = [mean(this.n, places.length), mean(0, this.n)];
    const length = Math.hypot(images[0] - texts[0], images[1] - texts[1]);
    Object.assign(this.pen, { strokeStyle: GAP_COLOUR, lineWidth: 3.5, lineCap: "round" });
    this.pen.beginPath();
    const unit = [0, 1].map((axis) => (images[axis] - texts[axis]) / (length || 1));
    if (length > 8) arrow(this.pen, ...texts, ...unit, length, 12);
    this.pen.stroke();
    for (const [at, colour] of [[texts, TEXT_COLOUR], [images, PICTURE_COLOUR]]) {
      this.pen.fillStyle = colour;
      this.pen.strokeStyle = this.theme.background;
      this.pen.lineWidth = 2;
      this.dot(at, 8);
    }
    this.pen.lineWidth = 1;
  }

  label(text, [x, y]) {
    const { pen, theme } = this;
    pen.font = `600 13px ${theme.font}`;
    const short = text.length > 52 ? `${text.slice(0, 50)}…` : text;
    const width = pen.measureText(short).width + 14;
    const left = Math.max(4, Math.min(this.width - width - 4, x - width / 2));
    const top = y > 34 ? y - 32 : y + 12;
    pen.fillStyle = theme.background;
    pen.strokeStyle = TEXT_COLOUR;
    pen.beginPath();
    pen.roundRect(left, top, width, 22, 6);
    pen.fill();
    pen.stroke();
    pen.fillStyle = theme.text;
    pen.fillText(short, left + 7, top + 15.5);
  }

  tell() {
    if (!this.sheet) return;
    this.neighbours.show(this.data, this.sheet, this.point);
    this.neighbours.tell(this.data, this.closed);
    this.soon();
  }
}

export default mounting(".space", EmbeddingMap);
