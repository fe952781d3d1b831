"""From logits to a mask of black and white: a threshold dial, the histogram it cuts, and the sums at one pixel."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from safetensors.numpy import save

from pages.components.assets import component, controlled
from pages.components.photo_stage import PARTS, stage
from pages.kit import shown

HTML = f"""
<div class="surface threshold" data-testid="threshold-view">
  <div class="pair">
    <figure><figcaption><b>Photo</b> <span class="pointed"></span></figcaption>
      {stage("The photo. Choose a pixel to see its logits.")}</figure>
    <figure><figcaption><b>Mask</b> <span class="white" data-testid="threshold-white"></span></figcaption>
      <div class="stage mask" role="img"><canvas class="layer" data-testid="threshold-mask"></canvas>
        <i class="cross" hidden></i></div></figure>
  </div>
  <div class="choices forms" role="group" aria-label="How the mask is saved"></div>
  <div class="lower">
    <div class="part"><h5>How many pixels have which probability</h5>
      <div class="bins" data-testid="threshold-bins" aria-hidden="true"></div>
      <label class="dial"><input class="cut" data-testid="threshold-dial" type="range" min="0.01" max="0.99" step="0.01"
        aria-label="Threshold"><output></output></label>
      <p class="note">Heights are logarithms, so that a single pixel can be seen.</p></div>
    <div class="part"><h5 class="where"></h5><table class="sums" data-testid="threshold-sums"></table>
      <p class="note softmax"></p></div>
  </div>
  <p class="notice" role="alert" hidden></p>
</div>
"""


class Cut(NamedTuple):
    """The `threshold` 0…1, and the pixel that is looked at as shares `x`, `y` of width and height."""

    threshold: float = 0.5
    x: float = 0.5
    y: float = 0.5


def logits_url(logits: np.ndarray) -> str:
    """Logits float16 (K, h, w) as a file for the browser."""
    key = ("logits", logits.shape, hash(logits.tobytes()))
    return shown.url(key, "application/octet-stream", lambda: save({"logits": np.ascontiguousarray(logits)}))


def threshold_view(
    *,
    key: str,
    photo: str,
    size: tuple[int, int],
    logits: str,
    classes: Sequence[str],
    colours: Sequence[str],
    targets: Sequence[int],
    target: str,
    cut: Cut,
) -> Cut:
    """Show where the classes `targets`, called `target`, are together likelier than the threshold; return it and the
    pixel as a hand left them.

    `photo` is the URL of a picture of `size` (rows, columns), `logits` one of `logits_url`.
    """
    data = {
        "photo": photo,
        "size": list(size),
        "logits": logits,
        "classes": [{"name": name, "colour": colour} for name, colour in zip(classes, colours, strict=True)],
        "targets": list(targets),
        "target": target,
    }
    mount = component("threshold_view", HTML, PARTS)
    return Cut(**controlled(mount, key=key, value=cut._asdict(), data=data))
