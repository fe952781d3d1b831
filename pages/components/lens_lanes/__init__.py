"""Lens lanes: what several networks make of one picture, side by side, under one lens that all of them share."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pages.components.assets import component

HTML = """
<div class="surface desk lenses" data-testid="lens-lanes">
  <div class="pictures"></div>
  <div class="row"><div class="choices views" role="group" aria-label="Show"></div>
    <label class="tick"><input type="checkbox" class="grid" data-testid="lens-grid"> the places where it decides</label>
    <span class="gap"></span><span class="note">Point at an edge: all lanes are magnified there.</span>
    <button type="button" class="save">PNG</button></div>
</div>
"""


@dataclass(frozen=True)
class Lane:
    """A network's answer: at `probability` a grey PNG, p · 255 of what it looks for; it decides at `places` rows and
    columns over a frame of which the picture takes `inner` (top, left, bottom, right), in shares."""

    title: str
    note: str
    probability: str
    places: tuple[int, int]
    inner: tuple[float, float, float, float]


def lens_lanes(*, key: str, photo: str, size: tuple[int, int], lanes: Sequence[Lane], truth: str = "") -> None:
    """Mount the picture at the URL `photo`, of `size` rows and columns, and the lanes; `truth`, if it is known, is
    where a grey PNG of the true mask is."""
    data = {"uid": key, "photo": photo, "size": list(size), "lanes": [asdict(lane) for lane in lanes], "truth": truth}
    component("lens_lanes", HTML, parts=("block_desk",))(key=key, data=data)
