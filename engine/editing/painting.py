"""From noise to a picture with a hand in it: DDIM, where what comes of a step may be changed before the next."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from engine.diffusion.conversions import eps_from_x0, noised
from engine.diffusion.samplers import EpsModel, Step, final, predict
from engine.diffusion.schedules import Schedule

LIMIT = 4.0
"""No number of a scene's code lies beyond this many standard deviations."""

Hand = Callable[[Tensor, int], Tensor]
"""(x_s (B, C, H, W), s) → what to go on with."""


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


def noise(seed: int, n: int, channels: int, side: int, device: torch.device) -> Tensor:
    """The noise x_T (n, channels, side, side) that belongs to a seed, the same on every device."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, channels, side, side, generator=generator).to(device)
