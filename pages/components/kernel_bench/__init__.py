"""Kernel bench: a kernel written cell by cell, the window on the picture, and the arithmetic of one output pixel."""

from collections.abc import Mapping

import numpy as np

from engine import pictures
from pages.components.assets import component, controlled

HTML = """
<div class="surface desk" data-testid="kernel-bench">
  <div class="pictures">
    <figure class="real"><figcaption><b>Input x</b><span class="fact place"></span></figcaption>
      <div class="sheet"><canvas class="input" data-testid="kernel-input" role="application" aria-label="The input.
        Point at it, or move the window with the arrow keys; Shift makes ten steps."></canvas><i class="marker"></i>
      </div></figure>
    <figure class="made"><figcaption><b>Output y = w ∗ x</b><span class="fact range"></span></figcaption>
      <div class="sheet"><canvas class="output" data-testid="kernel-output" role="application" aria-label="The output.
        The arrow keys move the pixel that is worked out below."></canvas><i class="marker"></i></div></figure>
  </div>
  <div class="arithmetic">
    <div class="part real"><b>x under the window</b><div class="patch"></div></div>
    <span class="sign">⊙</span>
    <div class="part weight"><b>kernel w <span class="fact sum" data-testid="kernel-sum"></span></b>
      <div class="kernel" data-testid="kernel-cells"></div></div>
    <span class="sign equals">=</span>
    <div class="part product-part"><b>products</b><div class="products"></div></div>
    <div class="part made total-part"><b>Σ = y</b><div class="total" data-testid="kernel-total"></div></div>
  </div>
  <p class="sentence" data-testid="kernel-sentence"></p>
  <div class="row">
    <div class="choices presets" role="group" aria-label="Kernels"></div>
  </div>
  <div class="row">
    <div class="choices sides" role="group" aria-label="Side of the kernel"></div>
    <span class="gap"></span>
    <span class="note">show y as</span><div class="choices views" role="group" aria-label="Show y as"></div>
    <button type="button" class="slide" data-testid="kernel-slide">▶ Slide</button>
    <button type="button" class="save">PNG</button>
  </div>
</div>
"""


def kernel_bench(
    *, key: str, picture: np.ndarray, kernel: list[float], presets: Mapping[str, np.ndarray], probe: tuple[float, float]
) -> list[float]:
    """Show a picture, uint8 (H, W) or (H, W, 3), beside its convolution with `kernel`, the 9 or 25 cells of a square.

    Returns the kernel as a hand left it: keep it and pass it back. `presets` are kernels by name; `probe` is where the
    window stands at first, as shares of width and height.
    """
    data = {
        "uid": key,
        "picture": pictures.data_url(pictures.to_png(picture)),
        "colour": picture.ndim == 3,
        "presets": {name: [round(value, 4) for value in cells.ravel().tolist()] for name, cells in presets.items()},
        "probe": list(probe),
    }
    mount = component("kernel_bench", HTML, parts=("block_desk",))
    return [float(value) for value in controlled(mount, key=key, value=kernel, data=data)]
