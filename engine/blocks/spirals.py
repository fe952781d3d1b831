"""Two spirals, one inside the other: easy to see, hard to separate. NumPy only."""

import numpy as np

TURNS = 1.6


def spirals(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """n points (n, 2) within about −2…2 and their classes 0 and 1 in turns, (n,)."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    radius = np.sqrt(rng.random(n))
    angle = 2 * np.pi * TURNS * radius + np.pi * y
    x = 2 * radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1)
    return x + 0.05 * rng.standard_normal((n, 2)), y
