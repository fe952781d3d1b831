"""Ways from noise to data through a known or learned score, written out as plans that a browser can follow.

Every move of every way is linear in what is at hand: x ← a x + b x̂₀(x, ᾱ) + c z with z ~ N(0, I). NumPy only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np

from engine.diffusion.schedules import Schedule

LAST = 10
"""The time of the smallest noise level that Langevin dynamics visits."""
INNER = 6
"""How many Langevin moves are made at each noise level."""
ETA = 0.3
"""A Langevin move is as long as η (1 − ᾱ)."""

Move = tuple[float, float, float]
"""The factors (a, b, c) of x, x̂₀ and z."""


def langevin(alpha_bar: float, below: float) -> Move:
    """x + δ/2 ∇ log q(x) + √δ z with δ = η (1 − ᾱ) (Song & Ermon 2019, Algorithm 1, on the noised data of a DDPM).

    Since (1 − ᾱ) ∇ log q = √ᾱ x̂₀ − x, that is (1 − η/2) x + η/2 √ᾱ x̂₀ + √δ z. The level `below` plays no part.
    """
    return 1 - ETA / 2, ETA / 2 * sqrt(alpha_bar), sqrt(ETA * (1 - alpha_bar))


def reverse_sde(alpha_bar: float, below: float) -> Move:
    """A sample of q(x_s|x_t, x̂₀) with ᾱ_s = `below` (Ho et al. 2020, equations 6 and 7, σ² = β̃)."""
    beta = 1 - alpha_bar / below
    x_weight = sqrt(1 - beta) * (1 - below) / (1 - alpha_bar)
    return x_weight, sqrt(below) * beta / (1 - alpha_bar), sqrt(beta * (1 - below) / (1 - alpha_bar))


def probability_flow(alpha_bar: float, below: float) -> Move:
    """√ᾱ_s x̂₀ + √(1 − ᾱ_s) ε̂ with ᾱ_s = `below`: DDIM, a step of the ODE (Song, Meng & Ermon 2021, equation 12)."""
    shrink = sqrt((1 - below) / (1 - alpha_bar))
    return shrink, sqrt(below) - shrink * sqrt(alpha_bar), 0.0


WAYS: dict[str, Callable[[float, float], Move]] = {
    "langevin": langevin, "sde": reverse_sde, "ode": probability_flow,
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """A walk move by move: `alpha_bar` (N,) at which x̂₀ is asked for, the factors `moves` (N, 3), and the times `t`
    (N + 1,), the last of which is where the walk ends."""

    t: np.ndarray
    alpha_bar: np.ndarray
    moves: np.ndarray


def plan(way: str, schedule: Schedule, moves: int = 240, one_level: bool = False) -> Plan:
    """A walk of `moves` moves from t = T on one of the `WAYS`.

    `one_level` breaks Langevin dynamics: all moves at the smallest noise level. Raises ValueError for it on other ways.
    """
    if one_level and way != "langevin":
        raise ValueError("Only Langevin dynamics can do with a single noise level.")
    if way == "langevin":
        levels = np.rint(np.linspace(schedule.steps**0.5, LAST**0.5, moves // INNER) ** 2).astype(np.int64)
        times = np.full(moves, LAST) if one_level else np.repeat(levels, INNER)
        times = np.append(times, LAST)
    else:
        times = schedule.visits(moves)
    alpha_bar = schedule.alpha_bar[times].tolist()
    return Plan(times, np.array(alpha_bar[:-1]), np.array([WAYS[way](*pair) for pair in pairwise(alpha_bar)]))


def walk(x0_hat: Callable[[np.ndarray, float], np.ndarray], x: np.ndarray, plan: Plan, seed: int) -> np.ndarray:
    """Where particles x (n, 2) end when they follow a plan: (n, 2)."""
    rng = np.random.default_rng(seed)
    for alpha_bar, (a, b, c) in zip(plan.alpha_bar.tolist(), plan.moves.tolist(), strict=True):
        x = a * x + b * x0_hat(x, alpha_bar) + c * rng.standard_normal(x.shape)
    return x
