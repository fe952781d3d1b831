"""Drawn cells that touch, each with a number of its own: what the border weights are for. NumPy only: pages use it."""

import numpy as np


def drawn_cells(seed: int, count: int = 12, side: int = 160, gap: float = 2.0) -> np.ndarray:
    """A sheet of `count` cells, int32 (side, side), 0 between them; where two meet, about `gap` pixels stay free."""
    random = np.random.default_rng(seed)
    radius = 0.52 * side / np.sqrt(count)
    centres = _spread(random, count, side, 1.4 * radius)
    stretch, turn = random.uniform(0.8, 1.25, count), random.uniform(0, np.pi, count)
    rows, columns = np.mgrid[:side, :side]
    depth = np.empty((count, side, side))  # 0 in the middle of a cell, 1 on its border
    for i, (row, column) in enumerate(centres):
        down, across = rows - row, columns - column
        along = np.cos(turn[i]) * across + np.sin(turn[i]) * down
        aside = np.cos(turn[i]) * down - np.sin(turn[i]) * across
        depth[i] = np.hypot(along / stretch[i], aside * stretch[i]) / radius
    nearest, second = np.partition(depth, 1, axis=0)[:2]
    inside = (nearest < 1) & (second - nearest > gap / radius)
    return np.where(inside, depth.argmin(0) + 1, 0).astype(np.int32)


def _spread(random: np.random.Generator, count: int, side: int, apart: float) -> list[np.ndarray]:
    """Places (row, column), each the one of many tries that keeps best to the distance `apart` from the others."""
    places = [random.uniform(0.3, 0.7, 2) * side]
    while len(places) < count:
        tries = random.uniform(0.08, 0.92, (200, 2)) * side
        distance = np.linalg.norm(tries[:, None] - np.array(places), axis=2).min(1)
        places.append(tries[np.abs(distance - apart).argmin()])
    return places


def parted(instances: np.ndarray) -> np.ndarray:
    """The same pieces (H, W) with a free pixel wherever two of them touch, as the paper cuts its masks."""
    kept = instances.copy()
    for axis in (0, 1):
        after = np.roll(instances, -1, axis)
        last = [slice(None)] * 2
        last[axis] = slice(-1, None)
        after[tuple(last)] = 0
        kept[(instances != after) & (instances > 0) & (after > 0)] = 0
    return kept


def narrow_gaps(instances: np.ndarray, width: int = 3) -> np.ndarray:
    """Background pixels that a network bridges if it cannot see gaps of up to 2·`width` pixels, bool (H, W)."""
    from scipy import ndimage  # costs a page's first paint 0.3 s when it stands on top

    cells = np.pad(instances > 0, width)
    disc = np.hypot(*np.mgrid[-width : width + 1, -width : width + 1]) <= width
    bridged = ndimage.binary_erosion(ndimage.binary_dilation(cells, disc), disc, border_value=1)
    return bridged[width:-width, width:-width] & (instances == 0)
