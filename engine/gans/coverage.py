"""How much of a mixture a generator makes, counted on its points. NumPy only.

A point is of high quality within 3 s of the nearest centre (VEEGAN, Srivastava et al. 2017; PacGAN, Lin et al. 2018),
where 1 − e^(−4.5) = 98.9 % of the data lie. A mode is covered when it holds at least a tenth of its share of the data
in points of high quality: that does not depend on how many points are looked at, and it is stricter than those papers,
which count a mode from its first point on (`touched`).
"""

from dataclasses import dataclass

import numpy as np

from engine.gans.toys import Toy

RADIUS = 3.0
NOWHERE = float(np.exp(-(RADIUS**2) / 2))
"""The share of a round Gaussian beyond three standard deviations."""
LEAST = 0.1


@dataclass(frozen=True)
class Coverage:
    """`modes` covered and `touched`, numbers; `high_quality` in 0…1; `reverse_kl` and `js` in nats.

    `shares` (M,) is the share of the points whose nearest centre belongs to each mode.
    """

    modes: int
    touched: int
    high_quality: float
    reverse_kl: float
    js: float
    shares: np.ndarray


def coverage(points: np.ndarray, toy: Toy) -> Coverage:
    """Counts of points (n, 2) against a toy. Use 10,000 for a figure to publish."""
    squares, nearest = _nearest(points, toy.centres)
    mode, good = toy.modes[nearest], squares <= (RADIUS * toy.spread) ** 2
    count = len(toy.mode_shares)
    shares = np.bincount(mode, minlength=count) / len(points)
    good_shares = np.bincount(mode[good], minlength=count) / len(points)
    data = np.append(toy.mode_shares * (1 - NOWHERE), NOWHERE)
    generated = np.append(good_shares, 1 - good_shares.sum())
    return Coverage(
        modes=int((good_shares >= LEAST * toy.mode_shares).sum()),
        touched=int((good_shares > 0).sum()),
        high_quality=float(good.mean()),
        reverse_kl=kl_divergence(shares, toy.mode_shares),
        js=js_divergence(generated, data),
        shares=shares,
    )


def kl_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """KL(p ‖ q) = Σ p log p/q in nats of two histograms that add up to 1; reverse when p is what was generated.

    0 for a perfect generator, log K for one that makes a single mode out of K alike.
    """
    held = p > 0
    return float((p[held] * np.log(p[held] / q[held])).sum())


def js_divergence(p: np.ndarray, q: np.ndarray) -> float:
    """½ KL(p ‖ m) + ½ KL(q ‖ m), m = (p + q) / 2: 0…log 2 nats.

    `coverage` gives both histograms one more bin, for points of no quality, so that blur counts as much as loss.
    """
    middle = (p + q) / 2
    return (kl_divergence(p, middle) + kl_divergence(q, middle)) / 2


def _nearest(points: np.ndarray, centres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Squared distance (n,) to the nearest centre and its number (n,)."""
    nearest = ((centres**2).sum(1) - 2 * points @ centres.T).argmin(1)  # ‖x‖² is the same for all centres
    return ((points - centres[nearest]) ** 2).sum(1), nearest
