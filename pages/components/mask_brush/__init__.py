"""Mask brush: a photo under a mask that a hand corrects with brush and eraser, in the browser at the pointer's pace.

What comes back are strokes, not pixels: `engine.editing.strokes` puts them onto a mask of any size.
"""

from collections.abc import Sequence
from math import isfinite
from typing import Any

from engine.editing.strokes import Stroke
from pages.components.assets import component, controlled
from pages.components.photo_stage import PARTS

HTML = """
<div class="surface brush" data-testid="mask-brush">
  <div class="sheet" data-testid="brush-sheet" tabindex="0" role="application">
    <img class="photo" alt=""><canvas class="ink" data-testid="brush-ink"></canvas><i class="ring" hidden></i>
    <p class="hint" aria-hidden="true"></p>
    <p class="notice" role="alert" hidden></p>
  </div>
  <div class="tools" role="toolbar" aria-label="Brush">
    <span class="pair">
      <button type="button" data-tool="brush" data-testid="brush-brush" title="Brush (B)">Brush</button>
      <button type="button" data-tool="eraser" data-testid="brush-eraser" title="Eraser (E)">Eraser</button>
    </span>
    <label class="size" title="Size ([ and ])">Size
      <input type="range" data-testid="brush-size" min="1" max="100" aria-label="Size of the brush"></label>
    <button type="button" class="undo" data-testid="brush-undo" title="Undo (Ctrl+Z)">Undo</button>
    <button type="button" class="redo" data-testid="brush-redo" title="Redo (Ctrl+Shift+Z)">Redo</button>
    <button type="button" class="clear" data-testid="brush-clear" title="Take all strokes away">Reset</button>
    <label><input class="shown" data-testid="brush-shown" type="checkbox" checked> Mask</label>
  </div>
</div>
"""
MOST_STROKES, MOST_POINTS = 400, 20_000
FINEST = 1 / 2000


def mask_brush(
    *,
    key: str,
    photo: str,
    size: tuple[int, int],
    strokes: Sequence[Stroke],
    base: str = "",
    colour: str = "#E69F00",
    hint: str = "",
    label: str,
    tallest: int = 520,
    width: float = 0.06,
) -> tuple[Stroke, ...]:
    """Show a photo under its mask and return the strokes that a hand has put onto it.

    `photo` is the URL of a picture of `size` (rows, columns), `base` of a grey PNG, the mask before any stroke. `width`
    is the brush's at first, a share of the long side; `hint` stands on the photo until it is touched. Pass back what
    was returned last.
    """
    data = {
        "photo": photo, "size": list(size), "base": base, "colour": colour, "hint": hint, "label": label,
        "tallest": tallest, "width": width,
    }  # fmt: skip
    value = [_packed(stroke) for stroke in strokes]
    kept = controlled(component("mask_brush", HTML, PARTS), key=key, value=value, data=data)
    return unpacked(kept)


def _packed(stroke: Stroke) -> dict[str, Any]:
    numbers = [number for point in stroke.points for number in point]
    return {"erase": stroke.erase, "width": stroke.width, "points": numbers}


def unpacked(value: Any) -> tuple[Stroke, ...]:
    """The strokes in what a browser sent; whatever is no stroke is left out, and of too many the last."""
    strokes, points = [], 0
    for packed in (value if isinstance(value, list) else [])[:MOST_STROKES]:
        stroke = _unpacked(packed)
        points += len(stroke.points) if stroke else 0
        if stroke and points <= MOST_POINTS:
            strokes.append(stroke)
    return tuple(strokes)


def _unpacked(packed: Any) -> Stroke | None:
    try:
        numbers, width = [float(number) for number in packed["points"]], float(packed["width"])
        erase = bool(packed["erase"])
    except (TypeError, KeyError, ValueError):
        return None
    if len(numbers) < 2 or len(numbers) % 2 or not all(map(isfinite, numbers)) or not FINEST <= width <= 1:
        return None
    numbers = [min(2.0, max(-1.0, number)) for number in numbers]
    return Stroke(erase, width, tuple(zip(numbers[::2], numbers[1::2], strict=True)))
