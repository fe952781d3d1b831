// A slice of a latent space: one map a generator, one cursor on all of them, and the picture at it fetched live.

const slices = new WeakMap(); // parentElement -> its LatentSlice
const cursors = new Map(); // uid -> {at: [u, v] in radians, isolated}, kept through remounts
const SLICE_STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const FINE = 1 / 60; // of the reach, a press of an arrow key; six times as far with shift

export default function ({ data, parentElement }) {
  if (!slices.has(parentElement)) slices.set(parentElement, new LatentSlice(parentElement));
  return slices.get(parentElement).update(data);
}

class LatentSlice {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.runs = 0;
    this.maps = [];
  }

  update(bytes) {
    const run = ++this.runs;
    takeSheet(this, unpack(bytes), () => slices.has(this.root));
    return () => run === this.runs && this.unmount();
  }

  unmount() {
    for (const map of this.maps) map.close();
    this.sheet?.close();
    slices.delete(this.root);
  }

  present() {
    const { uid, maps, reach } = this.header;
    if (!cursors.has(uid)) cursors.set(uid, { at: [0.35 * reach, 0.2 * reach], isolated: -1 });
    this.state = cursors.get(uid);
    for (const map of this.maps) map.close();
    this.maps = maps.map((_, number) => new SliceMap(this, number));
    this.find(".maps").replaceChildren(...this.maps.map((map) => map.element));
    this.showLegend();
    this.point(this.state.at);
  }

  showLegend() {
    const { classes, colours } = this.header;
    const chips = classes.map((name, label) => {
      const chip = Object.assign(document.createElement("button"), { type: "button" });
      chip.innerHTML = "<i></i><span></span>";
      chip.querySelector("i").style.background = colours[label];
      chip.querySelector("span").textContent = name;
      chip.dataset.testid = `slice-class-${label}`;
      chip.ariaPressed = String(this.state.isolated === label);
      chip.onclick = () => {
        this.state.isolated = this.state.isolated === label ? -1 : label;
        this.showLegend();
        for (const map of this.maps) map.paint();
        this.find(`[data-testid="slice-class-${label}"]`).focus();
      };
      return chip;
    });
    this.find(".legend").replaceChildren(...chips);
  }

  /** Put the cursor at (u, v) radians from the middle, and have every generator paint that latent. */
  point(at) {
    const { reach } = this.header;
    this.state.at = at.map((value) => Math.max(-reach, Math.min(reach, value)));
    const z = this.latent(this.state.at);
    const degrees = (180 / Math.PI) * Math.hypot(...this.state.at);
    this.find(".place").textContent =
      `${degrees.toFixed(0)}° from the middle · ‖z‖ = ${Math.hypot(...z).toFixed(2)} = √${z.length}`;
    for (const map of this.maps) map.show(z);
  }

  /** z = √d (cos r · o + sin r / r · (u · right + v · up)), as engine.latents.shell_patch has it. */
  latent([u, v]) {
    const [o, right, up] = this.header.axes;
    const r = Math.hypot(u, v);
    const [cosine, sinc, length] = [Math.cos(r), r ? Math.sin(r) / r : 1, Math.sqrt(o.length)];
    return o.map((value, i) => length * (cosine * value + sinc * (u * right[i] + v * up[i])));
  }

  step(event) {
    const step = SLICE_STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
    const far = FINE * this.header.reach * (event.shiftKey ? 6 : 1);
    this.point(this.state.at.map((value, axis) => value + far * step[axis]));
    event.preventDefault();
  }

  trouble(sentence) {
    Object.assign(this.find(".notice"), { textContent: sentence, hidden: !sentence });
  }
}
