// Beside the embedding map: the chosen point, its nearest pictures and sentences, and what closing the gap does.

class Neighbours {
  /** `find` looks a part of the component up; `go(k)` makes point k the chosen one. */
  constructor(find, go) {
    Object.assign(this, { find, go });
  }

  show(data, sheet, point) {
    const n = data.picture_places.length;
    const owned = point < n ? data.owners.indexOf(point) : point - n;
    const picture = point < n ? point : data.owners[owned];
    const large = this.find(".now .tile");
    large.hidden = picture < 0;
    if (picture >= 0) this.tile(large, data, sheet, picture);
    this.find(".text").textContent = owned >= 0 ? data.texts[owned] : `picture ${point + 1}`;
    const tiles = data.near_pictures[point].map((i) => {
      const canvas = document.createElement("canvas");
      this.tile(canvas, data, sheet, i);
      const button = this.button(i, canvas);
      button.title = `picture ${i + 1}`;
      button.ariaLabel = `Go to picture ${i + 1}`;
      return button;
    });
    this.find(".near.pictures").replaceChildren(...tiles);
    const lines = data.near_texts[point].map((j) => {
      const line = document.createElement("li");
      line.append(this.button(n + j, data.texts[j]));
      return line;
    });
    this.find(".near.texts").replaceChildren(...lines);
  }

  button(k, content) {
    const button = Object.assign(document.createElement("button"), { type: "button", onclick: () => this.go(k) });
    button.append(content);
    return button;
  }

  tile(canvas, { columns, side }, sheet, i) {
    Object.assign(canvas, { width: side, height: side });
    const from = [(i % columns) * side, Math.floor(i / columns) * side];
    canvas.getContext("2d").drawImage(sheet, ...from, side, side, 0, 0, side, side);
  }

  /** The gap that is left when a share of it is closed, and how many sentences find their picture then. */
  tell(data, closed) {
    this.find(".gap output").textContent = `${Math.round(100 * closed)} %`;
    const away = data.shares.map((share) => Math.abs(share - closed));
    const recall = data.recalls[away.indexOf(Math.min(...away))];
    const found = recall === undefined ? "" : ` · ${(100 * recall).toFixed(0)} % of the sentences find their picture first`;
    this.find(".facts").textContent = data.shift ? `gap ${(data.gap * (1 - closed)).toFixed(3)}${found}` : "";
  }
}
