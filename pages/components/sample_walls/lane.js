// One lane of the walls: what belongs to one model.

class WallLane {
  constructor(walls, number) {
    Object.assign(this, { walls, number });
    this.element = document.createElement("article");
    this.element.className = "lane";
    const { title, note } = this.data;
    this.element.innerHTML = `<h4></h4><p class="note"></p>
      <div class="wall" tabindex="0" role="application" data-testid="walls-wall-${number}"><canvas></canvas><i></i></div>
      <p class="coverage" aria-live="off" data-testid="walls-coverage-${number}"></p>
      <div class="bars" role="group" data-testid="walls-bars-${number}"></div>
      <div class="lens"><canvas width="${walls.header.side}" height="${walls.header.side}" role="img"></canvas>
        <p data-testid="walls-lens-${number}"></p></div>`;
    const find = (selector) => this.element.querySelector(selector);
    find("h4").textContent = title;
    find(".note").textContent = note;
    this.wall = find(".wall");
    this.wall.ariaLabel = `${title}: pictures from the same latents. Arrow keys move from latent to latent.`;
    this.canvas = find(".wall canvas");
    this.frame = find(".wall i");
    this.coverage = find(".coverage");
    this.lens = find(".lens canvas");
    this.reading = find(".lens p");
    this.bars = walls.header.classes.map((name, label) => this.bar(name, label));
    find(".bars").replaceChildren(...this.bars);
    find(".bars").ariaLabel = `${title}: pictures a class`;
    this.listen();
  }

  get data() {
    return this.walls.header.lanes[this.number];
  }

  bar(name, label) {
    const bar = Object.assign(document.createElement("button"), { type: "button" });
    bar.dataset.testid = `walls-bar-${this.number}-${label}`;
    bar.innerHTML = `<b></b><span class="column"><i></i><u hidden></u></span><small></small>`;
    bar.querySelector("small").textContent = name;
    bar.onclick = () => this.walls.isolate(label);
    return bar;
  }

  listen() {
    this.wall.onpointermove = this.wall.onpointerdown = (event) => {
      const { left, top, width, height } = this.canvas.getBoundingClientRect();
      const { columns, pictures } = this.walls.header;
      const rows = Math.ceil(pictures / columns);
      const column = Math.floor(((event.clientX - left) / width) * columns);
      const row = Math.floor(((event.clientY - top) / height) * rows);
      if (column < 0 || row < 0 || column >= columns || row >= rows) return;
      this.walls.point(row * columns + column);
    };
    this.wall.onkeydown = (event) => {
      const step = WALL_STEPS[event.key];
      if (!step) return;
      this.walls.point(this.walls.state.cell + step[0] + step[1] * this.walls.header.columns);
      event.preventDefault();
    };
  }

  draw(index) {
    const { first, frames, readings, percent } = this.data;
    const frame = Math.min(index, frames - 1);
    const { width, height, sheet_columns: columns } = this.walls.header;
    this.origin = [((first + frame) % columns) * width, Math.floor((first + frame) / columns) * height];
    this.drawWall(readings[frame]);
    this.drawBars(readings[frame], this.data.shares[frame] ?? []);
    this.drawLens(readings[frame], percent[frame]);
  }

  /** Where the picture `cell` lies in a wall of unscaled pixels. */
  corner(cell) {
    const { columns, side } = this.walls.header;
    return [(cell % columns) * (side + 1), Math.floor(cell / columns) * (side + 1)];
  }

  drawWall(readings) {
    const { width, height, side } = this.walls.header;
    const { isolated } = this.walls.state;
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    const context = this.canvas.getContext("2d");
    context.drawImage(this.walls.sheet, ...this.origin, width, height, 0, 0, width, height);
    if (isolated < 0) return;
    context.fillStyle = "rgb(128 128 128 / 82%)";
    readings.forEach((label, cell) => label !== isolated && context.fillRect(...this.corner(cell), side, side));
  }

  drawBars(readings, shares) {
    const { header, top, state } = this.walls;
    const counts = tally(readings, header);
    this.bars.forEach((bar, label) => {
      const [count, column, tick] = ["b", "i", "u"].map((part) => bar.querySelector(part));
      count.textContent = counts[label];
      column.style.height = `${(100 * counts[label]) / readings.length / top}%`;
      tick.hidden = !shares.length;
      tick.style.bottom = `${(100 * (shares[label] ?? 0)) / top}%`;
      const measured = shares.length ? `; ${(100 * shares[label]).toFixed(1)} % of many samples` : "";
      bar.title = `${header.classes[label]}: ${counts[label]} of ${readings.length}${measured}`;
      bar.ariaLabel = bar.title;
      bar.ariaPressed = String(state.isolated === label);
      bar.classList.toggle("none", !counts[label]);
    });
    const covered = counts.filter(Boolean).length;
    const most = counts.indexOf(Math.max(...counts));
    const share = Math.round((100 * counts[most]) / readings.length);
    this.coverage.innerHTML = `<b>${covered}</b> of ${counts.length} classes · most: <span></span>, ${share} %`;
    this.coverage.querySelector("span").textContent = header.classes[most];
    this.element.classList.toggle("poor", covered < 0.8 * counts.length);
  }

  drawLens(readings, percent) {
    const { side, columns, pictures, classes } = this.walls.header;
    const { cell } = this.walls.state;
    const rows = Math.ceil(pictures / columns);
    Object.assign(this.frame.style, {
      left: `${(100 * (cell % columns)) / columns}%`,
      top: `${(100 * Math.floor(cell / columns)) / rows}%`,
      width: `${100 / columns}%`,
      height: `${100 / rows}%`,
    });
    const [x, y] = this.corner(cell).map((offset, axis) => this.origin[axis] + offset);
    this.lens.getContext("2d").drawImage(this.walls.sheet, x, y, side, side, 0, 0, side, side);
    const reading = `the judge reads ${classes[readings[cell]]}`;
    this.reading.innerHTML = `<i>z</i><sub>${cell + 1}</sub> <span></span><br><small>${percent[cell]} % sure</small>`;
    this.reading.querySelector("span").textContent = reading;
    this.lens.ariaLabel = `z ${cell + 1}: ${reading}`;
  }
}
