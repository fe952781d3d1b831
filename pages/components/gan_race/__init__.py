"""The race of GANs: lanes that train side by side, with a film of all that happened, wholly in the browser."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from engine.gans.coverage import LEAST, RADIUS
from engine.gans.toys import Toy
from pages.components import film_transport
from pages.components.assets import component

REAL_POINTS = 512
FEW = 40
"""So many centres at most get a ring each; more of them are a curve."""
SPEEDS = {"0.25": "¼×", "1": "1×", "4": "4×"}
LAYERS = {
    "landscape": ("D(x)", "What the discriminator believes: green real, orange generated, plain where it cannot tell"),
    "real": ("Real", "Points of the data"),
    "modes": ("Modes", "Green rings: modes that are made; broken vermilion rings: modes that are missed"),
    "generated": ("Generated", "Points of the generator"),
    "arrows": ("−∂L_G/∂x", "Where the discriminator pushes the generated points"),
}


class LaneLabel(NamedTuple):
    """What stands over a lane; `game` says that its discriminator plays Goodfellow's V(D, G)."""

    title: str
    recipe: str
    game: bool


class Source(NamedTuple):
    """A film by its `url` and what its lanes are called, in the film's order."""

    url: str
    lanes: Sequence[LaneLabel]


def _button(name: str, text: str, title: str, attribute: str = "") -> str:
    return f'<button type="button" class="{name}" data-testid="race-{name}" title="{title}" {attribute}>{text}</button>'


PLAY = """
<button type="button" class="play" data-testid="race-play"><svg viewBox="0 0 24 24"><path class="start"
  d="M8 5l11 7-11 7z"/><path class="stop" d="M8 5v14 M16 5v14"/></svg><span></span></button>"""

HTML = f"""
<div class="race">
  <section class="player" role="group" aria-label="The race" data-testid="race">
    <div class="lanes" data-testid="race-lanes"></div>
    <p class="sentence" role="status" hidden></p>
    <div class="time">
      <div class="segments transport">
        {_button("replay", "⟲", "From the beginning (R)", 'aria-label="From the beginning"')}
        {_button("back", "◀", "One record back (←)", 'aria-label="One record back"')}
        {PLAY}
        {_button("forward", "▶", "One record forward (→)", 'aria-label="One record forward"')}
      </div>
      <input class="scrub" type="range" min="0" step="any" value="0" data-testid="race-scrub"
        aria-label="From the first step to the last">
      <output class="counter" data-testid="race-counter"></output>
    </div>
    <p class="words" data-testid="race-words"></p>
    <div class="controls" role="toolbar" aria-label="The race's details">
      <div class="segments">
        {_button("one-d", "D step", "One update of the discriminator alone (D)")}
        {_button("one-g", "G step", "One update of the generator alone (G)")}
        {_button("slow", "Slow motion", "One update at a time: k of the discriminator, one of the generator (S)")}
      </div>
      <div class="segments speeds" role="group" aria-label="Speed of the film">
        {"".join(_button("speed", text, f"{text} speed", f'data-speed="{speed}"') for speed, text in SPEEDS.items())}
      </div>
      <div class="segments layers" role="group" aria-label="What is shown">
        {"".join(_button(name, *words, f'data-layer="{name}"') for name, words in LAYERS.items())}
      </div>
      {film_transport.saving("save-png", "race-png", "PNG", "Download the lanes as a PNG")}
      {film_transport.saving("save-csv", "race-csv", "CSV", "Download the history of all lanes as CSV")}
    </div>
  </section>
</div>
"""


def gan_race(
    *,
    key: str,
    name: str,
    toy: Toy,
    sources: Sequence[Source],
    steps: int,
    critics: int,
    seed: int,
    colours: Mapping[str, str],
) -> None:
    """Show the lanes of one film or of several in step; the race goes on to `steps` while somebody looks.

    `critics` is k, the discriminator's updates for one of the generator's, for slow motion; `seed` draws the real
    points on show; `colours` has the CSS colours of real, generated, score and error; `name` names the downloads.
    """
    data = {
        "uid": key,
        "name": name,
        "sources": [
            {"url": source.url, "lanes": [lane._asdict() for lane in source.lanes]} for source in sources
        ],
        "toy": {
            "name": f"{name}-{seed}",
            "real": _rounded(toy.sample(REAL_POINTS, seed)),
            "centres": _rounded(toy.centres),
            "modes": toy.modes.tolist(),
            "few": len(np.unique(toy.centres, axis=0)) <= FEW,
            "reach": RADIUS * toy.spread,
            "least": (LEAST * toy.mode_shares).tolist(),
        },
        "steps": steps,
        "critics": critics,
        "colours": dict(colours),
    }  # fmt: skip
    component("gan_race", HTML, film_transport.PARTS)(key=key, data=data)


def _rounded(points: np.ndarray) -> list:
    return np.round(points, 4).ravel().tolist()
