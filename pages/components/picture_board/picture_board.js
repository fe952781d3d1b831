// The picture board: tiles by their ids, so that one that stays on it walks to its new place.

const boards = new WeakMap(); // parentElement -> its PictureBoard
const WALK_MS = 320;

export default function ({ data, parentElement, setTriggerValue }) {
  if (!boards.has(parentElement)) boards.set(parentElement, new PictureBoard(parentElement));
  boards.get(parentElement).update(data, (id, way) => setTriggerValue("picked", { id, way }));
}

class PictureBoard {
  constructor(root) {
    this.list = root.querySelector(".tiles");
    this.tiles = new Map();
  }

  update(data, pick) {
    this.pick = pick;
    this.list.ariaLabel = data.label;
    this.list.style.setProperty("--size", `${data.size}px`);
    this.list.classList.toggle("pixelated", data.pixelated);
    const places = new Map([...this.tiles].map(([id, tile]) => [id, tile.getBoundingClientRect()]));
    const kept = new Map(data.tiles.map((tile) => [tile.id, this.tiles.get(tile.id) ?? this.made(tile, data)]));
    data.tiles.forEach((tile, i) => this.fill(kept.get(tile.id), tile, i + 1));
    this.list.replaceChildren(...kept.values());
    this.tiles = kept;
    if (!prefersReducedMotion()) this.walk(places);
  }

  made(tile, { picking, mixing }) {
    const item = document.createElement("li");
    item.dataset.id = tile.id;
    item.innerHTML = `<button type="button" class="look"><img alt=""><b class="rank"></b><b class="copies"></b>
      <b class="mark"></b></button><div class="bar"><i></i></div><p class="title"></p><p class="note"></p>
      <div class="mix"><button type="button" class="add" title="Add this picture to the query">+</button>
      <button type="button" class="away" title="Take this picture away from the query">−</button></div>`;
    for (const [name, way] of [["look", "only"], ["add", "add"], ["away", "away"]]) {
      item.querySelector(`.${name}`).onclick = () => this.pick(tile.id, way);
    }
    item.querySelector(".look").disabled = !picking;
    item.querySelector(".mix").hidden = !mixing;
    return item;
  }

  fill(item, tile, rank) {
    const find = (name) => item.querySelector(`.${name}`);
    const image = item.querySelector("img");
    if (image.getAttribute("src") !== tile.source) image.src = tile.source;
    image.alt = tile.title;
    find("rank").textContent = rank;
    find("copies").textContent = `× ${tile.copies}`;
    find("copies").hidden = tile.copies < 2;
    find("copies").title = `${tile.copies} equal pictures`;
    find("mark").textContent = tile.mark;
    find("mark").hidden = !tile.mark;
    find("title").textContent = find("title").title = tile.title;
    find("note").textContent = tile.note;
    find("note").hidden = !tile.note;
    find("bar").hidden = tile.bar === null;
    item.querySelector(".bar i").style.width = `${100 * Math.max(0, Math.min(1, tile.bar ?? 0))}%`;
    find("look").style.setProperty("--frame", tile.role || "transparent");
    find("look").ariaLabel = `${rank}. ${tile.title} ${tile.note}`;
    find("add").ariaLabel = `Add ${tile.title}`;
    find("away").ariaLabel = `Take away ${tile.title}`;
  }

  /** Tiles that were there before start from where they were; new ones fade in. */
  walk(places) {
    for (const [id, tile] of this.tiles) {
      const before = places.get(id);
      const after = tile.getBoundingClientRect();
      if (!before?.width) tile.animate({ opacity: [0, 1] }, WALK_MS);
      else if (before.left !== after.left || before.top !== after.top) {
        const shift = `translate(${before.left - after.left}px, ${before.top - after.top}px)`;
        tile.animate({ transform: [shift, "none"] }, { duration: WALK_MS, easing: "ease-out" });
      }
    }
  }
}
