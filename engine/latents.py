"""Walks through a space with a standard normal prior: latent codes, or the noises that a diffusion starts from.

NumPy only: pages use it too.
"""

import numpy as np
from numpy.typing import ArrayLike


def lerp(a: ArrayLike, b: ArrayLike, n: int) -> np.ndarray:
    """n codes (n, d) on the straight line from a to b, both ends included."""
    t = np.linspace(0, 1, n, dtype=np.float32)[:, None]
    return (1 - t) * np.asarray(a, np.float32) + t * np.asarray(b, np.float32)


def slerp(a: ArrayLike, b: ArrayLike, n: int) -> np.ndarray:
    """n codes (n, d) on the great arc from a to b, which keeps the typical length of Gaussian codes (Shoemake 1985).

    The angle is that between the directions; lengths change linearly. Straight where the angle vanishes.
    """
    a, b = np.asarray(a, np.float32), np.asarray(b, np.float32)
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if min(lengths) < 1e-6:
        return lerp(a, b, n)
    u, v = a / lengths[0], b / lengths[1]
    omega = np.arccos(np.clip(u @ v, -1, 1))
    if np.sin(omega) < 1e-4:
        return lerp(a, b, n)
    t = np.linspace(0, 1, n, dtype=np.float32)[:, None]
    directions = (np.sin((1 - t) * omega) * u + np.sin(t * omega) * v) / np.sin(omega)
    return (directions * ((1 - t) * lengths[0] + t * lengths[1])).astype(np.float32)


def path(stops: ArrayLike, frames: int) -> np.ndarray:
    """`frames` codes per leg along the straight path through `stops` (n ≥ 2, d)."""
    stops = np.asarray(stops, np.float32)
    legs = [lerp(a, b, frames)[:-1] for a, b in zip(stops[:-1], stops[1:], strict=True)]
    return np.concatenate([*legs, stops[-1:]])


def class_means(codes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean code of each class, (classes, d)."""
    codes = codes.astype(np.float32)
    return np.stack([codes[labels == label].mean(0) for label in range(int(labels.max()) + 1)])


def prior_samples(n: int, d: int, seed: int) -> np.ndarray:
    """n codes (n, d) from N(0, I), the same for the same seed."""
    return np.random.default_rng(seed).standard_normal((n, d)).astype(np.float32)


def shell_patch(axes: ArrayLike, side: int, reach: float) -> np.ndarray:
    """Codes (side², d), row by row, on a patch of the shell ‖z‖ = √d, on which nearly all Gaussian codes lie.

    The middle has the direction axes[0]; to the right one turns towards axes[1], upwards towards axes[2], `reach`
    radians to each edge (the azimuthal equidistant map). `axes` (3, d) are at right angles and of length 1.
    """
    o, right, up = np.asarray(axes, np.float32)
    offsets = np.linspace(-reach, reach, side, dtype=np.float32)
    u, v = (grid.reshape(-1, 1) for grid in np.meshgrid(offsets, offsets[::-1]))
    r = np.hypot(u, v)
    direction = np.cos(r) * o + np.sinc(r / np.pi) * (u * right + v * up)  # sin(r) / r, 1 in the middle
    return (len(o) ** 0.5 * direction).astype(np.float32)


def right_angles(codes: ArrayLike) -> np.ndarray:
    """Directions (n, d) of length 1 at right angles that span the codes (n ≤ d, d): Gram and Schmidt, in order."""
    q, r = np.linalg.qr(np.asarray(codes, np.float64).T)
    return (q * np.sign(np.diag(r))).T.astype(np.float32)
