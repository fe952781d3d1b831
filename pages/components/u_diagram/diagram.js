// The drawing: every block of a network, from the picture on the left to the mask on the right.

const SVG = "http://www.w3.org/2000/svg";
const [WIDE, NARROW] = [{ height: 300, tallest: 96, label: 30 }, { height: 250, tallest: 60, label: 14 }];
const SHRINK = 0.86; // of a block's drawing with each halving of its maps
const SHEETS = { most: 7, step: 2.5 };

/** The ramp of feature maps: from nothing, over the blue of codes, to white. */
const RAMP = [[8, 14, 30], [0, 68, 122], [0, 114, 178], [86, 180, 233], [255, 255, 244]];

/** 256 colours [red, green, blue] along the ramp. */
const RAMP_COLOURS = Array.from({ length: 256 }, (_, i) => {
  const place = (i / 255) * (RAMP.length - 1);
  const from = Math.min(RAMP.length - 2, Math.floor(place));
  return RAMP[from].map((start, c) => Math.round(start + (place - from) * (RAMP[from + 1][c] - start)));
});

function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Greys of a canvas → colours of the ramp, unless the picture has colours of its own. */
function rampColours(context, width, height) {
  const picture = context.getImageData(0, 0, width, height);
  const { data } = picture;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return;
  }
  for (let i = 0; i < data.length; i += 4) data.set(RAMP_COLOURS[data[i]], i);
  context.putImageData(picture, 0, 0);
}

/** A PNG at `url` as a `data:` URL in the colours of the ramp. */
async function ramped(url) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const [width, height] = [image.naturalWidth, image.naturalHeight];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  rampColours(context, width, height);
  return canvas.toDataURL();
}

/** Where each block stands: across in the order of computing, down by how often its maps have been halved. */
function layOut(blocks, aspect, width) {
  const look = width < 560 ? NARROW : WIDE;
  const finest = Math.max(...blocks.map(({ shape }) => shape[1]));
  const levels = blocks.map(({ shape }) => Math.round(Math.log2(finest / shape[1])));
  const column = width / (blocks.length + 1);
  const size = (level) => {
    const side = Math.min(column * 0.84, 104) * SHRINK ** level;
    const tall = Math.min(look.tallest * SHRINK ** level, side * aspect);
    return [tall / aspect, tall];
  };
  const first = size(0)[1] / 2 + SHEETS.most * SHEETS.step;
  const step = (look.height - look.label - first - size(Math.max(...levels))[1] / 2) / Math.max(1, ...levels);
  const place = (i, level) => {
    const [wide, tall] = size(level);
    return { x: column * (i + 0.5), y: first + level * step, wide, tall };
  };
  const places = { picture: place(0, 0) };
  blocks.forEach(({ name }, i) => (places[name] = place(i + 1, levels[i])));
  return { places, height: look.height, wide: look === WIDE };
}

/** The drawing as SVG; `choose(name)` is called for a clicked block. */
class Diagram {
  constructor(host, choose) {
    Object.assign(this, { host, choose });
    this.pictures = new Map();
    this.observer = new ResizeObserver(() => this.host.clientWidth !== this.width && this.draw());
    this.observer.observe(host);
  }

  close() {
    this.observer.disconnect();
  }

  show(data, chosen) {
    const fresh = data.shown !== this.data?.shown && JSON.stringify(data.shown) !== JSON.stringify(this.data?.shown);
    const redraw = fresh || JSON.stringify(data.blocks) !== JSON.stringify(this.data?.blocks);
    Object.assign(this, { data, chosen });
    if (redraw || !this.host.childElementCount) this.draw();
    else this.mark();
    if (fresh) this.paint(data.shown);
  }

  async paint(shown) {
    for (const [name, url] of Object.entries(shown)) this.pictures.set(name, await ramped(url));
    if (shown === this.data.shown) this.draw();
  }

  draw() {
    this.width = this.host.clientWidth;
    if (!this.data || !this.width) return;
    const { blocks, size } = this.data;
    const { places, height, wide } = layOut(blocks, Math.max(0.3, Math.min(2, size[0] / size[1])), this.width);
    const edges = blocks.flatMap(({ name, reads }, i) =>
      reads.map((source) => this.edge(places, source, name, source !== (blocks[i - 1]?.name ?? "picture"))),
    );
    const nodes = blocks.map((block) => this.node(block, places[block.name], wide));
    const focused = this.host.getRootNode().activeElement?.dataset?.block;
    this.host.replaceChildren(
      svg("svg", { viewBox: `0 0 ${this.width} ${height}`, width: this.width, height }, ...edges,
        this.start(places.picture), ...nodes),
    );
    this.nodes = new Map(blocks.map(({ name }, i) => [name, nodes[i]]));
    this.nodes.get(focused)?.focus();
    this.mark();
  }

  start({ x, y, wide, tall }) {
    const box = { x: x - wide / 2, y: y - tall / 2, width: wide, height: tall };
    return svg("g", { class: "start" }, svg("image", { ...box, href: this.data.photo, preserveAspectRatio: "none" }),
      svg("rect", { ...box, rx: 3 }));
  }

  edge(places, source, target, skip) {
    const [a, b] = [places[source], places[target]];
    const [x, end] = [a.x + a.wide / 2, b.x - b.wide / 2 - 2];
    const bend = skip ? 0 : (end - x) / 2;
    const path = `M${x},${a.y} C${x + bend},${a.y} ${end - bend},${b.y} ${end},${b.y}`;
    return svg("path", { d: path, class: skip ? "edge skip" : "edge", "data-from": source, "data-to": target });
  }

  node({ name, shape }, { x, y, wide, tall }, roomy) {
    const [channels, rows, columns] = shape;
    const sheets = Math.max(1, Math.min(SHEETS.most, Math.round(Math.log2(channels)) + 1));
    const box = { x: x - wide / 2, y: y - tall / 2, width: wide, height: tall };
    const behind = Array.from({ length: sheets - 1 }, (_, i) => (sheets - 1 - i) * SHEETS.step).map((shift) =>
      svg("rect", { ...box, x: box.x + shift, y: box.y - shift, rx: 2, class: "behind" }),
    );
    const node = svg(
      "g", { class: "block", role: "button", tabindex: 0, "data-block": name, "data-testid": `u-block-${name}`,
        "aria-label": `${name}: ${channels} maps of ${rows} × ${columns}` },
      ...behind,
      svg("image", { ...box, href: this.pictures.get(name) ?? "", preserveAspectRatio: "none" }),
      svg("rect", { ...box, rx: 2, class: "front" }),
    );
    const label = (text, below, kind) => {
      const line = svg("text", { x, y: y + tall / 2 + below, class: kind });
      line.textContent = text;
      node.append(line);
    };
    label(roomy ? `${channels} maps` : channels, 13, "channels");
    if (roomy) label(`${rows} × ${columns}`, 26, "side");
    node.onclick = () => this.choose(name);
    node.onkeydown = (event) => this.press(event, name);
    return node;
  }

  press(event, name) {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.choose(name);
    }
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const names = [...this.nodes.keys()];
    this.nodes.get(names[names.indexOf(name) + way])?.focus();
  }

  /** The chosen block stands out, and what it reads. */
  mark() {
    for (const [name, node] of this.nodes ?? []) {
      node.classList.toggle("chosen", name === this.chosen);
      node.setAttribute("aria-pressed", String(name === this.chosen));
    }
    for (const edge of this.host.querySelectorAll(".edge")) {
      edge.classList.toggle("lit", edge.dataset.to === this.chosen);
    }
  }
}
