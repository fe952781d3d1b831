"""What one does with styles: pull them to the middle, mix them by layers, walk from one to another.

NumPy only: pages use it. A style w (style,) is the same for all layers until it is mixed: (layers, style).
"""

import numpy as np

from engine.latents import lerp, slerp

SIDES = (7, 7, 14, 14, 28, 28)
"""At which resolution each layer of the generator paints, from coarse to fine."""


def truncated(w: np.ndarray, mean: np.ndarray, psi: float) -> np.ndarray:
    """w̄ + ψ (w − w̄) of styles w (…, style): Karras et al. 2019, appendix B. ψ = 1 leaves them, ψ = 0 is the mean."""
    return (mean + psi * (w - mean)).astype(np.float32)


def layered(w: np.ndarray) -> np.ndarray:
    """The same style for every layer: (B, style) → (B, layers, style)."""
    return np.repeat(w[:, None], len(SIDES), 1)


def mixed(coarse: np.ndarray, fine: np.ndarray, first: int) -> np.ndarray:
    """Every pair of styles coarse (A, style) and fine (B, style) → (A, B, layers, style): the layers from `first` on
    come from `fine` (2019, section 3.1)."""
    pairs = np.empty((len(coarse), len(fine), len(SIDES), coarse.shape[1]), np.float32)
    pairs[:, :, :first] = coarse[:, None, None]
    pairs[:, :, first:] = fine[None, :, None]
    return pairs


def walk_in_z(a: np.ndarray, b: np.ndarray, n: int) -> np.ndarray:
    """n noises (n, latent) from a to b along the shell on which noises lie."""
    return slerp(a, b, n)


def walk_in_w(a: np.ndarray, b: np.ndarray, n: int) -> np.ndarray:
    """n styles (n, style) straight from a to b."""
    return lerp(a, b, n)


def step_lengths(features: np.ndarray) -> np.ndarray:
    """‖φ(x_{i+1}) − φ(x_i)‖ between the pictures of a walk, from a judge's features (…, n, D): (…, n − 1)."""
    return np.linalg.norm(np.diff(features, axis=-2), axis=-1)


def detour(features: np.ndarray) -> np.ndarray:
    """How many times as long as straight a walk (…, n, D) is in the judge's features: at least 1."""
    straight = np.linalg.norm(features[..., -1, :] - features[..., 0, :], axis=-1)
    return step_lengths(features).sum(-1) / straight


def unevenness(features: np.ndarray) -> np.ndarray:
    """The standard deviation of a walk's steps over their mean, (…,): 0 where every step changes as much."""
    steps = step_lengths(features)
    return steps.std(-1) / steps.mean(-1)
