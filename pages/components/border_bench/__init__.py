"""Border bench: cells, the weight map between them under two dials, and its profile along a row."""

from typing import NamedTuple

import numpy as np

from engine import pictures
from pages.components.assets import component, controlled

HTML = """
<div class="surface desk borders" data-testid="border-bench">
  <div class="pictures">
    <figure class="real"><figcaption><b>The cells</b><span class="fact distances" data-testid="border-distances"></span>
      </figcaption><div class="sheet"><canvas class="cells" data-testid="border-cells" role="application"
      aria-label="The cells. Point at a place between two, or move with the arrow keys; Shift makes ten steps.">
      </canvas><i class="ring near"></i><i class="ring far"></i><i class="spot"></i></div></figure>
    <figure class="error"><figcaption><b>The weight w(x)</b><span class="fact weight-here" data-testid="border-weight">
      </span></figcaption><div class="sheet"><canvas class="weights" data-testid="border-map" role="application"
      aria-label="The weight map. The arrow keys move the place that is read."></canvas><i class="line"></i>
      <i class="spot"></i></div></figure>
  </div>
  <canvas class="profile" role="img" aria-label="The weight along the row under the pointer."></canvas>
  <div class="dials"></div>
  <div class="row"><span class="note scale-low"></span><i class="scale" aria-hidden="true"></i>
    <span class="note scale-high"></span><span class="gap"></span>
    <button type="button" class="save">PNG</button></div>
</div>
"""
LIMITS = {"w0": (0, 30), "sigma": (1, 15)}
FAR = 255.0


class Weighting(NamedTuple):
    """The two numbers of equation 2: `w0`, the height between touching cells, and `sigma`, its reach in pixels."""

    w0: int = 10
    sigma: int = 5


def border_bench(
    *, key: str, instances: np.ndarray, nearest: np.ndarray, second: np.ndarray, weighting: Weighting
) -> Weighting:
    """Show cells (H, W), 0 between them, beside w(x) from their distances d₁ and d₂; return `weighting` as a hand left
    it."""
    data = {
        "uid": key,
        "cells": pictures.data_url(pictures.to_png((instances % 256).astype(np.uint8))),
        "nearest": pictures.data_url(pictures.to_png(as_colours(nearest))),
        "second": pictures.data_url(pictures.to_png(as_colours(second))),
        "limits": LIMITS,
    }
    mount = component("border_bench", HTML, parts=("block_desk",))
    value = controlled(mount, key=key, value=weighting._asdict(), data=data)
    return Weighting(*(int(np.clip(value[name], *LIMITS[name])) for name in Weighting._fields))


def as_colours(distance: np.ndarray) -> np.ndarray:
    """Distances (H, W) up to 255 pixels as colours uint8 (H, W, 3): whole pixels red, 256ths of one green."""
    fixed = np.rint(256 * np.minimum(distance, FAR)).astype(np.uint16)
    return np.stack([fixed >> 8, fixed & 255, np.zeros_like(fixed)], -1).astype(np.uint8)
