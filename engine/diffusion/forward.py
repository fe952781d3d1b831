"""The forward process: a picture is destroyed, step by step or in one jump, and both ways lead to the same noise.

NumPy only: pages use it too.
"""

from collections.abc import Iterator

import numpy as np

from engine.diffusion.conversions import noised
from engine.diffusion.schedules import Schedule


def jump(x0: np.ndarray, t: int, schedule: Schedule, rng: np.random.Generator) -> np.ndarray:
    """A draw from q(x_t|x_0) = N(√ᾱ_t x_0, (1 − ᾱ_t) I) at once, of the shape of x_0 (Ho et al. 2020, equation 4)."""
    return noised(x0, rng.standard_normal(x0.shape), float(schedule.alpha_bar[t]))


def walk(x0: np.ndarray, schedule: Schedule, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """x_0, x_1, … x_T, each drawn from q(x_t|x_{t−1}) = N(√(1 − β_t) x_{t−1}, β_t I) (Ho et al. 2020, equation 2)."""
    x_t = x0
    yield x_t
    for beta in schedule.beta[1:].tolist():
        x_t = (1 - beta) ** 0.5 * x_t + beta**0.5 * rng.standard_normal(x0.shape)
        yield x_t
