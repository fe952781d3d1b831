// Word lens: a prompt and its edits as films of denoising, with the heat of any word over all of them.

const LENS_CHOICES = {
  view: {
    xt: ["Picture", "What is there at this step"],
    x0: ["Expected", "What the network expects to come of it"],
    difference: ["Difference", "Red where a picture differs from the first"],
  },
  whole: {
    word: ["Word", "Light up for one word"],
    phrase: ["Phrase", "Light up for all the words that name the same thing"],
  },
  layer: {
    both: ["Both", "The mean of the layers of 8 × 8 places"],
    down: ["Down", "The layer on the way down, 8 × 8 places"],
    middle: ["Middle", "The lowest layer, 4 × 4 places"],
    up: ["Up", "The layer on the way up, 8 × 8 places"],
  },
  span: { now: ["Now", "At this step"], soFar: ["So far", "The mean over the steps so far"] },
};
const FAR = 64; // grey levels of difference that are shown in full colour
const DIFFERENT = [213, 94, 0];

const lensMemories = new Map(); // uid -> what is looked at and how, kept through remounts

class WordLens {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.transport = new FilmTransport(root, () => this.mark());
    this.find(".save-lens").onclick = () => this.save();
    this.figures = [];
  }

  close() {
    this.transport.close();
    this.gone = true;
  }

  get look() {
    return lensMemories.get(this.data.uid) ?? { view: "xt", whole: "phrase", layer: "both", span: "now", picked: null };
  }

  turn(change) {
    lensMemories.set(this.data.uid, { ...this.look, ...change });
    this.present();
  }

  /** The film on show stays until the next one has come. */
  async update(data) {
    if (this.data?.url === data.url && this.tensors) return;
    this.wanted = data;
    const response = await fetch(data.url);
    if (!response.ok) throw new Error(`${data.url} answered ${response.status}.`);
    const tensors = parseSafetensors(await response.arrayBuffer());
    if (this.wanted !== data || this.gone) return;
    [this.data, this.tensors, this.maps] = [data, tensors, new Maps(tensors)];
    this.sheet = Object.assign(document.createElement("canvas"), { width: tensors.xt.shape[3], height: tensors.xt.shape[2] });
    this.pointed = this.peeked = null;
    this.lay();
    const state = this.transport.recall(data);
    if (state.url !== data.url) this.transport.begin(data);
    state.url = data.url;
    this.present();
    this.transport.load(data);
  }

  lay() {
    const host = this.find(".figures");
    const { shots, windows, count } = this.data;
    if (this.figures.length !== shots.length) {
      host.replaceChildren();
      const tell = {
        point: (picture, place) => this.point(picture, place),
        peek: (picture, token) => this.peek(picture, token),
        pick: (picture, token) => this.pick(picture, token),
      };
      this.figures = shots.map((_, picture) => new Figure(host, picture, tell));
    }
    host.style.setProperty("--count", shots.length);
    this.figures.forEach((figure, picture) => figure.say(shots[picture]));
    const { picked } = this.look;
    if (picked && !(picked.token < shots[picked.picture]?.tokens.length)) this.look.picked = null;
    this.find(".windows").replaceChildren(
      ...windows.map(({ kind, frames, text }) => {
        const bar = Object.assign(document.createElement("div"), { className: kind, textContent: text });
        bar.style.setProperty("--share", `${(100 * frames) / count}%`);
        return bar;
      }),
    );
  }

  // --- what is looked at

  /** The word on show: the one under the hand, else the one that was picked. */
  get chosen() {
    return this.peeked ?? this.look.picked;
  }

  peek(picture, token) {
    this.peeked = picture === null ? null : { picture, token };
    this.mark();
  }

  pick(picture, token) {
    const { picked } = this.look;
    const again = picked?.picture === picture && picked.token === token;
    this.peeked = null;
    this.turn({ picked: again ? null : { picture, token } });
    this.mark();
  }

  point(picture, place) {
    this.pointed = place;
    this.pointedAt = picture;
    this.mark();
  }

  /** The token of `picture` that stands where the chosen one stands in its own prompt; −1 where there is none. */
  tokenIn(picture) {
    const { chosen } = this;
    if (!chosen) return -1;
    if (picture === chosen.picture) return chosen.token;
    const { shots } = this.data;
    const first = shots[chosen.picture].of[chosen.token];
    if (first < 0) return shots[picture].text === shots[chosen.picture].text ? chosen.token : -1;
    return picture === 0 ? first : shots[picture].of.indexOf(first);
  }

  /** The tokens of `picture` that are lit: the one that stands for the chosen word, or all of its phrase. */
  tokensIn(picture) {
    const token = this.tokenIn(picture);
    if (token < 0) return [];
    const { groups } = this.data.shots[picture];
    if (this.look.whole === "word" || !groups[token]) return [token];
    return [...groups.keys()].filter((other) => groups[other] === groups[token]);
  }

  // --- what is shown

  present() {
    for (const name of Object.keys(LENS_CHOICES)) this.offer(this.find(`[data-look="${name}"]`), name);
    this.mark();
  }

  offer(host, name) {
    host.replaceChildren(
      ...Object.entries(LENS_CHOICES[name]).map(([value, [label, title]]) => {
        const button = Object.assign(document.createElement("button"), { type: "button", textContent: label, title });
        button.dataset.testid = `lens-${value}`;
        button.ariaPressed = String(this.look[name] === value);
        button.onclick = () => {
          this.turn({ [name]: value });
          this.find(`[data-testid="lens-${value}"]`).focus();
        };
        return button;
      }),
    );
  }

  /** Draw the frame on show. */
  mark() {
    if (!this.tensors) return;
    this.figures.forEach((figure) => this.draw(figure));
    this.find(".says").textContent = this.says();
    const { t, alpha_bar: alphaBar, count, windows } = this.data;
    const frame = this.transport.index;
    const now = windows.filter(({ frames }) => frame < frames).map(({ text }) => text);
    this.find(".caption").textContent = [
      `t = ${t[frame]}`, `ᾱ = ${alphaBar[frame].toFixed(2)}`, `step ${frame} of ${count - 1}`, ...now,
    ].join(" · ");
    [...this.find(".windows").children].forEach((bar, i) => bar.classList.toggle("now", frame < windows[i].frames));
  }

  draw(figure) {
    const { picture, canvas } = figure;
    const frame = this.transport.index;
    const context = canvas.getContext("2d");
    this.paint(context, frame, picture);
    const lit = this.tokensIn(picture);
    if (lit.length) drawHeat(context, smoothed(this.heat(picture, lit), this.maps.side(this.look.layer)), SIZE);
    if (this.tensors.mask && picture > 0) this.drawMask(context, frame, picture);
    figure.mark(lit, this.pointed && this.sharesAt(picture));
    figure.frame(this.pointed);
  }

  /** How much each place looks at any of some words. */
  heat(picture, tokens) {
    return sum(tokens.map((token) => this.seen(picture, token)));
  }

  seen(picture, token) {
    return this.maps.seen(this.look, this.transport.index, picture, token);
  }

  paint(context, frame, picture) {
    const { width, height } = this.sheet;
    const pixels = new ImageData(width, height);
    const size = 3 * width * height;
    const { data } = pixels;
    const cell = (which) => {
      const start = (frame * this.data.shots.length + which) * size;
      return this.tensors[this.look.view === "x0" ? "x0" : "xt"].values.subarray(start, start + size);
    };
    const own = cell(picture);
    const first = this.look.view === "difference" && picture > 0 ? cell(0) : null;
    for (let i = 0; i < width * height; i++) {
      if (first) data.set(differing(own, first, 3 * i), 4 * i);
      else for (let c = 0; c < 3; c++) data[4 * i + c] = own[3 * i + c];
      data[4 * i + 3] = 255;
    }
    this.sheet.getContext("2d").putImageData(pixels, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.sheet, 0, 0, SIZE, SIZE);
  }

  /** A line around where local blending lets a picture differ from the first. */
  drawMask(context, frame, picture) {
    const { shape: [, others, height, width], values } = this.tensors.mask;
    const start = (frame * others + picture - 1) * height * width;
    const large = new Float32Array(SMOOTH * SMOOTH);
    for (let i = 0; i < large.length; i++) {
      const [x, y] = [i % SMOOTH, Math.floor(i / SMOOTH)];
      large[i] = values[start + Math.floor((y * height) / SMOOTH) * width + Math.floor((x * width) / SMOOTH)];
    }
    const lines = contour(large, HALF);
    strokeLines(context, lines, SIZE / SMOOTH, 4, "rgba(0, 0, 0, 0.6)");
    strokeLines(context, lines, SIZE / SMOOTH, 2, "#e69f00");
  }

  /** How much the place under the hand looks at each word of a picture. */
  sharesAt(picture) {
    const side = this.maps.side(this.look.layer);
    const [column, row] = this.pointed.map((place) => Math.floor((place * side) / PLACES));
    return this.data.shots[picture].tokens.map((_, token) => this.seen(picture, token)[row * side + column]);
  }

  says() {
    const { shots } = this.data;
    const percent = (share) => `${Math.round(100 * share)} %`;
    if (this.pointed) {
      const shot = shots[this.pointedAt];
      const shares = [...this.sharesAt(this.pointedAt)].map((share, token) => [share, shot.tokens[token]]);
      const most = shares.sort(([a], [b]) => b - a).slice(0, 3);
      return `This place of “${shot.title}” looks at ${most.map(([share, word]) => `${word} ${percent(share)}`).join(", ")}.`;
    }
    if (!this.chosen) return "Point at a word: where it is looked for. Point at a picture: which words that place looks at.";
    const peaks = shots.flatMap(({ tokens, title }, picture) => {
      const lit = this.tokensIn(picture);
      if (!lit.length) return [`${title}: no such word`];
      const said = lit.map((token) => tokens[token]).join(" ");
      return [`${title}: up to ${percent(Math.max(...this.heat(picture, lit)))} on “${said}”`];
    });
    return peaks.join(" · ");
  }

  save() {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: SIZE * this.figures.length, height: SIZE });
    const context = canvas.getContext("2d");
    this.figures.forEach((figure, i) => context.drawImage(figure.canvas, i * SIZE, 0));
    downloadPng(canvas, "words-on-scenes.png");
  }
}

/** A pixel in grey, the redder the more it differs from the same pixel of another picture. */
function differing(own, other, at) {
  let [sum, far] = [0, 0];
  for (let c = 0; c < 3; c++) {
    sum += own[at + c] / 3;
    far += Math.abs(own[at + c] - other[at + c]) / 3;
  }
  const share = Math.min(1, far / FAR);
  return DIFFERENT.map((colour) => (1 - share) * (0.35 * sum + 40) + share * colour);
}

export default mounting(".lens", WordLens);
