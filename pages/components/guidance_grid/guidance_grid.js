// The guidance grid: a table of buttons; the arrow keys walk over it.

const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

class GuidanceGrid {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.find("table").onkeydown = (event) => this.walk(event);
  }

  update(data, pick) {
    this.pick = pick;
    const { down, across, cells, chosen } = data;
    this.find(".across").textContent = `${across.name} →`;
    this.find(".down").textContent = `← ${down.name}`;
    const head = document.createElement("tr");
    head.append(document.createElement("td"), ...across.places.map((place) => label(place, "col")));
    const rows = down.places.map((place, row) => {
      const line = document.createElement("tr");
      line.append(label(place, "row"), ...across.places.map((_, column) =>
        this.cell(cells[row * across.places.length + column], [row, column], String(chosen) === String([row, column]))));
      return line;
    });
    const focused = this.root.getRootNode().activeElement?.dataset.place;
    this.find("table").replaceChildren(head, ...rows);
    if (focused) this.at(focused)?.focus();
  }

  cell({ source, mark, role, text }, place, isChosen) {
    const cell = document.createElement("td");
    cell.innerHTML = `<button type="button"><img alt=""><b></b></button>`;
    const button = cell.firstChild;
    button.dataset.place = place;
    button.dataset.testid = `guidance-${place.join("-")}`;
    button.ariaLabel = button.title = text;
    button.ariaPressed = String(isChosen);
    button.onclick = () => this.pick(place);
    button.firstChild.src = source;
    button.lastChild.textContent = mark;
    button.lastChild.hidden = !mark;
    button.lastChild.style.background = role;
    return cell;
  }

  walk(event) {
    const way = WAYS[event.key];
    const place = event.target.dataset?.place?.split(",").map(Number);
    if (!way || !place) return;
    event.preventDefault();
    this.at([place[0] + way[0], place[1] + way[1]])?.focus();
  }

  at(place) {
    return this.root.querySelector(`[data-place="${place}"]`);
  }
}

function label(text, scope) {
  return Object.assign(document.createElement("th"), { textContent: text, scope });
}

const guidanceGrids = new WeakMap(); // parentElement -> its GuidanceGrid

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".guidance");
  if (!guidanceGrids.has(root)) guidanceGrids.set(root, new GuidanceGrid(root));
  guidanceGrids.get(root).update(data, (place) => setTriggerValue("picked", place));
}
