"""Layer counter: a stack of convolutions whose numbers are written in the browser, and its number of weights."""

from collections.abc import Sequence

from engine.blocks.layers import LECTURE, Layer
from pages.components.assets import component, controlled

HTML = """
<div class="surface desk" data-testid="layer-counter">
  <div class="layers"></div>
  <p class="result"><span class="sum" data-testid="layers-sum"></span>
    <b class="all" data-testid="layers-total"></b><span class="note">weights</span></p>
  <div class="row">
    <button type="button" class="add">+ Layer</button>
    <button type="button" class="biases" aria-pressed="false">count biases</button>
    <button type="button" class="lecture">The lecture's seven layers</button>
    <span class="gap"></span>
    <span class="note">height · width · channels in · channels out</span>
  </div>
</div>
"""


def layer_counter(*, key: str, layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Show one to twelve layers and return them as a hand left them: keep them and pass them back."""
    data = {"lecture": [list(layer) for layer in LECTURE]}
    mount = component("layer_counter", HTML, parts=("block_desk",))
    kept = controlled(mount, key=key, value=[list(layer) for layer in layers], data=data)
    return tuple(Layer(*map(int, layer)) for layer in kept)
