"""What the race is about: mixtures in the plane whose modes can be counted. NumPy only: pages use it too."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine import toys
from engine.toys import Mixture

PARTS = 8
"""Into how many modes a curve or a drawing is divided."""


@dataclass(frozen=True)
class Toy(Mixture):
    """A mixture whose centres belong to modes: `modes` (K,), numbers 0…M − 1.

    A mode's share of the data is its share of the centres. In a ring or a grid each place is a mode; a curve is cut
    into equally long segments.
    """

    modes: np.ndarray | None = None

    @property
    def mode_shares(self) -> np.ndarray:
        """How much of the data each mode holds, (M,), adding up to 1."""
        return np.bincount(self.modes) / len(self.modes)

    @property
    def window(self) -> tuple[float, float, float, float]:
        """The plot's x0, x1, y0, y1."""
        return window(self.centres)


def window(centres: np.ndarray) -> tuple[float, float, float, float]:
    """A square around centres (K, 2) with a margin of a quarter of their extent: x0, x1, y0, y1."""
    low, high = centres.min(0), centres.max(0)
    half = 0.75 * max(float((high - low).max()), 0.5)
    x, y = ((low + high) / 2).tolist()
    return x - half, x + half, y - half, y + half


def ring() -> Toy:
    """Eight Gaussians on the unit circle, s = 0.01: PacGAN, Lin et al. 2018, section 4.1, after VEEGAN."""
    return Toy(_circle(), 0.01, np.arange(8))


def grid() -> Toy:
    """25 Gaussians on a square grid from −4 to 4, s = 0.05: PacGAN, Lin et al. 2018, section 4.1, after VEEGAN."""
    steps = np.arange(-4.0, 5.0, 2.0)
    return Toy(np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2), 0.05, np.arange(25))


def imbalanced() -> Toy:
    """The ring with shares from 2 % to 35 %: what is rare is forgotten first."""
    modes = np.repeat(np.arange(8), [16, 1, 8, 2, 12, 1, 4, 2])
    return Toy(_circle()[modes], 0.01, modes)


def moons() -> Toy:
    """Two half circles that reach into each other; each is cut into four modes."""
    return _along(toys.moons())


def spiral() -> Toy:
    """An arm that winds outwards one and a half times, cut into eight modes of equal length."""
    return _along(toys.spiral())


def drawn(ink: np.ndarray) -> Toy:
    """A drawing (H, W) in 0…1, cut into at most eight modes: the regions around points that lie far apart.

    Raises ValueError when nothing is drawn.
    """
    if not (ink > 0.4).any():
        raise ValueError("Nothing is drawn yet: draw a few points or lines for the generators to learn.")
    mixture = toys.drawn(ink)
    return Toy(mixture.centres, mixture.spread, regions(mixture.centres))


def regions(centres: np.ndarray, most: int = PARTS) -> np.ndarray:
    """Which of at most `most` regions each centre (K, 2) lies in, (K,): around the point farthest from those before."""
    distance = np.full(len(centres), np.inf)
    region = np.zeros(len(centres), int)
    farthest = int(np.argmax(((centres - centres.mean(0)) ** 2).sum(1)))
    for number in range(most):
        squares = ((centres - centres[farthest]) ** 2).sum(1)
        region[squares < distance] = number
        distance = np.minimum(distance, squares)
        farthest = int(np.argmax(distance))
        if distance[farthest] == 0:
            break
    return region


def _circle() -> np.ndarray:
    angle = np.arange(8) * np.pi / 4
    return np.stack([np.cos(angle), np.sin(angle)], 1)


def _along(curve: Mixture) -> Toy:
    return Toy(curve.centres, curve.spread, np.arange(len(curve.centres)) * PARTS // len(curve.centres))


TOYS: dict[str, Callable[[], Toy]] = {
    "ring": ring,
    "grid": grid,
    "imbalanced": imbalanced,
    "moons": moons,
    "spiral": spiral,
}
