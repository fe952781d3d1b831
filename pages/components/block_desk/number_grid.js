// Matrices on the page: some to be read, some to be written in.

/** A number in as few characters as it needs, at most two decimals (three below 0.1). */
function brief(value) {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 0.0995 ? 3 : 2);
  return (text.includes(".") ? text.replace(/\.?0+$/, "") : text).replace("-", "−");
}

/** What a person wrote: −1, 0,5 or 1/9; NaN if it is no number. */
function parseNumber(text) {
  const [top, bottom, ...rest] = text.trim().replace("−", "-").replace(",", ".").split("/");
  const value = bottom === undefined ? Number(top) : Number(top) / Number(bottom);
  return top === "" || rest.length || !Number.isFinite(value) ? NaN : Math.max(-9999, Math.min(9999, value));
}

/** Shows values in rows; `shade(i)` may give a cell [background, text] colours, `mark(i)` a class. */
function showNumbers(host, values, columns, { shade, mark } = {}) {
  if (host.childElementCount !== values.length) {
    host.replaceChildren(...Array.from(values, () => document.createElement("span")));
  }
  host.classList.add("numbers");
  host.style.setProperty("--columns", columns);
  Array.from(values).forEach((value, i) => {
    const cell = host.children[i];
    const [background, colour] = shade?.(i) ?? ["", ""];
    cell.textContent = brief(value);
    cell.className = mark?.(i) ?? "";
    Object.assign(cell.style, { background, color: colour });
  });
}

/** Grey as a cell's colour, with a text colour that can be read on it. */
function greyCell(value) {
  const level = Math.max(0, Math.min(255, Math.round(value)));
  return [`rgb(${level} ${level} ${level})`, level < 140 ? "#fff" : "#000"];
}

const SCRUB_PIXELS = 10;

/**
 * A matrix that is written in, turned with ↑ and ↓ (Shift: by a tenth) or pulled sideways. `onEdit(values)` follows
 * every change.
 */
class NumberGrid {
  constructor(host, { label, onEdit, step = 1, digits = 3 }) {
    Object.assign(this, { host, label, onEdit, step, digits, values: [] });
    host.classList.add("numbers", "editable");
    host.setAttribute("role", "group");
    host.ariaLabel = label;
  }

  show(values, columns, mark) {
    if (this.host.childElementCount !== values.length) {
      this.host.replaceChildren(...values.map((_, i) => this.cell(i)));
    }
    this.columns = columns;
    this.values = [...values];
    this.host.style.setProperty("--columns", columns);
    this.values.forEach((value, i) => {
      const cell = this.host.children[i];
      if (!this.typing || cell !== this.host.getRootNode().activeElement) cell.value = brief(value);
      cell.className = mark?.(i) ?? "";
      cell.ariaLabel = `${this.label}, row ${Math.floor(i / columns) + 1}, column ${(i % columns) + 1}`;
    });
  }

  cell(i) {
    const cell = Object.assign(document.createElement("input"), { type: "text", inputMode: "text", size: 1 });
    cell.autocomplete = "off";
    cell.oninput = () => {
      this.typing = true;
      const value = parseNumber(cell.value);
      cell.classList.toggle("wrong", Number.isNaN(value));
      if (!Number.isNaN(value)) this.set(i, value);
    };
    cell.onblur = () => {
      this.typing = false;
      cell.value = brief(this.values[i]);
      cell.classList.remove("wrong");
    };
    cell.onfocus = () => cell.select();
    cell.onkeydown = (event) => this.press(event, i);
    cell.onpointerdown = ({ clientX }) => (this.pull = { i, from: clientX, value: this.values[i], moved: false });
    cell.onpointermove = (event) => this.drag(event, cell);
    cell.onpointerup = cell.onpointercancel = () => (this.pull = null);
    return cell;
  }

  press(event, i) {
    const sign = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!sign) return;
    event.preventDefault();
    this.typing = false;
    this.set(i, this.values[i] + sign * this.step * (event.shiftKey ? 0.1 : 1));
  }

  drag({ clientX, pointerId, shiftKey }, cell) {
    if (!this.pull) return;
    const steps = Math.round((clientX - this.pull.from) / SCRUB_PIXELS);
    if (!this.pull.moved && !steps) return;
    if (!this.pull.moved) cell.setPointerCapture(pointerId);
    this.pull.moved = true;
    this.typing = false;
    this.set(this.pull.i, this.pull.value + steps * this.step * (shiftKey ? 0.1 : 1));
  }

  set(i, value) {
    const rounded = Number(value.toFixed(this.digits));
    if (rounded !== this.values[i]) this.onEdit(this.values.with(i, rounded));
  }
}
