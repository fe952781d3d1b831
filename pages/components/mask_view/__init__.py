"""A photo under one mask or two, with a divider, opacity, outlines and a legend that hides classes, in the browser."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pages.components.assets import component, controlled
from pages.components.photo_stage import PARTS, stage

HTML = f"""
<div class="surface masks" data-testid="mask-view">
  <div class="frame">
    {stage("What the network sees.", "left", "right", "left line", "right line")}
    <div class="divider" data-testid="mask-divider" role="slider" tabindex="0" aria-label="Divider" aria-valuemin="0"
      aria-valuemax="100"><i></i></div>
    <b class="side before"></b><b class="side after"></b>
    <div class="tip" data-testid="mask-tip" hidden></div>
    <p class="notice" role="alert" hidden></p>
  </div>
  <div class="bar">
    <label>Opacity <input class="opacity" data-testid="mask-opacity" type="range" min="0" max="100"></label>
    <label><input class="outlines" data-testid="mask-outlines" type="checkbox"> Outlines</label>
    <span class="gap"></span>
    <button type="button" class="save" data-testid="mask-save">PNG of this view</button>
  </div>
  <div class="legend" data-testid="mask-legend" role="group" aria-label="Classes: press one to hide it"></div>
  <p class="absent"></p>
</div>
"""


class View(NamedTuple):
    """How a person looks at it: `opacity` and place of the `divider` in percent, outlines or not, `hidden` classes."""

    opacity: int = 60
    divider: int = 33
    outlines: bool = True
    hidden: tuple[int, ...] = ()


@dataclass(frozen=True)
class Mask:
    """A mask by the `url` of a grey PNG whose levels are classes, under a `title`; an empty url for none at all."""

    title: str
    url: str = ""


def mask_view(
    *,
    key: str,
    photo: str,
    size: tuple[int, int],
    left: Mask,
    right: Mask,
    planes: str,
    classes: Sequence[str],
    colours: Sequence[str],
    background: bool,
    view: View,
    tallest: int = 560,
) -> View:
    """Show a photo with `left` and `right` of the divider, and return how a hand left it.

    `photo` and `planes` are URLs; photo and masks have `size` (rows, columns), and `planes` is a grey PNG, the
    probabilities p · 255 of all classes as one map under the other, for what the pointer touches. With `background`
    class 0 stays uncoloured. `tallest` is the height in CSS pixels.
    """
    data = {
        "photo": photo,
        "size": list(size),
        "sides": [{"title": side.title, "url": side.url} for side in (left, right)],
        "planes": planes,
        "classes": [{"name": name, "colour": colour} for name, colour in zip(classes, colours, strict=True)],
        "background": background,
        "tallest": tallest,
    }
    value = view._asdict() | {"hidden": list(view.hidden)}
    kept = controlled(component("mask_view", HTML, PARTS), key=key, value=value, data=data)
    hidden = tuple(i for i in map(int, kept["hidden"]) if 0 <= i < len(classes))
    return View(int(kept["opacity"]), int(kept["divider"]), bool(kept["outlines"]), hidden)
