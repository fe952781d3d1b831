// What a hand does: buttons, pointer, keys.

const DROP_GAP = 0.15; // between particles that a drag drops
const PROBE_STEP = 0.1;
const ARROW_KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function listenToButtons(field) {
  const { root, find, kept } = field;
  find(".play").onclick = () => field.play(!kept.playing);
  find(".restart").onclick = () => field.again();
  find(".clear").onclick = () => field.clearDropped();
  find(".csv").onclick = () => saveCsv(field);
  find(".png").onclick = () => downloadPng(sideBySide(field), `${field.data.name}.png`);
  find(".scrub").oninput = ({ target }) => {
    field.play(false);
    field.goTo(Number(target.value));
  };
  for (const button of root.querySelectorAll("[data-speed]")) {
    button.onclick = () => {
      kept.speed = Number(button.dataset.speed);
      field.showChoices();
    };
  }
  for (const button of root.querySelectorAll("[data-layer]")) {
    button.onclick = () => {
      kept.shown[button.dataset.layer] = !kept.shown[button.dataset.layer];
      field.showChoices();
      field.refresh();
    };
  }
}

/** Hovering points; a press drops a particle, a drag a row of them. */
function listenToPlane(field, canvas) {
  let last = null;

  const place = (event) => {
    const { left, top, width } = canvas.getBoundingClientRect();
    return [
      REACH * ((2 * (event.clientX - left)) / width - 1),
      -REACH * ((2 * (event.clientY - top)) / width - 1),
    ];
  };

  canvas.onpointerdown = (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    field.point(last);
    field.drop(last);
  };

  canvas.onpointermove = (event) => {
    const here = place(event);
    field.point(here);
    if (!last || Math.hypot(here[0] - last[0], here[1] - last[1]) < DROP_GAP) return;
    last = here;
    field.drop(here);
  };

  canvas.onpointerup = canvas.onpointercancel = () => (last = null);
  canvas.onpointerleave = () => field.point(null);
  canvas.onkeydown = (event) => pressKey(field, event);
}

/** Space plays; arrows move in time, with shift the probe; Enter drops a particle at the probe; R begins anew. */
function pressKey(field, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const [right, up] = ARROW_KEYS[event.key] ?? [0, 0];
  if (event.key === " ") field.play(!field.kept.playing);
  else if (event.key === "Enter") field.drop(field.probe ?? [0, 0]);
  else if (event.key.toLowerCase() === "r") field.again();
  else if ((right || up) && event.shiftKey) {
    const [x, y] = field.probe ?? [0, 0];
    field.point([x + PROBE_STEP * right, y + PROBE_STEP * up]);
  } else if (right || up) {
    field.play(false);
    field.goTo(field.head + right + 10 * up);
  } else return;
  event.preventDefault();
}

// --- downloads

/** The particles as they are now, one a row. */
function saveCsv({ panels, data, head }) {
  const rows = panels.flatMap((panel, i) => {
    const x = (panel.field && panel.bulk.at(head)) ?? [];
    const name = ["exact", "learned"][i];
    return Array.from({ length: x.length / 2 }, (_, k) => `${name},${data.plan.t[head]},${k},${x[2 * k]},${x[2 * k + 1]}`);
  });
  const blob = new Blob([["score,t,particle,x,y", ...rows].join("\n")], { type: "text/csv" });
  const href = URL.createObjectURL(blob);
  Object.assign(document.createElement("a"), { href, download: `${data.name}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 1000);
}

/** The planes in one canvas. */
function sideBySide({ panels, theme }) {
  const sides = panels.filter((panel) => panel.field).map((panel) => panel.canvas);
  const whole = document.createElement("canvas");
  Object.assign(whole, { width: sides.length * sides[0].width, height: sides[0].height });
  const context = whole.getContext("2d");
  context.fillStyle = theme.background;
  context.fillRect(0, 0, whole.width, whole.height);
  sides.forEach((side, i) => context.drawImage(side, i * side.width, 0));
  return whole;
}
