// What a hand does on the map: hover, press, drag, keys.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const KEY_STEP = 1 / 60;
const CLICK_SLACK = 5;

/** A press that does not travel pins or unpins; one that starts on a pin drags it; anything else moves the cursor. */
function listenToHand(atlas) {
  const { map } = atlas;
  let press = null;

  const place = (event) => {
    const { left, top } = map.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };

  map.onpointerdown = (event) => {
    if (!atlas.plane || press || event.button) return;
    map.setPointerCapture(event.pointerId);
    atlas.play(false);
    const from = place(event);
    press = { id: event.pointerId, from, pin: atlas.pinAt(from), moved: false, before: atlas.pins };
    atlas.moveCursor(atlas.plane.toLatent(from), true);
  };

  map.onpointermove = (event) => {
    if (!atlas.plane || atlas.playing || (press && press.id !== event.pointerId)) return;
    const here = place(event);
    const z = atlas.plane.toLatent(here);
    if (press) press.moved ||= Math.hypot(here[0] - press.from[0], here[1] - press.from[1]) > CLICK_SLACK;
    if (press?.moved && press.pin >= 0) atlas.showPins(atlas.pins.with(press.pin, atlas.plane.clamp(z)));
    atlas.hovered = press ? -1 : atlas.pinAt(here);
    atlas.moveCursor(z, true);
  };

  map.onpointerup = (event) => {
    if (press?.id !== event.pointerId) return;
    const { pin, moved, from } = press;
    press = null;
    if (pin >= 0) atlas.setPins(moved ? atlas.pins : atlas.pins.toSpliced(pin, 1));
    else if (!moved) atlas.setPins([...atlas.pins, atlas.plane.toLatent(from)]);
  };

  map.onpointercancel = () => {
    if (press) atlas.showPins(press.before);
    press = null;
  };

  map.onpointerleave = () => {
    atlas.hovered = -1;
    atlas.refresh();
  };

  map.onkeydown = (event) => {
    if (!atlas.plane || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) stepCursor(atlas, ARROWS[event.key], event.shiftKey ? 6 : 1);
    else if (event.key === "Enter") atlas.setPins([...atlas.pins, atlas.kept.cursor]);
    else if (event.key === "Backspace") atlas.setPins(atlas.pins.slice(0, -1));
    else if (event.key === " ") atlas.play(!atlas.playing);
    else return;
    event.preventDefault();
  };
}

function stepCursor(atlas, direction, steps) {
  const step = steps * KEY_STEP * atlas.plane.radius;
  atlas.play(false);
  atlas.moveCursor(atlas.kept.cursor.map((value, axis) => value + step * direction[axis]), true);
  atlas.find(".spoken").textContent = `z = ${atlas.kept.cursor.map((value) => value.toFixed(2)).join(", ")}`;
}
