/** A stable hue per index: the golden angle keeps the hues of any few codes apart. */
function hueOf(code) {
  return (code * 137.508) % 360;
}

/** exp of the entropy in nats: how many codes, equally often used, would carry as much. */
function perplexity(shares) {
  const total = shares.reduce((sum, share) => sum + share, 0);
  const entropy = shares.reduce((sum, share) => (share > 0 ? sum - (share / total) * Math.log(share / total) : sum), 0);
  return Math.exp(entropy);
}

function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** The grid of codes: reports which one is tried (hovered or focused), chosen, or let go. */
class Codebook {
  constructor(element, { onTry, onChoose, onLeave, onEscape }) {
    Object.assign(this, { element, onTry, onLeave });
    const codeOf = (event) => {
      const tile = event.target.closest("button");
      return tile && Number(tile.dataset.code);
    };
    element.onpointerover = (event) => event.pointerType !== "touch" && codeOf(event) !== null && onTry(codeOf(event));
    element.onpointerleave = () => onLeave();
    element.onclick = (event) => codeOf(event) !== null && onChoose(codeOf(event), event.detail === 0);
    element.onkeydown = (event) => (event.key === "Escape" ? onEscape() : this.walk(event));
  }

  fill({ tiles, tileWidth, usage }) {
    if (tiles === this.filled) return;
    this.filled = tiles;
    this.usage = usage;
    const grey = fromBase64(tiles);
    const size = grey.length / usage.length;
    const most = Math.max(...usage);
    this.tiles = usage.map((share, code) => {
      const tile = document.createElement("button");
      tile.type = "button";
      tile.role = "option";
      tile.tabIndex = -1;
      tile.dataset.code = code;
      tile.dataset.testid = `code-${code}`;
      tile.ariaLabel = `Code ${code}, ${(100 * share).toFixed(2)} % of all cells`;
      tile.classList.toggle("dead", share === 0);
      tile.style.setProperty("--hue", hueOf(code));
      tile.style.setProperty("--used", Math.sqrt(share / most || 0));
      tile.innerHTML = `<canvas></canvas><i></i><small>${code}</small>`;
      tile.onfocus = () => this.reach(tile, code);
      tile.onblur = (event) => !this.element.contains(event.relatedTarget) && this.onLeave();
      drawGrey(tile.firstChild, grey.subarray(code * size, (code + 1) * size), tileWidth);
      return tile;
    });
  }

  arrange(order) {
    const codes = this.usage.map((_, code) => code);
    if (order === "usage") codes.sort((a, b) => this.usage[b] - this.usage[a] || a - b);
    this.element.replaceChildren(...codes.map((code) => this.tiles[code]));
  }

  /** Mark the codes present on the board, and the one in the chosen cell. */
  mark(present, chosen) {
    this.tiles.forEach((tile, code) => {
      tile.classList.toggle("present", present.has(code));
      tile.ariaSelected = String(code === chosen);
    });
    this.enter(chosen);
  }

  /** Scroll the grid, and only the grid, until the code's tile is in view. */
  reveal(code) {
    const tile = this.tiles[code];
    const { scrollTop, clientHeight, offsetTop } = this.element;
    const above = tile.offsetTop - offsetTop - scrollTop;
    const inView = above >= 0 && above + tile.offsetHeight <= clientHeight;
    if (!inView) this.element.scrollTop += above - (clientHeight - tile.offsetHeight) / 2;
  }

  reach(tile, code) {
    this.enter(code);
    if (tile.matches(":focus-visible")) this.onTry(code);
  }

  /** Make one tile the way in for the Tab key. */
  enter(code) {
    if (this.entrance) this.entrance.tabIndex = -1;
    this.entrance = this.tiles[code];
    this.entrance.tabIndex = 0;
  }

  focus(code) {
    this.tiles[code].focus();
  }

  walk(event) {
    const all = [...this.element.children];
    const here = all.indexOf(event.target);
    const wide = all.filter((tile) => tile.offsetTop === all[0].offsetTop).length;
    const there = { ArrowLeft: here - 1, ArrowRight: here + 1, ArrowUp: here - wide, ArrowDown: here + wide, Home: 0 };
    there.End = all.length - 1;
    if (!(event.key in there)) return;
    event.preventDefault();
    all[Math.max(0, Math.min(there[event.key], all.length - 1))].focus();
  }
}
