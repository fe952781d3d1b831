"""From noise to a picture with a hand in it: DDIM, where what comes of a step may be changed before the next."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import sqrt

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.conversions import eps_from_x0, noised
from engine.diffusion.samplers import EpsModel, Step, final, predict
from engine.diffusion.schedules import Schedule
from engine.editing.guidance import TRAINED

LIMIT = 4.0
"""No number of a scene's code lies beyond this many standard deviations."""

BEGIN = 990
"""The time at which painting begins. There is 1.5 % of a picture left then; nearer to T, converting between v, ε and x₀
loses digits."""

Hand = Callable[[Tensor, int], Tensor]
"""(x_s (B, C, H, W), s) → what to go on with."""


def times(steps: int, begin: int = BEGIN) -> np.ndarray:
    """The times of so many steps, from the noise at `begin` down to 0."""
    return TRAINED.visits(min(steps, begin), begin)


def paint(
    eps_model: EpsModel, x: Tensor, schedule: Schedule, visits: Sequence[int], hand: Hand | None = None,
    limit: float = LIMIT,
) -> Iterator[Step]:  # fmt: skip
    """DDIM at η = 0 (Song, Meng & Ermon 2021, equation 12) from x_T = `x` through the times `visits` down to 0."""
    for t, s in pairwise(visits):
        alpha_bar, alpha_bar_s = schedule.alpha_bar[[t, s]].tolist()
        step = predict(eps_model, x, t, alpha_bar, limit)
        yield step
        x = noised(step.x0_hat, eps_from_x0(x, step.x0_hat, alpha_bar), alpha_bar_s)
        if hand is not None:
            x = hand(x, int(s))
    yield final(x, step)


def unpaint(
    eps_model: EpsModel, x0: Tensor, schedule: Schedule, visits: Sequence[int], rounds: int = 3
) -> Iterator[Step]:  # fmt: skip
    """The way back: the noise from which `paint` comes to x0, as the x_t of the last step; `visits` as for `paint`.

    With the angle φ, cos φ = √ᾱ, a step of DDIM is x_s = cos δ x_t − sin δ v̂(x_t), δ = φ_t − φ_s (Salimans & Ho 2022,
    appendix D). Its inverse x_t = (x_s + sin δ v̂(x_t)) / cos δ is found by iteration: `rounds` times more than once.
    """
    x = x0
    for s, t in pairwise(reversed(visits)):
        alpha_bar_s, alpha_bar = schedule.alpha_bar[[s, t]].tolist()
        cos = sqrt(alpha_bar * alpha_bar_s) + sqrt((1 - alpha_bar) * (1 - alpha_bar_s))
        sin = sqrt(1 - alpha_bar) * sqrt(alpha_bar_s) - sqrt(alpha_bar) * sqrt(1 - alpha_bar_s)
        ahead = x
        for _ in range(rounds + 1):
            eps_hat = eps_model(ahead, t)
            v_hat = (eps_hat - sqrt(1 - alpha_bar) * ahead) / sqrt(alpha_bar)
            ahead = (x + sin * v_hat) / cos
        yield Step(s, x, sqrt(alpha_bar) * ahead - sqrt(1 - alpha_bar) * v_hat, eps_hat)
        x = ahead
    yield Step(t, x, x0, eps_hat)


def noise(seed: int, n: int, channels: int, side: int, device: torch.device) -> Tensor:
    """The noise x_T (n, channels, side, side) that belongs to a seed, the same on every device."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, channels, side, side, generator=generator).to(device)
