"""Where in a photo a model works, and how its picture comes back. NumPy and Pillow only, for pages too.

A model paints some hundred pixels a side, a photo has thousands. So it gets what is around the mask, made smaller; what
it paints is enlarged and put back, and where the mask is empty stand the photo's own pixels.
"""

import numpy as np
from PIL import Image

from engine.editing.mending import around

SURROUNDINGS = 0.75
"""So many times the mask's long side is seen beyond it, on every side."""
Window = tuple[slice, slice]
"""Rows and columns of a photo."""


def window(opacity: np.ndarray, least: int = 0) -> Window:
    """What a model sees of a photo whose mask is uint8 (H, W): the mask and what is around it, at least `least` pixels
    a side where the photo has them; without a mask all of it."""
    marked = opacity > 0
    if not marked.any():
        return slice(0, opacity.shape[0]), slice(0, opacity.shape[1])
    tight = around(marked, 0)
    long = max(side.stop - side.start for side in tight)
    length = max(least, round((1 + 2 * SURROUNDINGS) * long))
    return tuple(_widened(side, length, limit) for side, limit in zip(tight, opacity.shape, strict=True))


def _widened(side: slice, length: int, limit: int) -> slice:
    """A range made `length` long around its middle, moved or cut to lie in 0…limit."""
    length = min(max(length, side.stop - side.start), limit)
    start = (side.start + side.stop - length) // 2
    start = min(max(0, start), limit - length)
    return slice(start, start + length)


def seen(photo: np.ndarray, opacity: np.ndarray, where: Window, side: int) -> tuple[np.ndarray, np.ndarray]:
    """What a model is given: the photo uint8 (h, w, 3) in a window, with a long side of at most `side`, and its hole,
    bool (h, w), true wherever the mask is not wholly empty."""
    part, hole = Image.fromarray(photo[where]), Image.fromarray(opacity[where] > 0).convert("L")
    share = min(1.0, side / max(part.size))
    size = tuple(max(1, round(length * share)) for length in part.size)
    small = part.resize(size, Image.Resampling.LANCZOS)
    return np.asarray(small), np.asarray(hole.resize(size, Image.Resampling.BOX)) > 0


def put_back(photo: np.ndarray, made: np.ndarray, where: Window, opacity: np.ndarray) -> np.ndarray:
    """A photo uint8 (H, W, 3) with a model's picture uint8 (h, w, 3) enlarged into its window, as far as the mask
    uint8 (H, W) is opaque; where that is 0 the photo is the same to the last bit. An empty mask takes all of it."""
    part, share = photo[where], opacity[where]
    enlarged = Image.fromarray(made).resize(part.shape[1::-1], Image.Resampling.BICUBIC)
    out = photo.copy()
    if opacity.any():
        enlarged = Image.composite(enlarged, Image.fromarray(part), Image.fromarray(share))
    out[where] = np.asarray(enlarged)
    return out
