const STOPS = 17; // dots of a walk
const FINE = 8; // points of a walk between two dots
const CIRCLE = 49;
const RADIUS = 0.35;
const KEY_STEP = 0.1;
const START = { a: [-1.3, -0.9], b: [0.9, 1.2] }; // in Z
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

const mounted = new WeakMap(); // root -> its MappingPlanes
const keptStates = new Map(); // uid -> what a hand chose, over remounts

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".mapping-planes");
  if (!root || !data) return;
  if (!mounted.has(root)) mounted.set(root, new MappingPlanes(root));
  const planes = mounted.get(root);
  planes.update(unpack(data));
  return () => planes.close();
}

class MappingPlanes {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.planes = {};
    for (const name of ["z", "w", "x"]) {
      this.planes[name] = new Plane(this.find(`[data-plane="${name}"] canvas`));
      this.listen(name);
    }
    for (const button of root.querySelectorAll("[data-grid]")) {
      button.onclick = () => this.choose({ grid: button.dataset.grid });
    }
    this.find(".points").onclick = () => this.choose({ points: !this.kept.points });
    this.find(".png").onclick = () => downloadPng(this.sideBySide(), `${this.header.name}.png`);
    this.resizes = new ResizeObserver(() => this.refresh());
    this.resizes.observe(this.find(".planes"));
  }

  close() {
    this.resizes.disconnect();
    cancelAnimationFrame(this.waiting);
    mounted.delete(this.root);
  }

  update({ header, blob }) {
    this.header = header;
    this.kept = keptStates.get(header.uid) ?? { ...START, grid: "square", points: true };
    keptStates.set(header.uid, this.kept);
    const arrays = this.read(header.shapes, blob);
    const { reach, span, window: styles } = header;
    const noise = [-reach, reach, -reach, reach];
    this.toW = new Field(arrays.w, header.shapes.w[0], noise);
    this.toData = new Field(header.withMapping ? arrays.mapped : arrays.direct, header.shapes.w[0], noise);
    this.paint = new Field(arrays.painted, header.shapes.painted[0], styles);
    this.samples = Array.from({ length: header.shapes.samples[0] }, (_, i) => [...arrays.samples.slice(2 * i, 2 * i + 2)]);
    this.planes.z.window = noise;
    this.planes.w.window = styles;
    this.planes.x.window = [-span, span, -span, span];
    this.root.classList.toggle("without", !header.withMapping);
    this.find(".maker").textContent = header.withMapping ? "= g(W)" : "= G(Z), no mapping";
    this.choose({});
  }

  read(shapes, blob) {
    const floats = new Float32Array(blob.slice().buffer);
    let start = 0;
    return Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => {
        const size = shape.reduce((a, b) => a * b, 1);
        start += size;
        return [name, floats.subarray(start - size, start)];
      }),
    );
  }

  choose(change) {
    Object.assign(this.kept, change);
    for (const button of this.root.querySelectorAll("[data-grid]")) {
      button.ariaPressed = String(button.dataset.grid === this.kept.grid);
    }
    this.find(".points").ariaPressed = String(this.kept.points);
    this.gridLines = this.linesOf(this.kept.grid);
    this.refresh();
  }

  /** The lines of a grid in Z. */
  linesOf(kind) {
    const most = 2.4;
    if (kind === "none") return [];
    if (kind === "square") {
      const at = straight([-most, 0], [most, 0], 17).map(([x]) => x);
      return at.flatMap((x) => [straight([x, -most], [x, most], 61), straight([-most, x], [most, x], 61)]);
    }
    const around = (radius, angle) => [radius * Math.cos(angle), radius * Math.sin(angle)];
    const rings = [0.3, 0.6, 0.9, 1.2, 1.5, 1.8, 2.1, 2.4].map((radius) =>
      Array.from({ length: 73 }, (_, i) => around(radius, (i * Math.PI) / 36)),
    );
    const spokes = Array.from({ length: 16 }, (_, i) => straight([0, 0], around(most, (i * Math.PI) / 8), 31));
    return [...rings, ...spokes];
  }

  // --- what a hand does

  listen(name) {
    const plane = this.planes[name];
    const { canvas } = plane;
    let carried = "b";
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId);
      const [x, y] = plane.toPixels(this.seenIn(name, this.kept.a));
      const { left, top, width } = canvas.getBoundingClientRect();
      const scale = width / canvas.width;
      carried = Math.hypot(left + x * scale - event.clientX, top + y * scale - event.clientY) < 20 ? "a" : "b";
      this.move(carried, this.noiseOf(name, plane.toPlace(event)));
    };
    canvas.onpointermove = (event) => this.move(carried, this.noiseOf(name, plane.toPlace(event)));
    canvas.onpointerup = canvas.onpointercancel = () => (carried = "b");
    canvas.onkeydown = (event) => {
      const step = KEYS[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      const end = event.shiftKey ? "a" : "b";
      this.move(end, this.kept[end].map((value, k) => value + KEY_STEP * step[k]));
      event.preventDefault();
    };
  }

  move(end, z) {
    const { reach } = this.header;
    this.kept[end] = z.map((value) => Math.min(Math.max(value, -reach), reach));
    this.refresh();
  }

  /** The noise behind a place in a plane, or the nearest there is. */
  noiseOf(name, place) {
    if (name === "z") return place;
    return (name === "w" ? this.toW : this.toData).inverse(place).place;
  }

  seenIn(name, z) {
    return { z: () => z, w: () => this.toW.at(z), x: () => this.toData.at(z) }[name]();
  }

  // --- drawing

  refresh() {
    if (!this.header || this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.draw();
    });
  }

  draw() {
    const theme = themeOf(this.root);
    const { colours, withMapping } = this.header;
    const walks = this.walks();
    for (const [name, plane] of Object.entries(this.planes)) {
      plane.resize();
      plane.clear();
      if (name === "w" && !withMapping) continue;
      this.drawGround(name, plane, theme);
      this.drawCircle(name, plane, theme);
      for (const walk of walks) {
        plane.line(walk[name], walk.colour, 2.6, walk.dash);
        plane.dots(walk[name].filter((_, i) => i % FINE === 0), walk.colour, 3.2);
      }
      plane.end(this.seenIn(name, this.kept.a), "A", theme.text, theme.background);
      plane.end(this.seenIn(name, this.kept.b), "B", theme.text, theme.background);
    }
    const series = walks.map(({ x, colour }) => ({ steps: lengths(x.filter((_, i) => i % FINE === 0)), colour }));
    drawSteps(this.find(".steps"), series, theme);
    this.tell(walks, colours);
  }

  drawGround(name, plane, theme) {
    const { colours, outline } = this.header;
    const soft = theme.dark ? 0.55 : 0.45;
    const ink = { z: colours.noise, w: colours.latent, x: colours.generated }[name];
    if (name === "x") {
      plane.area(outline, withOpacity(colours.real, theme.dark ? 0.22 : 0.14));
      plane.line(outline, colours.real, 1.5);
      plane.words("older →", [0.98, 0.985], "right", theme.text);
      plane.words("more beard ↑", [0.02, 0.05], "left", theme.text);
      plane.words("nobody", [0.25, 0.27], "center", theme.text);
    }
    if (this.kept.points) {
      plane.dots(this.samples.map((z) => this.seenIn(name, z)), withOpacity(ink, theme.dark ? 0.8 : 0.7), 1.3);
    }
    for (const line of this.gridLines) {
      plane.line(line.map((z) => this.seenIn(name, z)), withOpacity(ink, soft), 1);
    }
  }

  /** A small circle of noise around B and what becomes of it. */
  drawCircle(name, plane, theme) {
    const [x, y] = this.kept.b;
    const circle = Array.from({ length: CIRCLE }, (_, i) => {
      const angle = (2 * Math.PI * i) / (CIRCLE - 1);
      return this.seenIn(name, [x + RADIUS * Math.cos(angle), y + RADIUS * Math.sin(angle)]);
    });
    plane.area(circle, withOpacity(theme.text, 0.1));
    plane.line(circle, withOpacity(theme.text, 0.7), 1.2);
  }

  /** From A to B, straight in Z and, with a mapping, straight in W; seen in every plane. */
  walks() {
    const { colours, withMapping } = this.header;
    const n = (STOPS - 1) * FINE + 1;
    const z = straight(this.kept.a, this.kept.b, n);
    const [w, x] = [z.map((place) => this.toW.at(place)), z.map((place) => this.toData.at(place))];
    const inZ = { z, w, x, colour: themeOf(this.root).dark ? "#b8b8b8" : "#6e6e6e", dash: [6, 4] };
    if (!withMapping) return [inZ];
    const styles = straight(w[0], w.at(-1), n);
    const sources = styles.map((place) => this.toW.inverse(place));
    const inW = {
      z: unbroken(sources),
      lost: sources.filter(({ reached }) => !reached).length / n,
      w: styles,
      x: styles.map((place) => this.paint.at(place)),
      colour: colours.latent,
      dash: [],
    };
    return [inZ, inW];
  }

  tell(walks) {
    const places = Object.fromEntries(["z", "w", "x"].map((name) => [name, this.seenIn(name, this.kept.b)]));
    const shown = this.header.withMapping ? ["z", "w", "x"] : ["z", "x"];
    const words = { z: "z", w: "w", x: "data" };
    this.find(".place").textContent =
      `B: ${shown.map((name) => `${words[name]} = (${places[name].map((value) => value.toFixed(2)).join(", ")})`).join(" → ")}`;
    this.find(".in-z span").textContent = `Straight in Z: ${figures(walks[0].x)}`;
    this.find(".in-w span").textContent = walks[1]
      ? `Straight in W: ${figures(walks[1].x)}${leaves(walks[1].lost)}`
      : "There is no W without a mapping network.";
  }

  sideBySide() {
    const shown = Object.values(this.planes).filter(({ canvas }) => canvas.clientWidth);
    const whole = document.createElement("canvas");
    const side = shown[0].canvas.width;
    Object.assign(whole, { width: shown.length * side, height: side });
    const context = whole.getContext("2d");
    context.fillStyle = themeOf(this.root).background;
    context.fillRect(0, 0, whole.width, whole.height);
    shown.forEach(({ canvas }, i) => context.drawImage(canvas, i * side, 0, side, side));
    return whole;
  }
}

function withOpacity(colour, opacity) {
  const [red, green, blue] = rgba(colour);
  return `rgb(${red} ${green} ${blue} / ${opacity})`;
}

/** How long a walk is against the straight line, and how uneven its sixteen steps are. */
function figures(points) {
  const steps = lengths(points.filter((_, i) => i % FINE === 0));
  const total = lengths(points).reduce((a, b) => a + b, 0);
  const [from, to] = [points[0], points.at(-1)];
  const chord = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const mean = steps.reduce((a, b) => a + b, 0) / steps.length;
  const spread = Math.sqrt(steps.reduce((sum, step) => sum + (step - mean) ** 2, 0) / steps.length);
  return `${(total / Math.max(chord, 1e-6)).toFixed(2)} × the direct way, steps ± ${((100 * spread) / mean).toFixed(0)} %`;
}

function leaves(lost) {
  return lost ? `; ${(100 * lost).toFixed(0)} % of it where no z leads` : "";
}
