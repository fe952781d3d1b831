"""Up-sampling bench: a 2×2 matrix made large in four ways, and a picture that was pooled first."""

from typing import NamedTuple

import numpy as np

from engine import pictures
from pages.components.assets import component, controlled

HTML = """
<div class="surface desk upsample" data-testid="upsample-bench">
  <div class="given">
    <figure class="real"><figcaption><b>Input</b></figcaption>
      <div class="matrix" data-testid="up-matrix"></div></figure>
    <figure class="weight"><figcaption><b>Kernel</b></figcaption><div class="kernel" data-testid="up-kernel"></div>
    </figure>
    <div class="panel made"><div class="dials"></div>
      <div class="row choices kernels" role="group" aria-label="Kernels"></div>
      <p class="verdict" data-testid="up-verdict"></p><div class="stamps" data-testid="up-stamps"></div>
      <p class="note">stamps that meet along one side of six values</p></div>
  </div>
  <div class="ways"></div>
  <div class="pictures">
    <figure class="real"><figcaption><b>Max-pooled</b><span class="fact small-size"></span></figcaption>
      <div class="sheet"><canvas class="small"></canvas></div></figure>
  </div>
  <div class="row"><span class="note">The picture is pooled by s and brought back in each way; on it, the kernel is
    scaled to keep the brightness.</span><span class="gap"></span><button type="button" class="save">PNG</button></div>
</div>
"""


class Upsampling(NamedTuple):
    """The four numbers of `matrix`, the k² of `kernel`, k in 2…5, and the factor and stride `s` in 2…4."""

    matrix: list[float]
    kernel: list[float]
    s: int = 2


def upsample_bench(*, key: str, picture: np.ndarray, upsampling: Upsampling) -> Upsampling:
    """Show all four ways; return `upsampling` as a hand left it. The picture is uint8 (H, W) or (H, W, 3)."""
    data = {"picture": pictures.data_url(pictures.to_png(picture)), "colour": picture.ndim == 3}
    mount = component("upsample_bench", HTML, parts=("block_desk",))
    return Upsampling(**controlled(mount, key=key, value=upsampling._asdict(), data=data))
