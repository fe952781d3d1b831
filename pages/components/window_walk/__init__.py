"""Window walk: a window goes over a small grid, with padding, stride and dilation, and the output grows."""

from typing import NamedTuple

from pages.components.assets import component, controlled

HTML = """
<div class="surface desk" data-testid="window-walk">
  <div class="walk">
    <figure class="real"><figcaption><b>Input</b><span class="fact unseen-count" data-testid="walk-unseen"></span>
      </figcaption><div class="cells input" data-testid="walk-input"></div></figure>
    <figure class="made"><figcaption><b>Output</b><span class="fact">each cell: one window</span></figcaption>
      <div class="cells output" data-testid="walk-output" tabindex="0" role="application"
        aria-label="The output. The arrow keys choose the cell whose window is shown."></div>
      <p class="warning" hidden></p></figure>
    <div class="panel">
      <p class="note">⌊(<i>n</i> − <i>k</i> + 2<i>p</i>) / <i>s</i>⌋ + 1; dilated,
        <i>k</i> is <i>d</i>(<i>k</i> − 1) + 1</p>
      <p class="formula" data-testid="walk-formula"></p>
      <div class="dials"></div>
      <div class="row"><button type="button" class="play"></button></div>
    </div>
  </div>
</div>
"""


class Walk(NamedTuple):
    """Cells along a side of the input and of the kernel, padding, stride, dilation."""

    n: int = 7
    k: int = 3
    p: int = 1
    s: int = 2
    d: int = 1


LIMITS = {"n": (3, 12), "k": (1, 5), "p": (0, 4), "s": (1, 4), "d": (1, 4)}


def window_walk(*, key: str, walk: Walk) -> Walk:
    """Show `walk`, whose numbers lie within the `LIMITS`, and return it as a hand left it."""
    mount = component("window_walk", HTML, parts=("block_desk",))
    return Walk(**controlled(mount, key=key, value=walk._asdict(), data={}))
