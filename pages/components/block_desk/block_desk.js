// What the desks of /blocks share: a value that Python and a hand both change, and a marker over a picture.

const REST_MS = 300;

/** A value that a hand changes at once and Python learns of when the hand rests; see `controlled` in assets.py. */
class SettledValue {
  /** Takes Python's value, unless a hand has changed ours since; returns whether it is new. */
  take({ value, answered }, setStateValue) {
    this.setStateValue = setStateValue;
    const ahead = this.resting || (this.serial !== undefined && this.serial !== answered);
    if (ahead || JSON.stringify(value) === JSON.stringify(this.now)) return false;
    this.now = value;
    return true;
  }

  set(value, rest = REST_MS) {
    this.now = value;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = 0;
      this.serial = sendEdit(this.setStateValue, value);
    }, rest);
  }

  close() {
    clearTimeout(this.resting);
  }
}

/** Column and row of the picture's pixel under the pointer. */
function pixelUnder(canvas, { clientX, clientY }) {
  const box = canvas.getBoundingClientRect();
  const inside = (share, n) => Math.max(0, Math.min(n - 1, Math.floor(share * n)));
  return [
    inside((clientX - box.left) / box.width, canvas.width),
    inside((clientY - box.top) / box.height, canvas.height),
  ];
}

/** Follows the pointer and, on a focused canvas, the arrow keys (Shift: ten pixels): `move([column, row])`. */
function followHand(canvas, { where, move }) {
  canvas.tabIndex = 0;
  canvas.onpointermove = (event) => move(pixelUnder(canvas, event));
  canvas.onpointerdown = (event) => move(pixelUnder(canvas, event));
  canvas.onkeydown = (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const [column, row] = where();
    const far = event.shiftKey ? 10 : 1;
    const within = (value, n) => Math.max(0, Math.min(n - 1, value));
    move([within(column + far * way[0], canvas.width), within(row + far * way[1], canvas.height)]);
  };
}

/** Puts `marker`, an element over the canvas, around `side` pixels centred on a pixel. */
function placeMarker(marker, canvas, [column, row], side) {
  Object.assign(marker.style, {
    left: `${(100 * (column + 0.5)) / canvas.width}%`,
    top: `${(100 * (row + 0.5)) / canvas.height}%`,
    width: `max(12px, ${(100 * side) / canvas.width}%)`,
  });
}

/** Buttons of which one is pressed: `choices` {value: label}. */
function showChoices(host, choices, chosen, choose) {
  const values = Object.keys(choices);
  if (host.childElementCount !== values.length) {
    host.replaceChildren(...values.map(() => Object.assign(document.createElement("button"), { type: "button" })));
  }
  values.forEach((value, i) => {
    const button = host.children[i];
    button.textContent = choices[value];
    button.dataset.choice = value;
    button.ariaPressed = String(value === String(chosen));
    button.onclick = () => choose(value);
  });
}

/** A labelled slider for a whole number; returns the input, whose `show(value)` sets it. */
function slider(host, { label, symbol, min, max, onInput }) {
  const row = Object.assign(document.createElement("label"), { className: "dial" });
  row.innerHTML = `<span>${label} <i>${symbol}</i></span><input type="range" step="1" min="${min}" max="${max}">
    <output></output>`;
  const [input, output] = [row.querySelector("input"), row.querySelector("output")];
  input.ariaLabel = label;
  input.oninput = () => onInput(Number(input.value));
  host.append(row);
  return {
    show: (value) => {
      input.value = value;
      output.textContent = value;
    },
  };
}
