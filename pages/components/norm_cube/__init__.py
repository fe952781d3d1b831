"""The cube of activations before and after a normalisation, and which of them share the pointed cell's mean."""

import numpy as np

from pages.components.assets import component

HTML = """
<div class="surface desk" data-testid="norm-cube">
  <figure class="real"><figcaption><b>Before: x</b><span class="fact">a slice a sample · channels → · places ↓</span>
    </figcaption><canvas class="cube before" data-testid="cube-before" role="application" aria-label="Activations. Point
      at one, or choose with the arrow keys, to see which others share its mean."></canvas></figure>
  <figure class="made"><figcaption><b>After: (x − μ) / √(σ² + ε)</b><span class="fact where" data-testid="cube-where">
    </span></figcaption><canvas class="cube after" data-testid="cube-after" role="application" aria-label="Normalised
      activations."></canvas></figure>
  <p class="facts sum" data-testid="cube-sum"></p>
  <div class="row"><label class="note">one cube <input type="range" class="apart" min="0" max="1" step="0.01"
      aria-label="Pull the slices apart"> slices</label>
    <button type="button" class="numbers-too" aria-pressed="true">numbers</button></div>
</div>
"""


def norm_cube(*, key: str, x: np.ndarray, y: np.ndarray, members: np.ndarray) -> None:
    """Show activations x (N, C, L) and what became of them, y; `members` (N, C, L) numbers the sets with one mean."""
    data = {
        "shape": list(x.shape),
        "x": np.round(x, 6).ravel().tolist(),
        "y": np.round(y, 6).ravel().tolist(),
        "members": members.ravel().tolist(),
    }
    component("norm_cube", HTML, parts=("block_desk",))(key=key, data=data)
