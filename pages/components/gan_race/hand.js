// What a hand does: buttons, the slider, keys, and a finger on a lane.

const KEYS = { d: "discriminator", g: "generator" };

function listenToHand(race) {
  const { root, find } = race;
  const on = (name, action) => (find(`.${name}`).onclick = action);
  on("play", () => race.toggle());
  on("replay", () => race.replay());
  on("back", () => race.stepRecord(-1));
  on("forward", () => race.stepRecord(1));
  on("one-d", () => race.update("discriminator"));
  on("one-g", () => race.update("generator"));
  on("slow", () => race.set({ slow: !race.clock.state.slow }));
  on("save-png", () => race.savePng());
  on("save-csv", () => race.saveCsv());
  for (const button of root.querySelectorAll("[data-speed]")) {
    button.onclick = () => race.set({ speed: Number(button.dataset.speed) });
  }
  for (const button of root.querySelectorAll("[data-layer]")) {
    button.onclick = () => race.toggleLayer(button.dataset.layer);
  }
  find(".scrub").oninput = (event) => race.seek(Number(event.target.value));
  find(".player").onkeydown = (event) => press(race, event);
}

function press(race, event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const onButton = event.target.localName === "button";
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const actions = {
    ArrowLeft: () => race.stepRecord(-1),
    ArrowRight: () => race.stepRecord(1),
    Home: () => race.seek(0),
    End: () => race.seek(Infinity),
    s: () => race.set({ slow: !race.clock.state.slow }),
    r: () => race.replay(),
    ...(onButton ? {} : { " ": () => race.toggle() }),
  };
  if (key in KEYS) race.update(KEYS[key]);
  else if (key in actions) actions[key]();
  else return;
  event.preventDefault();
}

/** The lane under the pointer, or with the focus, is the one whose numbers are spelt out. */
function listenToLane(race, lane) {
  lane.element.onpointerenter = lane.element.onfocus = lane.element.onclick = () => race.attend(lane);
}
