// Beside the map: what is known about the cursor, the interpolation strip, the chips.

const NEIGHBOURS = 15;
const STRIP_FRAMES = 9;

/** A number with its sign, so that it keeps its width. */
function signed(value) {
  return (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);
}

/** The live readout: z, p(z), ‖z‖, the classes of the nearest test codes, and σ of the posterior under the cursor. */
function showFacts(find, plane, { classes, colours }, cursor, neighbours, nearest) {
  find(".z").textContent = `z = (${cursor.map(signed).join(", ")})`;
  find(".density").textContent = `p(z) = ${priorDensity(cursor).toFixed(4)}`;
  find(".norm").textContent = `‖z‖ = ${Math.hypot(...cursor).toFixed(2)}`;
  const counts = classes.map(() => 0);
  for (const { index } of neighbours) counts[plane.labels[index]]++;
  const most = counts.indexOf(Math.max(...counts));
  find(".near").textContent = `${classes[most]} · ${counts[most]} of ${neighbours.length}`;
  const sigma = nearest && plane.sigma(nearest.index);
  find(".sigma").textContent = sigma ? `σ = (${sigma.map((value) => value.toFixed(2)).join(", ")})` : "–";
  const mix = find(".mix");
  if (mix.childElementCount !== classes.length) mix.replaceChildren(...classes.map(() => document.createElement("i")));
  counts.forEach((count, label) => {
    Object.assign(mix.children[label].style, { flexGrow: count, background: colours[label] });
  });
}

/** Nine frames between the last two pins, along the line and along the arc, decoded a few at a time. */
class Strip {
  constructor(find, onTouch) {
    this.pins = [];
    this.frames = [linearPath, sphericalPath].flatMap((path, row) =>
      Array.from({ length: STRIP_FRAMES }, (_, i) => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 28, height: 28 });
        const code = () => path(this.pins, i / (STRIP_FRAMES - 1));
        canvas.onpointerenter = canvas.onpointerdown = () => onTouch(code());
        find(row ? '[data-testid="atlas-spherical"]' : '[data-testid="atlas-linear"]').append(canvas);
        return { canvas, code };
      }),
    );
    this.stale = 0;
    this.next = 0;
  }

  /** Every frame is decoded once more; where the last round had stopped, this one goes on. */
  setPins(pins) {
    this.pins = pins;
    this.stale = pins.length === 2 ? this.frames.length : 0;
  }

  decodeNext(decoder) {
    const { canvas, code } = this.frames[this.next];
    drawGrey(canvas, decoder.decode(code()));
    this.next = (this.next + 1) % this.frames.length;
    this.stale--;
  }
}

/** A button that shows and switches one thing. */
function chip(text, { testid, pressed, colour, title = "" }, onPress) {
  const button = Object.assign(document.createElement("button"), { className: "chip", title, onclick: onPress });
  button.dataset.testid = testid;
  button.setAttribute("aria-pressed", pressed);
  if (colour) button.append(Object.assign(document.createElement("i"), { style: `background: ${colour}` }));
  button.append(text);
  return button;
}

/** A small slider for the strength of the manifold's ink. */
function inkSlider(value, onChange) {
  const input = Object.assign(document.createElement("input"), { type: "range", min: 0.1, max: 1, step: 0.05, value });
  input.dataset.testid = "atlas-ink";
  input.setAttribute("aria-label", "Strength of the decoded manifold");
  input.oninput = () => onChange(Number(input.value));
  return input;
}
