// The latent dials: z = Φ⁻¹(u) per dimension, decoded live while a dial turns, sweeps or jumps.

const [LOWEST, HIGHEST] = [0.001, 0.999];
const SWEEP_SIGMAS = 2.5;
const SWEEP_SECONDS = 3;
const GLIDE_SECONDS = 0.3;
const SETTLE_MS = 250;

/** One draw from N(0, 1). */
function gaussian() {
  const [draw] = crypto.getRandomValues(new Uint32Array(1));
  return normalQuantile((draw + 0.5) / 2 ** 32);
}

class Dials {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.decoder = new RemoteDecoder({
      onPicture: (pixels, timing) => {
        drawGrey(this.find(".picture"), pixels);
        this.find(".timing").textContent = timing;
        this.find(".notice").hidden = true;
      },
      onTrouble: (sentence) => Object.assign(this.find(".notice"), { textContent: sentence, hidden: false }),
    });
    this.find(".sample").onclick = () => this.jump(this.settled.map(gaussian));
    this.find(".zero").onclick = () => this.jump(this.settled.map(() => 0));
    this.find(".save").onclick = () => downloadPng(this.find(".picture"), "decoded.png", 8);
  }

  close() {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.settling);
    this.decoder.close();
  }

  update(data, setStateValue) {
    const before = this.data;
    this.data = data;
    this.setStateValue = setStateValue;
    this.root.classList.toggle("dark", themeOf(this.root).dark);
    const shape = ({ kl, order, names }) => JSON.stringify([kl, order, names]);
    const fresh = !before || shape(data) !== shape(before);
    if (fresh) this.build();
    const answered = this.serial === undefined || this.serial === data.answered;
    if (fresh) this.setAll(data.value);
    else if (answered && data.value.some((value, j) => value !== this.settled[j])) this.glide(data.value);
    if (data.decode_url !== before?.decode_url) {
      this.decoder.url = data.decode_url;
      this.decoder.ask(this.z);
    }
  }

  // --- the dials

  build() {
    const { kl, order, collapsed_below } = this.data;
    const most = Math.max(...kl, collapsed_below);
    this.motion = this.serial = undefined;
    this.dials = [];
    this.find(".rows").classList.toggle("few", kl.length <= 10);
    this.find(".rows").replaceChildren(...order.map((j) => this.dial(j, kl[j], kl[j] / most, kl[j] < collapsed_below)));
    this.find(".collapse").hidden = !kl.some((nats) => nats < collapsed_below);
  }

  dial(j, nats, share, collapsed) {
    const row = Object.assign(document.createElement("div"), { className: "dial" });
    row.classList.toggle("collapsed", collapsed);
    row.dataset.testid = `dials-dial-${j}`;
    row.title = collapsed ? "Collapsed: q(z|x) = p(z), turning it changes nothing" : `${nats.toFixed(2)} nats`;
    row.innerHTML = `<button class="name" data-testid="dials-sweep-${j}"></button><span class="kl"><i></i></span>
      <span class="nats">${nats.toFixed(2)}</span><input type="range" step="any" min="${LOWEST}" max="${HIGHEST}"
      data-testid="dials-range-${j}"><output></output>`;
    const [name, bar, input, output] = ["button", ".kl i", "input", "output"].map((part) => row.querySelector(part));
    const title = this.data.names?.[j];
    name.append(title ?? "z", ...(title ? [] : [Object.assign(document.createElement("sub"), { textContent: j + 1 })]));
    name.setAttribute("aria-label", `Sweep ${title ?? `z ${j + 1}`}`);
    input.setAttribute("aria-label", `${title ?? `z ${j + 1}`}, ${nats.toFixed(2)} nats`);
    bar.style.width = `${100 * share}%`;
    input.oninput = () => this.turn(j, normalQuantile(Number(input.value)));
    input.onchange = () => this.settle();
    input.ondblclick = () => this.jump(this.settled.with(j, 0));
    name.onpointerenter = ({ pointerType }) => pointerType === "mouse" && !prefersReducedMotion() && this.sweep(j);
    name.onpointerleave = ({ pointerType }) => pointerType === "mouse" && this.endSweep(j);
    name.onclick = ({ detail, pointerType }) => {
      if (pointerType === "mouse" && detail && !prefersReducedMotion()) return;
      if (this.sweeping === j) this.endSweep(j);
      else this.sweep(j, SWEEP_SECONDS);
    };
    this.dials[j] = { row, input, output };
    return row;
  }

  /** Puts dial j where z_j is, without telling anyone. */
  show(j) {
    const { input, output } = this.dials[j];
    const u = Math.max(LOWEST, Math.min(HIGHEST, normalCdf(this.z[j])));
    input.value = u;
    input.style.setProperty("--low", `${100 * Math.min(u, 0.5)}%`);
    input.style.setProperty("--high", `${100 * Math.max(u, 0.5)}%`);
    input.setAttribute("aria-valuetext", this.z[j].toFixed(2));
    output.textContent = (this.z[j] < 0 ? "−" : "+") + Math.abs(this.z[j]).toFixed(2);
  }

  showNorm() {
    const expected = Math.sqrt(this.z.length).toFixed(2);
    this.find(".norm").textContent = `‖z‖ = ${Math.hypot(...this.z).toFixed(2)}, a sample has about √d = ${expected}`;
  }

  // --- how z changes

  /** Shows and decodes `z`. */
  setAll(z, settled = z) {
    this.z = [...z];
    this.settled = [...settled];
    this.z.forEach((_, j) => this.show(j));
    this.showNorm();
    if (this.decoder.url) this.decoder.ask(this.z);
  }

  turn(j, value) {
    this.stopMotion();
    this.setAll(this.settled.with(j, value));
  }

  /** A change by a button: glide there, and tell Python at once. */
  jump(z) {
    this.glide(z.map((value) => Math.round(1e4 * value) / 1e4));
    this.settle();
  }

  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      this.serial = sendEdit(this.setStateValue, this.settled.map((value) => Math.round(1e4 * value) / 1e4));
    }, SETTLE_MS);
  }

  // --- motion: a function of the seconds since it began, which returns the z to show, or null at its end

  move(path, settled) {
    this.stopMotion();
    const begin = performance.now();
    const step = (now) => {
      const z = path(Math.max(0, now - begin) / 1000);
      this.setAll(z ?? settled, settled);
      if (z) this.frame = requestAnimationFrame(step);
      else this.stopMotion();
    };
    this.frame = requestAnimationFrame(step);
  }

  stopMotion() {
    cancelAnimationFrame(this.frame);
    this.dials[this.sweeping]?.row.classList.remove("sweeping");
    this.sweeping = undefined;
  }

  glide(target) {
    const from = this.z;
    this.settled = [...target];
    if (prefersReducedMotion()) return this.setAll(target);
    this.move((seconds) => {
      const t = seconds / GLIDE_SECONDS;
      const eased = t * t * (3 - 2 * t);
      return t < 1 ? from.map((value, j) => value + eased * (target[j] - value)) : null;
    }, target);
  }

  /** z_j = 2.5 sin(2πt/T), starting from where the dial stands; without `duration` until told to end. */
  sweep(j, duration = Infinity) {
    const settled = this.settled;
    const phase = Math.asin(Math.max(-1, Math.min(1, settled[j] / SWEEP_SIGMAS)));
    const swing = (seconds) => SWEEP_SIGMAS * Math.sin((2 * Math.PI * seconds) / SWEEP_SECONDS + phase);
    this.move((seconds) => (seconds < duration ? settled.with(j, swing(seconds)) : null), settled);
    this.sweeping = j;
    this.dials[j].row.classList.add("sweeping");
  }

  endSweep(j) {
    if (this.sweeping === j) this.glide(this.settled);
  }
}

export default mounting(".dials", Dials);
