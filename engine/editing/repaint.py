"""Inpainting with a model that never learned it: what is known is put back after each step (RePaint)."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import sqrt

import torch
from torch import Tensor

from engine.diffusion.conversions import noised
from engine.diffusion.samplers import EpsModel, Step, final, predict
from engine.diffusion.schedules import Schedule


def repaint(
    eps_model: EpsModel, x: Tensor, known: Tensor, keep: Tensor, schedule: Schedule, visits: Sequence[int],
    generator: torch.Generator, rounds: int = 4, limit: float = 1.0,
) -> Iterator[Step]:  # fmt: skip
    """Lugmayr et al. 2022, Algorithm 1: x_0 = `known` wherever `keep` (B, 1, H, W), true or false, says so.

    Each step is taken `rounds` times with a step of fresh noise back between, so that the new part can come to terms
    with the old one; their U is `rounds`, with a jump length of one step.
    """

    def z() -> Tensor:
        return torch.randn(x.shape, generator=generator, device=x.device)

    for t, s in pairwise(visits):
        alpha_bar, alpha_bar_s = schedule.alpha_bar[[t, s]].tolist()
        beta = 1 - alpha_bar / alpha_bar_s  # from s to t in one step
        for u in range(rounds):
            step = predict(eps_model, x, t, alpha_bar, limit)
            if u == 0:
                yield step
            mean = posterior_mean(step.x0_hat, x, alpha_bar, alpha_bar_s)
            sigma2 = beta * (1 - alpha_bar_s) / (1 - alpha_bar)
            unknown = mean + sqrt(sigma2) * z()  # line 7; no noise where s = 0
            x_s = torch.where(keep, noised(known, z(), alpha_bar_s), unknown)  # lines 5 and 8
            if s == 0 or u == rounds - 1:
                break
            x = sqrt(1 - beta) * x_s + sqrt(beta) * z()  # line 10: back to t
        x = x_s
    yield final(x, step)


def posterior_mean(x0: Tensor, x_t: Tensor, alpha_bar: float, alpha_bar_s: float) -> Tensor:
    """The mean of q(x_s | x_t, x_0), (Ho et al. 2020, equation 7)."""
    beta = 1 - alpha_bar / alpha_bar_s
    x0_weight = sqrt(alpha_bar_s) * beta / (1 - alpha_bar)
    xt_weight = sqrt(1 - beta) * (1 - alpha_bar_s) / (1 - alpha_bar)
    return x0_weight * x0 + xt_weight * x_t
