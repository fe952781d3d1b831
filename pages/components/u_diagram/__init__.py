"""U diagram: the blocks of a network as a drawing one can click, the maps of a block, what a value sees, its sum."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from engine import pictures
from pages.components.assets import component

HTML = """
<div class="surface desk microscope" data-testid="u-diagram">
  <div class="drawing" data-testid="u-drawing"></div>
  <p class="described" data-testid="u-described"></p>
  <div class="bench">
    <figure class="real"><figcaption><b>The picture</b><span class="fact sees" data-testid="u-sees"></span></figcaption>
      <div class="sheet"><img class="photo" alt="The picture, and what the chosen value sees of it"><i class="field"
        data-testid="u-field"></i></div></figure>
    <figure class="weight"><figcaption><b class="map-name"></b>
      <span class="fact map-value" data-testid="u-value"></span></figcaption>
      <div class="sheet"><canvas class="map" data-testid="u-map" role="application" aria-label="One map.
        Point at a value to see what it depends on; a click, or the arrow keys, works out its sum."></canvas>
        <i class="inner"></i><i class="marker"></i></div></figure>
    <figure class="weight"><figcaption><b>All maps of the block</b><span class="fact wall-fact"></span></figcaption>
      <div class="sheet"><canvas class="wall" data-testid="u-wall" role="application" aria-label="All maps of the block.
        Click one, or choose with the arrow keys."></canvas><i class="frame"></i></div></figure>
  </div>
  <div class="sum" data-testid="u-sum">
    <p class="sum-title"></p>
    <div class="bars" data-testid="u-bars" role="application" tabindex="0"
      aria-label="What each input channel contributes. The arrow keys choose one."></div>
    <div class="product">
      <div class="part"><b class="inputs-name"></b><div class="inputs"></div></div>
      <span class="sign">⊙</span>
      <div class="part weight"><b>kernel</b><div class="kernel"></div></div>
      <span class="sign">=</span>
      <div class="part"><b>products</b><div class="products"></div></div>
      <div class="chain" data-testid="u-chain"></div>
    </div>
  </div>
</div>
"""


@dataclass(frozen=True)
class Sheet:
    """All maps of a block on one grey PNG at `url`, row by row in `columns`, `height` × `width` each; white is `high`
    of the map, black is `low`. `inner` (top, left, bottom, right), shares, is where the picture lies in a map; `fields`
    says what the values see of the picture: first and last row for each row, first and last column for each column."""

    url: str
    block: str
    columns: int
    count: int
    height: int
    width: int
    low: list[float]
    high: list[float]
    inner: list[float]
    fields: dict[str, list[list[int]]]


def u_diagram(
    *, key: str, answered: int | None, value: Mapping, blocks: Sequence[Mapping], shown: Mapping[str, np.ndarray],
    photo: str, size: tuple[int, int], sheet: Sheet, sum_of: Mapping | None,
) -> None:  # fmt: skip
    """Mount the drawing. What a hand chooses comes through `assets.newest`, for all the rest hangs on it.

    Args:
        key: unique in the session.
        answered: the serial of the edit that `value` takes up.
        value: the chosen `block`, `channel`, `row` and `column`.
        blocks: `name`, `reads`, `shape`, `layers` and `parameters` of each block, in the order of computing.
        shown: uint8 (h, w) by block: what to draw for it; a colour picture (h, w, 3) is shown as it is.
        photo: where the picture is, of `size` rows and columns.
        sheet: the maps of the chosen block.
        sum_of: the convolution behind the chosen value, see `engine.segmentation.microscope.Arithmetic`; None where
            there is none.
    """
    data = {
        "uid": key,
        "answered": answered,
        "value": dict(value),
        "blocks": [dict(block) for block in blocks],
        "shown": {name: pictures.data_url(pictures.to_png(picture)) for name, picture in shown.items()},
        "photo": photo,
        "size": list(size),
        "sheet": asdict(sheet),
        "sum": sum_of and {name: _plain(part) for name, part in sum_of.items()},
    }
    component("u_diagram", HTML, parts=("block_desk",))(key=key, data=data, on_edit_change=lambda: None)


def _plain(part: np.ndarray | float) -> list | float:
    """Numbers as JSON takes them, windows (C, k, k) as one list a channel."""
    if isinstance(part, np.ndarray):
        return np.round(part.reshape(len(part), -1).astype(float), 5).tolist()
    return part
