"""Three planes of the mapping toy, noise Z, styles W and data: a hand in one of them moves all three."""

from dataclasses import dataclass

import numpy as np

from pages.components.assets import component
from pages.components.frame_player import pack
from pages.kit import roles

HTML = """
<div class="surface mapping-planes">
  <div class="planes">
    <figure data-plane="z"><figcaption><b>Z</b> noise: round, no gaps</figcaption>
      <canvas tabindex="0" role="application" data-testid="mapping-z" aria-label="The noise. Arrow keys move the end of
        the walk, shift and arrows its beginning."></canvas></figure>
    <figure data-plane="w"><figcaption><b>W</b> = f(Z) styles</figcaption>
      <canvas tabindex="0" role="application" data-testid="mapping-w" aria-label="The styles, with the same
        keys."></canvas></figure>
    <figure data-plane="x"><figcaption><b>Data</b> <span class="maker"></span></figcaption>
      <canvas tabindex="0" role="application" data-testid="mapping-x" aria-label="The data, with the same
        keys."></canvas></figure>
  </div>
  <div class="row">
    <span class="segments" role="group" aria-label="Grid">
      <button type="button" data-grid="square">Square grid</button>
      <button type="button" data-grid="round">Round grid</button>
      <button type="button" data-grid="none">No grid</button>
    </span>
    <button type="button" class="points" data-testid="mapping-points">Samples</button>
    <span class="gap"></span>
    <button type="button" class="png" data-testid="mapping-png">PNG</button>
  </div>
  <p class="place" data-testid="mapping-place"></p>
  <div class="walks">
    <canvas class="steps" role="img" data-testid="mapping-steps"></canvas>
    <div class="readings">
      <p class="in-z"><i></i><span data-testid="mapping-walk-z"></span></p>
      <p class="in-w"><i></i><span data-testid="mapping-walk-w"></span></p>
    </div>
  </div>
</div>
"""


@dataclass(frozen=True)
class Warp:
    """Two generators, tabulated. Z is a square grid of side S over −reach…reach, W one of side T over `window`
    (x0, x1, y0, y1); row 0 is at the bottom."""

    reach: float
    w: np.ndarray
    """float32 (S, S, 2): f(z)."""
    mapped: np.ndarray
    """float32 (S, S, 2): g(f(z))."""
    direct: np.ndarray
    """float32 (S, S, 2): the generator without a mapping network."""
    window: tuple[float, float, float, float]
    painted: np.ndarray
    """float32 (T, T, 2): g(w)."""


def mapping_planes(
    *, key: str, warp: Warp, samples: np.ndarray, outline: np.ndarray, span: float, mapped: bool, name: str
) -> None:
    """Mount the planes; all that moves is computed in the browser.

    `samples` (n, 2) are noises whose way is shown as dots, `outline` (m, 2) is the closed outline of the data, which
    the third plane shows over −span…span. Without `mapped`, the noise goes straight to the data and W stays empty.
    `name` names the download.
    """
    arrays = {
        "w": warp.w, "mapped": warp.mapped, "direct": warp.direct, "painted": warp.painted, "samples": samples,
    }  # fmt: skip
    header = {
        "uid": key,
        "name": name,
        "reach": warp.reach,
        "window": [round(float(edge), 4) for edge in warp.window],
        "span": span,
        "outline": outline.round(4).tolist(),
        "withMapping": mapped,
        "shapes": {part: array.shape for part, array in arrays.items()},
        "colours": {"noise": roles.NOISE, "latent": roles.LATENT, "generated": roles.GENERATED, "real": roles.REAL},
    }
    blob = b"".join(np.ascontiguousarray(array, "<f4").tobytes() for array in arrays.values())
    component("mapping_planes", HTML)(key=key, data=pack(header, blob))
