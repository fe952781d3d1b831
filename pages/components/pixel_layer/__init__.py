"""One fully connected layer at every pixel of a colour picture, which is also a convolution of 1×1."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from engine import pictures
from pages.components.assets import component, controlled

HTML = """
<div class="surface desk" data-testid="pixel-layer">
  <div class="pictures">
    <figure class="real"><figcaption><b>Input, 3 channels</b></figcaption>
      <div class="sheet"><canvas class="input" data-testid="pixel-input" role="application" aria-label="The input. Point
        at a pixel, or go there with the arrow keys."></canvas><i class="marker"></i></div></figure>
    <figure class="made"><figcaption><b>Output, 3 channels</b></figcaption>
      <div class="sheet"><canvas class="output" data-testid="pixel-output" role="application"
        aria-label="The output."></canvas><i class="marker"></i></div></figure>
  </div>
  <div class="equation">
    <div class="part weight"><b>W</b><div class="w" data-testid="pixel-w"></div></div>
    <span class="sign">·</span>
    <div class="part real"><b>x</b><div class="x"></div></div>
    <span class="sign">+</span>
    <div class="part weight"><b>b</b><div class="b" data-testid="pixel-b"></div></div>
    <span class="sign">=</span>
    <div class="part made"><b>y</b><div class="y" data-testid="pixel-y"></div></div>
    <div class="sentences"></div>
  </div>
  <div class="row"><div class="choices presets" role="group" aria-label="Layers"></div><span class="gap"></span>
    <button type="button" class="save">PNG</button></div>
  <p class="row off" data-testid="pixel-off"></p>
</div>
"""


class PixelLayer(NamedTuple):
    """The nine `weights` W row by row (output × input) and the three `biases`, for values of 0…255."""

    weights: list[float]
    biases: list[float]


def pixel_layer(
    *, key: str, picture: np.ndarray, layer: PixelLayer, presets: Mapping[str, PixelLayer], probe: tuple[float, float]
) -> PixelLayer:
    """Show a picture, uint8 (H, W, 3), and what the layer makes of it; return the layer as a hand left it.

    `probe` is the pixel that is worked out at first, as shares of width and height.
    """
    data = {
        "picture": pictures.data_url(pictures.to_png(picture)),
        "presets": {name: preset._asdict() for name, preset in presets.items()},
        "probe": list(probe),
    }
    mount = component("pixel_layer", HTML, parts=("block_desk",))
    return PixelLayer(**controlled(mount, key=key, value=layer._asdict(), data=data))
