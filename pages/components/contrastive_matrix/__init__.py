"""Contrastive matrix: the similarities of N pictures and N texts; pairing, temperature and loss follow the hand."""

from collections.abc import Sequence

import numpy as np

from pages.components.assets import component

HTML = """
<div class="surface"><div class="matrix" data-testid="contrastive-matrix">
  <div class="bench">
    <div class="grid" role="grid" tabindex="0" data-testid="matrix-grid"
      aria-label="Similarities, a row a picture, a column a text. Arrow keys move; Enter takes up a text and swaps it.">
    </div>
    <p class="hint">Click a number on top, then another one: the two texts change places.</p>
  </div>
  <div class="side">
    <div class="look"><img alt="" class="picture"><p class="text" data-testid="matrix-text"></p></div>
    <dl>
      <dt>cosine</dt><dd class="cosine" data-testid="matrix-cosine"></dd>
      <dt>p(text | picture)</dt><dd class="across" data-testid="matrix-across"></dd>
      <dt>p(picture | text)</dt><dd class="down" data-testid="matrix-down"></dd>
    </dl>
    <div class="views" role="radiogroup" aria-label="What the colours show"></div>
    <label class="warmth">Temperature τ <output></output><input type="range" min="-2" max="2" step="0.05"
      aria-label="Temperature, times the learned one"></label>
    <div class="orders">
      <button type="button" data-order="two" data-testid="matrix-shuffle-two">Shuffle two</button>
      <button type="button" data-order="all" data-testid="matrix-shuffle-all">Shuffle all</button>
      <button type="button" data-order="none" data-testid="matrix-in-order">In order</button>
      <button type="button" data-order="save">PNG</button>
    </div>
    <div class="loss" data-testid="matrix-loss" aria-live="polite"></div>
  </div>
</div></div>
"""


def contrastive_matrix(
    *, key: str, similarities: np.ndarray, logit_scale: float, pictures: Sequence[str], texts: Sequence[str]
) -> None:
    """Show cosines (N, N), a row a picture, a column a text; `logit_scale` is 1/τ as learned. `pictures` are URLs.

    The loss is computed in the browser, so that swapping texts and turning the temperature need no server.
    """
    data = {
        "uid": key,
        "similarities": np.round(similarities.astype(float), 5).tolist(),
        "logit_scale": float(logit_scale),
        "pictures": list(pictures),
        "texts": list(texts),
    }
    component("contrastive_matrix", HTML)(key=key, data=data)
