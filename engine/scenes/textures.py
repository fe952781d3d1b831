"""Patterns that repeat after one unit in each direction, antialiased."""

import numpy as np


def coverage(distance: np.ndarray) -> np.ndarray:
    """How much of a pixel lies inside an edge at a signed distance in pixels: 1 within, 0 outside, linear between."""
    return np.minimum(np.maximum(0.5 - distance, 0), 1)


def pattern(texture: str, x: np.ndarray, y: np.ndarray, period: float) -> np.ndarray | float:
    """How much of the second tone there is at (x, y), in 0…1; `period` is the length of a unit in pixels.

    Raises ValueError for an unknown texture.
    """
    if texture == "plain":
        return 0.0
    if texture == "striped":
        return coverage(0.25 * period * _wave((x + y) / 2**0.5))
    if texture == "dotted":
        across, down = x - np.rint(x), y - np.rint(y)
        return coverage(period * (np.sqrt(across * across + down * down) - 0.3))
    if texture == "checked":
        return coverage(0.25 * period * _wave(x) * _wave(y))
    raise ValueError(f"There is no texture '{texture}'.")


def _wave(x: np.ndarray) -> np.ndarray:
    """A zigzag of period 1 and slope ±4 between 1 at whole numbers and −1 halfway."""
    return 4 * np.abs(x - np.floor(x) - 0.5) - 1
