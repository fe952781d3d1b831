"""Toy data in the plane whose score is known at every noise level. NumPy only: pages use it too.

Every source is a mixture of equal round Gaussians: eight in a ring, or a row of many along a curve. That is also what a
kernel density estimate makes of any set of points, so a drawing is known as exactly as the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SPREAD = 0.08
"""The standard deviation s of each Gaussian along a curve, and the bandwidth around the points of a drawing."""


@dataclass(frozen=True)
class Mixture:
    """q(x₀) = 1/K Σ N(x₀; μ_k, s² I) with `centres` μ (K, 2) and `spread` s ≥ 0.

    Noised as in Ho et al. 2020, equation 4, it stays a mixture: q(x_t) = 1/K Σ N(x_t; √ᾱ μ_k, (1 − ᾱ + ᾱ s²) I).
    """

    centres: np.ndarray
    spread: float = SPREAD

    def sample(self, n: int, seed: int) -> np.ndarray:
        """n points of q(x₀), (n, 2)."""
        rng = np.random.default_rng(seed)
        return self.centres[rng.integers(len(self.centres), size=n)] + self.spread * rng.standard_normal((n, 2))

    def variance(self, alpha_bar: float) -> float:
        """1 − ᾱ + ᾱ s², the variance of each noised Gaussian along each axis."""
        return 1 - alpha_bar + alpha_bar * self.spread**2

    def log_density(self, x: np.ndarray, alpha_bar: float) -> np.ndarray:
        """log q(x_t) at x (n, 2): (n,)."""
        logits = self._logits(x, alpha_bar)
        top = logits.max(1)
        inside = np.log(np.exp(logits - top[:, None]).mean(1))
        return top + inside - np.log(2 * np.pi * self.variance(alpha_bar))

    def shares(self, x: np.ndarray, alpha_bar: float) -> np.ndarray:
        """p(k|x_t), how probably each Gaussian was the source of x (n, 2): (n, K), rows add up to 1."""
        logits = self._logits(x, alpha_bar)
        weights = np.exp(logits - logits.max(1, keepdims=True))
        return weights / weights.sum(1, keepdims=True)

    def score(self, x: np.ndarray, alpha_bar: float) -> np.ndarray:
        """∇ log q(x_t) = Σ p(k|x_t) (√ᾱ μ_k − x_t) / (1 − ᾱ + ᾱ s²) at x (n, 2): (n, 2)."""
        pull = alpha_bar**0.5 * self.shares(x, alpha_bar) @ self.centres - x
        return pull / self.variance(alpha_bar)

    def x0_hat(self, x: np.ndarray, alpha_bar: float) -> np.ndarray:
        """E[x₀|x_t] = (x_t + (1 − ᾱ) ∇ log q(x_t)) / √ᾱ, Tweedie's formula, without its division by √ᾱ: (n, 2)."""
        mean = self.shares(x, alpha_bar) @ self.centres
        gain = alpha_bar**0.5 * self.spread**2 / self.variance(alpha_bar)
        return mean + gain * (x - alpha_bar**0.5 * mean)

    def eps(self, x: np.ndarray, alpha_bar: float) -> np.ndarray:
        """E[ε|x_t] = −√(1 − ᾱ) ∇ log q(x_t), what a perfect network would answer: (n, 2)."""
        return -((1 - alpha_bar) ** 0.5) * self.score(x, alpha_bar)

    def _logits(self, x: np.ndarray, alpha_bar: float) -> np.ndarray:
        squares = ((x[:, None] - alpha_bar**0.5 * self.centres) ** 2).sum(2)
        return -squares / (2 * self.variance(alpha_bar))


def ring() -> Mixture:
    """Eight Gaussians on a circle."""
    angle = np.arange(8) * np.pi / 4
    return Mixture(1.5 * np.stack([np.cos(angle), np.sin(angle)], 1), 0.1)


def moons() -> Mixture:
    """Two half circles that reach into each other."""
    angle = np.linspace(0, np.pi, 48)
    upper = np.stack([np.cos(angle), np.sin(angle)], 1)
    lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], 1)
    return Mixture(1.2 * (np.concatenate([upper, lower]) - [0.5, 0.25]))


def spiral() -> Mixture:
    """An arm that winds outwards one and a half times, its Gaussians equally far apart."""
    turn = np.linspace(0, 1, 1000)
    angle, radius = 3 * np.pi * turn, 0.35 + 1.5 * turn
    return Mixture(_evenly(np.stack([radius * np.cos(angle), radius * np.sin(angle)], 1), 112))


def heart() -> Mixture:
    """The outline of a heart, which stands in for a drawing."""
    angle = np.linspace(0, 2 * np.pi, 1000)
    across = 16 * np.sin(angle) ** 3
    up = 13 * np.cos(angle) - 5 * np.cos(2 * angle) - 2 * np.cos(3 * angle) - np.cos(4 * angle)
    return Mixture(_evenly(0.105 * np.stack([across, up + 2.5], 1), 96))


def _evenly(curve: np.ndarray, n: int) -> np.ndarray:
    """n points equally far apart along a polygon (N, 2)."""
    along = np.concatenate([[0.0], np.hypot(*np.diff(curve, axis=0).T).cumsum()])
    places = np.linspace(0, along[-1], n)
    return np.stack([np.interp(places, along, axis) for axis in curve.T], 1)


SOURCES: dict[str, Callable[[], Mixture]] = {"ring": ring, "moons": moons, "spiral": spiral, "heart": heart}


def points(name: str, n: int, seed: int) -> np.ndarray:
    """n points of one of the `SOURCES`, (n, 2), about −2…2 with a spread near 1."""
    return SOURCES[name]().sample(n, seed)


def drawn(ink: np.ndarray, most: int = 160) -> Mixture:
    """A drawing (H, W) in 0…1 as a mixture around at most `most` of its inked pixels, evenly chosen.

    Raises ValueError when there is no ink.
    """
    rows, columns = np.nonzero(ink > 0.4)
    if not len(rows):
        raise ValueError("There is no ink in the drawing.")
    chosen = np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int))
    across, down = columns[chosen] + 0.5 - ink.shape[1] / 2, rows[chosen] + 0.5 - ink.shape[0] / 2
    scale = 4 / max(ink.shape)
    return Mixture(scale * np.stack([across, -down], 1))
