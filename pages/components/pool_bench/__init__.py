"""Pool bench: max and average pooling of a 4×4 matrix that is written in the browser, and of a picture."""

from typing import NamedTuple

import numpy as np

from engine import pictures
from pages.components.assets import component, controlled

HTML = """
<div class="surface desk" data-testid="pool-bench">
  <div class="matrices">
    <figure class="real whole"><figcaption><b>Input</b></figcaption>
      <div class="matrix" data-testid="pool-matrix"></div></figure>
    <figure class="made"><figcaption><b>Max</b></figcaption><div class="most" data-testid="pool-max" role="application"
      aria-label="Max pooling. The arrow keys choose the window."></div></figure>
    <figure class="made"><figcaption><b>Average</b></figcaption><div class="mean" data-testid="pool-mean"
      role="application" aria-label="Average pooling. The arrow keys choose the window."></div></figure>
    <div class="panel dials"></div>
  </div>
  <p class="sentence" data-testid="pool-sentence"></p>
  <div class="pictures" style="--count: 3">
    <figure class="real"><figcaption><b>The picture</b><span class="fact size"></span></figcaption>
      <div class="sheet"><canvas class="original"></canvas></div></figure>
    <figure class="made"><figcaption><b>Max</b><span class="fact kept"></span></figcaption>
      <div class="sheet"><canvas class="most-picture" data-testid="pool-max-picture"></canvas></div></figure>
    <figure class="made"><figcaption><b>Average</b></figcaption>
      <div class="sheet"><canvas class="mean-picture" data-testid="pool-mean-picture"></canvas></div></figure>
  </div>
  <div class="row"><span class="gap"></span><button type="button" class="save">Max PNG</button></div>
</div>
"""

LIMITS = {"k": (1, 4), "s": (1, 4), "m": (1, 24)}


class Pooling(NamedTuple):
    """Window `k` and stride `s` on the `matrix` of 16 numbers, window and stride `m` on the picture."""

    matrix: list[float]
    k: int = 2
    s: int = 2
    m: int = 8


def pool_bench(*, key: str, picture: np.ndarray, pooling: Pooling) -> Pooling:
    """Show both; return `pooling` as a hand left it. The picture is uint8 (H, W) or (H, W, 3)."""
    data = {"picture": pictures.data_url(pictures.to_png(picture)), "colour": picture.ndim == 3}
    mount = component("pool_bench", HTML, parts=("block_desk",))
    return Pooling(**controlled(mount, key=key, value=pooling._asdict(), data=data))
