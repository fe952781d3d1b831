"""A dial per latent dimension in prior-CDF space; an app route decodes while the hand turns."""

from collections.abc import Sequence

from pages.components import remote_decoder
from pages.components.assets import component, controlled

COLLAPSED_BELOW = 0.05
"""Average KL in nats under which a dimension counts as collapsed."""

HTML = """
<div class="surface dials"><div class="board">
  <div class="stage">
    <canvas class="picture" data-testid="dials-picture" width="28" height="28" role="img"
      aria-label="The picture decoded from the dials"></canvas>
    <div class="facts">
      <div class="buttons">
        <button class="sample" data-testid="dials-sample" title="From the prior">Sample z ~ N(0, I)</button>
        <button class="zero" data-testid="dials-zero" title="The mean of the prior">z = 0</button>
        <button class="save" data-testid="dials-save">PNG</button>
      </div>
      <p class="norm" data-testid="dials-norm"></p>
      <p class="timing" data-testid="dials-timing"></p>
      <p class="notice" role="alert" hidden></p>
    </div>
  </div>
  <div class="bank">
    <div class="rows" data-testid="dials-rows"></div>
    <p class="legend">Bars: average KL(q(z|x) ‖ p(z)) in nats. Each dial runs through the quantiles of the prior,
      u = Φ(z) from 0.001 to 0.999. Rest on a name, or press it, to sweep that dimension through ±2.5 σ.</p>
    <p class="legend collapse" data-testid="dials-collapsed"><b>Grey: collapsed</b>, below 0.05 nats. There
      q(z|x) = p(z) whatever x is: the code says nothing about the picture, the decoder has learned to ignore it, and
      turning it changes nothing.</p>
  </div>
</div></div>
"""


def latent_dials(
    *,
    key: str,
    decode_url: str,
    kl: Sequence[float],
    z: Sequence[float],
    order: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
) -> list[float]:
    """Show d dials and the picture they decode to; return the settled z: keep it and pass it back as `z`.

    `decode_url` takes `POST` with z as d little-endian float32 and answers 784 grey bytes (28×28), with the engine's
    own time in the optional header `X-Milliseconds`. `kl` (d,) is the average KL(q(z|x) ‖ p(z)) per dimension in
    nats; `order` the dimensions from top to bottom (default: most nats first); `names` what to call them, by
    dimension (default: z with its index from 1). z comes back when the hand lets go, never on the way.

    Raises:
        ValueError: `z`, `order` or `names` do not have as many entries as `kl`.
    """
    d = len(kl)
    order = sorted(range(d), key=lambda j: -kl[j]) if order is None else list(order)
    names = list(names) if names is not None else None
    if len(z) != d or sorted(order) != list(range(d)) or (names and len(names) != d):
        raise ValueError(f"{d} dials need {d} values of z, an order of 0 … {d - 1} and {d} names or none.")
    data = {
        "decode_url": decode_url,
        "kl": [round(float(value), 4) for value in kl],
        "order": order,
        "names": names,
        "collapsed_below": COLLAPSED_BELOW,
    }
    value = [round(float(value), 4) for value in z]
    kept = controlled(component("latent_dials", HTML, remote_decoder.PARTS), key=key, value=value, data=data)
    return [float(value) for value in kept] if len(kept) == d else value
