"""Small things removed from a photo without learning: the smoothest surface over the hole. NumPy only, for pages too.

The baseline beside the deep image prior: it continues tones and gradients, and knows no texture.
"""

import numpy as np

MARGIN = 12
"""So many pixels around a hole are looked at."""

MOST = 40_000
"""A hole has at most this many pixels: the time grows with the power 1.5 of them."""


def mend(photo: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """A photo, uint8 (H, W, 3), with its hole, bool (H, W), filled by biharmonic interpolation, Δ²u = 0 inside
    (Damelin & Hoang 2018); everything else is the same to the last bit. Raises ValueError for no hole, for one that is
    too large, and for one that leaves nothing to go by."""
    from skimage.restoration import inpaint_biharmonic

    if not hole.any():
        raise ValueError("Nothing is marked: brush over what should go.")
    if hole.all():
        raise ValueError("Everything is marked: leave some of the picture to go by.")
    if hole.sum() > MOST:
        raise ValueError(f"That is too much for this method: mark less than {MOST:,} pixels.")
    window = around(hole)
    filled = inpaint_biharmonic(photo[window], hole[window], split_into_regions=True, channel_axis=-1)
    mended = photo.copy()
    mended[window][hole[window]] = (255 * np.clip(filled, 0, 1) + 0.5).astype(np.uint8)[hole[window]]
    return mended


def around(hole: np.ndarray, margin: int = MARGIN) -> tuple[slice, slice]:
    """Rows and columns of a mask, bool (H, W), that hold all holes and `margin` pixels around them."""
    sides = []
    for axis in (1, 0):
        there = np.flatnonzero(hole.any(axis))
        sides.append(slice(max(0, there[0] - margin), there[-1] + 1 + margin))
    return tuple(sides)
