"""How much noise there is at each step: β_t, α_t = 1 − β_t, ᾱ_t = α_1 ⋯ α_t and the signal-to-noise ratio.

NumPy only: pages use it too. Steps are counted as in Ho et al. (2020): x_0 is clean, x_T is noise, t runs 1…T.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

STEPS = 1000


@dataclass(frozen=True)
class Schedule:
    """The forward process q(x_t | x_{t−1}) = N(√(1 − β_t) x_{t−1}, β_t I), t = 1…T (Ho et al. 2020, equation 2).

    Arrays are float64 of length T + 1 and indexed by t itself; at t = 0 there is no noise: β_0 = 0, ᾱ_0 = 1.
    `betas` (T,) are a schedule of somebody else's, in place of the one that `name` names.
    """

    name: str
    steps: int = STEPS
    betas: tuple[float, ...] = field(default=(), repr=False)

    @cached_property
    def beta(self) -> np.ndarray:
        """β_t, the variance of the noise that step t adds; in 0…1."""
        return np.concatenate([[0.0], self.betas or BETAS[self.name](self.steps)])

    @cached_property
    def alpha(self) -> np.ndarray:
        """α_t = 1 − β_t."""
        return 1 - self.beta

    @cached_property
    def alpha_bar(self) -> np.ndarray:
        """ᾱ_t, the share of x_0's variance that is left in x_t: 1 at t = 0, near 0 at t = T."""
        return np.cumprod(self.alpha)

    @cached_property
    def snr(self) -> np.ndarray:
        """ᾱ_t / (1 − ᾱ_t), infinite at t = 0 (Kingma et al. 2021, equation 2)."""
        with np.errstate(divide="ignore"):
            return self.alpha_bar / (1 - self.alpha_bar)

    def time_of(self, alpha_bar: float) -> float:
        """The (fractional) t at which this schedule has that ᾱ: how to ask a network for another schedule's noise."""
        return float(np.interp(-alpha_bar, -self.alpha_bar, np.arange(self.steps + 1)))

    def visits(self, n: int, start: int | None = None) -> np.ndarray:
        """The times of n steps, evenly spread from T, or from `start`, down to 0: int64 (n + 1,), strictly falling.

        They begin at pure noise, however few they are (Lin et al. 2024, §3.3). Raises ValueError unless
        1 ≤ n ≤ start ≤ T.
        """
        start = self.steps if start is None else start
        if not 1 <= n <= start <= self.steps:
            raise ValueError(f"The number of steps must lie in 1…{min(start, self.steps):,}; it is {n:,}.")
        return np.rint(np.linspace(start, 0, n + 1)).astype(np.int64)


def linear_betas(steps: int) -> np.ndarray:
    """β from 10⁻⁴ to 0.02 for 1,000 steps (Ho et al. 2020, section 4); scaled so that x_T is as noisy for others."""
    scale = STEPS / steps
    return np.linspace(1e-4 * scale, min(0.02 * scale, 0.999), steps)


def cosine_betas(steps: int, s: float = 0.008) -> np.ndarray:
    """β such that ᾱ_t = cos²((t/T + s) / (1 + s) · π/2), at most 0.999 (Nichol & Dhariwal 2021, equation 17)."""
    t = np.arange(steps + 1) / steps
    alpha_bar = np.cos((t + s) / (1 + s) * math.pi / 2) ** 2
    return np.minimum(1 - alpha_bar[1:] / alpha_bar[:-1], 0.999)


BETAS = {"linear": linear_betas, "cosine": cosine_betas}
LINEAR, COSINE = Schedule("linear"), Schedule("cosine")
SCHEDULES = {"linear": LINEAR, "cosine": COSINE}
