"""A fragmented distribution of two attributes (Karras et al. 2019, figure 6). NumPy only: pages use it too.

Read it as pictures of people: to the right they are older, upwards they have more beard. Nobody is young and bearded,
so one corner of the square is empty.
"""

import numpy as np

HALF = 1.5
"""Half the side of the square."""
AREA = 3 * HALF**2
"""What is left of the square without a corner."""


def possible(x: np.ndarray, margin: float = 0.0) -> np.ndarray:
    """Whether points x (…, 2) lie in the square but not in its empty corner, up to a `margin`: bool (…,)."""
    in_square = (np.abs(x) <= HALF + margin).all(-1)
    in_corner = (x[..., 0] < -margin) & (x[..., 1] > margin)
    return in_square & ~in_corner


def sample(n: int, seed: int) -> np.ndarray:
    """n points (n, 2), evenly spread over what is possible."""
    rng = np.random.default_rng(seed)
    quarter = np.array([[-1, -1], [1, -1], [1, 1]])[rng.integers(3, size=n)]  # all but the upper left
    return HALF * rng.random((n, 2)) * quarter


def outline() -> np.ndarray:
    """The corners of what is possible, (7, 2), the first one again at the end."""
    corners = [(-1, -1), (1, -1), (1, 1), (0, 1), (0, 0), (-1, 0), (-1, -1)]
    return HALF * np.array(corners, float)


def explained(attributes: np.ndarray, place: np.ndarray) -> float:
    """R², 0…1: how much of the attributes (n, 2) a linear function of the place (n, 2) tells.

    The fewer bends a space has, the better one straight axis serves one attribute (2019, section 4.2, in one number).
    """
    inputs = np.column_stack([place, np.ones(len(place))])
    fitted = inputs @ np.linalg.lstsq(inputs, attributes, rcond=None)[0]
    residual, total = attributes - fitted, attributes - attributes.mean(0)
    return float(1 - (residual**2).sum() / (total**2).sum())
