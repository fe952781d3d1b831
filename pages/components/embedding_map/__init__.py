"""Embedding map: pictures and texts as points of one plane, to be moved through; neighbours on a click."""

from dataclasses import dataclass

import numpy as np

from engine import pictures
from pages.components.assets import component

HTML = """
<div class="surface"><div class="space" data-testid="embedding-map">
  <div class="stage">
    <canvas tabindex="0" role="application" data-testid="map-canvas" aria-label="Pictures and texts in one space. Arrow
      keys move to the next point, plus and minus zoom, Enter keeps a point."></canvas>
    <div class="tools">
      <button type="button" data-do="in" aria-label="Zoom in">+</button>
      <button type="button" data-do="out" aria-label="Zoom out">−</button>
      <button type="button" data-do="fit">All</button>
      <button type="button" data-do="pairs" aria-pressed="false">Pairs</button>
      <button type="button" data-do="save">PNG</button>
    </div>
  </div>
  <div class="panel">
    <div class="now"><canvas class="tile" width="48" height="48" role="img"></canvas><p class="text"
      data-testid="map-text"></p></div>
    <h4>Nearest pictures</h4><div class="near pictures" data-testid="map-near-pictures"></div>
    <h4>Nearest sentences</h4><ol class="near texts" data-testid="map-near-texts"></ol>
    <label class="gap">Close the gap by <output></output><input type="range" min="0" max="1" step="0.05" value="0"
      aria-label="How much of the modality gap is closed"></label>
    <p class="facts" data-testid="map-facts"></p>
  </div>
</div></div>
"""


@dataclass(frozen=True)
class Space:
    """What the map shows of N pictures and M texts.

    pictures (N, S, S, 3) uint8 are small; `picture_places` (N, 2) and `text_places` (M, 2). `shift` (2,) is the way on
    the plane that closes the modality gap (None: this plane has none). `near` are, for all N + M points, their nearest
    pictures and texts, int (N + M, k) each. `recalls` holds for each share of `shares` of the gap closed how many texts
    find their own picture first. `owners` (M,) is the picture that a text belongs to, −1 for none.
    """

    pictures: np.ndarray
    texts: list[str]
    picture_places: np.ndarray
    text_places: np.ndarray
    shift: np.ndarray | None
    gap: float
    near_pictures: np.ndarray
    near_texts: np.ndarray
    owners: np.ndarray
    shares: np.ndarray
    recalls: np.ndarray


def embedding_map(*, key: str, space: Space) -> None:
    """Show a space; panning, zooming, pointing and closing the gap happen in the browser."""
    columns = max(1, int(np.ceil(np.sqrt(len(space.pictures)))))
    sheet = pictures.grid(space.pictures, columns, 0)
    data = {
        "uid": key,
        "sheet": pictures.data_url(pictures.to_png(sheet, compression=3)),
        "columns": columns,
        "side": space.pictures.shape[1],
        "texts": space.texts,
        "picture_places": _rounded(space.picture_places),
        "text_places": _rounded(space.text_places),
        "shift": None if space.shift is None else _rounded(space.shift),
        "gap": float(space.gap),
        "near_pictures": space.near_pictures.tolist(),
        "near_texts": space.near_texts.tolist(),
        "owners": space.owners.tolist(),
        "shares": _rounded(space.shares),
        "recalls": _rounded(space.recalls),
    }
    component("embedding_map", HTML)(key=key, data=data)


def _rounded(values: np.ndarray) -> list:
    return np.round(values.astype(float), 4).tolist()
