"""Shapes as signed distances: negative inside, positive outside, 0 on the edge, in units of the shape's own disc.

Each function takes places x (to the right) and y (upwards) of any one shape, and its shape fits into the unit disc. The
slope is 1 wherever an edge is near, so that a distance in pixels is a share of a pixel covered. The formulas follow
Quilez, "2D distance functions".
"""

from collections.abc import Callable

import numpy as np

Distance = Callable[[np.ndarray, np.ndarray], np.ndarray]


def circle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return _length(x, y) - 0.88


def square(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return _box(x, y, 0.7, 0.7)


def triangle(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return _star(x, y, points=3, inner=0.5)


def star(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return _star(x, y, points=5, inner=0.46)


def ring(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.abs(_length(x, y) - 0.67) - 0.23


def cross(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.minimum(_box(x, y, 0.92, 0.3), _box(x, y, 0.3, 0.92))


def heart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A square on its corner with half a disc on each upper side."""
    x, y = 0.67 * np.abs(x), 0.67 * y + 0.57
    lobe = _length(x - 0.25, y - 0.75) - 0.125**0.5
    foot = np.maximum(0.5 * (x + y), 0)
    body = np.copysign(np.minimum(_length(x, y - 1), _length(x - foot, y - foot)), x - y)
    return np.where(x + y > 1, lobe, body) / 0.67


def moon(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A disc without the part that a smaller one covers."""
    return np.maximum(_length(x, y) - 0.95, 0.75 - _length(x - 0.45, y - 0.15))


SHAPES: dict[str, Distance] = {
    shape.__name__: shape for shape in (circle, square, triangle, star, ring, cross, heart, moon)
}


def _length(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.sqrt(x * x + y * y)


def _box(x: np.ndarray, y: np.ndarray, width: float, height: float) -> np.ndarray:
    """A rectangle of half sides `width` and `height`."""
    x, y = np.abs(x) - width, np.abs(y) - height
    return _length(np.maximum(x, 0), np.maximum(y, 0)) + np.minimum(np.maximum(x, y), 0)


def _star(x: np.ndarray, y: np.ndarray, points: int, inner: float) -> np.ndarray:
    """A star with its first tip at (0, 1) and its notches at radius `inner`; a polygon where they lie on its sides.

    Symmetry folds the plane into half a point. What is left is the distance from the one edge from tip to notch.
    """
    sector = 2 * np.pi / points
    angle = np.arctan2(x, y)
    angle = np.abs(angle - sector * np.rint(angle / sector))
    length = _length(x, y)
    along, across = length * np.cos(angle) - 1, length * np.sin(angle)
    edge = inner * np.cos(sector / 2) - 1, inner * np.sin(sector / 2)
    share = (along * edge[0] + across * edge[1]) / (edge[0] ** 2 + edge[1] ** 2)
    share = np.minimum(np.maximum(share, 0), 1)
    away = _length(along - share * edge[0], across - share * edge[1])
    return np.copysign(away, along * edge[1] - across * edge[0])
