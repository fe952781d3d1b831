"""Strokes of a brush, put onto a mask of any size: what a hand does to a small copy of a photo holds of the photo. No
torch, for pages too."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from PIL import Image, ImageDraw

FINER = 2
"""A stroke is drawn that many times larger and averaged down, so that its edge is smooth."""


@dataclass(frozen=True)
class Stroke:
    """A brush led along `points` (x, y), shares of a picture's width and height; `width` is a share of its long side.
    It adds to a mask, or takes away if `erase`."""

    erase: bool
    width: float
    points: tuple[tuple[float, float], ...]


def painted(mask: np.ndarray, strokes: Sequence[Stroke]) -> np.ndarray:
    """A mask uint8 (H, W) with strokes on it, in their order; the mask itself stays as it is."""
    out = mask.copy()
    for stroke in strokes:
        box, cover = _cover(stroke, *mask.shape)
        part = out[box]
        if stroke.erase:
            np.minimum(part, 255 - cover, out=part)
        else:
            np.maximum(part, cover, out=part)
    return out


def _cover(stroke: Stroke, height: int, width: int) -> tuple[tuple[slice, slice], np.ndarray]:
    """Rows and columns that a stroke touches, and how much of each pixel there it covers, uint8."""
    radius = stroke.width * max(height, width) / 2
    points = np.array(stroke.points) * (width, height)
    left, top = (max(0, floor(low)) for low in points.min(0) - radius)
    right, bottom = (min(most, ceil(high)) for most, high in zip((width, height), points.max(0) + radius, strict=True))
    if left >= right or top >= bottom:
        return (slice(0), slice(0)), np.zeros((0, 0), np.uint8)
    sheet = Image.new("L", (FINER * (right - left), FINER * (bottom - top)))
    pen, reach = ImageDraw.Draw(sheet), FINER * radius
    places = [tuple(place) for place in FINER * (points - (left, top))]
    if len(places) > 1:
        pen.line(places, 255, max(1, round(2 * reach)))
    for x, y in places:
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), 255)
    return (slice(top, bottom), slice(left, right)), np.asarray(sheet.reduce(FINER))
