"""The gallery of scenes that can be searched at first start: drawn again from seeds, only embeddings are stored."""

import numpy as np

from engine import scenes

SEED, SIZE = 2021, 600
"""The scenes `scene(n)` for n < SIZE; their vectors lie in that order in the derived array `gallery`."""


def scene(n: int) -> scenes.Scene:
    """Scene `n` of the gallery; combinations of colour and shape that training never shows are among them."""
    return scenes.scene(SEED, n, scenes.PAIRS)


def pictures(side: int, chosen: range | list[int] = range(SIZE)) -> np.ndarray:
    """The pictures of chosen scenes, uint8 (N, side, side, 3)."""
    return scenes.draw_all([scene(n) for n in chosen], side).image.transpose(0, 2, 3, 1).copy()
