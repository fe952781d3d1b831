"""What the toy networks minimise, and how near they come to the score that is known."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.diffusion.conversions import noised
from engine.diffusion.schedules import Schedule
from engine.diffusion.toy_model import ToyModel, ToyScores
from engine.toys import Mixture


def spread_levels(schedule: Schedule, n: int, device: torch.device) -> Tensor:
    """ᾱ (n,) at times spread evenly over 1…T from a random start: fewer surprises than n independent times."""
    alpha_bar = torch.from_numpy(schedule.alpha_bar.astype(np.float32)).to(device)
    share = (torch.rand((), device=device) + torch.arange(n, device=device) / n) % 1
    return alpha_bar[1 + (share * schedule.steps).long().clamp(max=schedule.steps - 1)]


@dataclass(frozen=True)
class PredictToyNoise:
    """‖ε − ε_θ(√ᾱ x₀ + √(1 − ᾱ) ε, ᾱ)‖² / 2: equation 14 of Ho et al. 2020 for points.

    In float32 throughout, since a place needs more than the three digits of bfloat16.
    """

    schedule: Schedule

    def __call__(self, model: ToyModel, x0: Tensor, progress: float) -> dict[str, Tensor]:
        with torch.autocast(x0.device.type, enabled=False):
            alpha_bar = spread_levels(self.schedule, len(x0), x0.device)
            eps = torch.randn_like(x0)
            return {"loss": F.mse_loss(model(noised(x0, eps, alpha_bar[:, None]), alpha_bar), eps)}


@dataclass(frozen=True)
class PredictEveryToy:
    """`PredictToyNoise` of each toy, added up."""

    schedule: Schedule

    def __call__(self, model: ToyScores, batch: dict[str, Tensor], progress: float) -> dict[str, Tensor]:
        objective = PredictToyNoise(self.schedule)
        losses = {name: objective(model[name], x0, progress)["loss"] for name, x0 in batch.items()}
        return {"loss": sum(losses.values()), **losses}


def batches(mixture: Mixture, size: int, device: torch.device) -> Iterator[Tensor]:
    """Endless fresh points of a mixture, float32 (size, 2)."""
    centres = torch.from_numpy(mixture.centres.astype(np.float32)).to(device)
    while True:
        chosen = torch.randint(len(centres), (size,), device=device)
        yield centres[chosen] + mixture.spread * torch.randn(size, 2, device=device)


@dataclass(frozen=True)
class Examination:
    """Noised points x_t (levels, n, 2) at `alpha_bar` (levels,) and the perfect answer E[ε|x_t].

    `floor` is E‖ε − E[ε|x_t]‖² / 2, the loss that not even the perfect answer gets below.
    """

    alpha_bar: np.ndarray
    x_t: np.ndarray
    answer: np.ndarray
    floor: float

    @classmethod
    def of(cls, mixture: Mixture, schedule: Schedule, levels: int = 40, n: int = 256, seed: int = 0) -> "Examination":
        """`levels` noise levels in the middle of as many equal spans of time, n points each."""
        times = ((np.arange(levels) + 0.5) / levels * schedule.steps).astype(int) + 1
        alpha_bar = schedule.alpha_bar[times]
        x0 = mixture.sample(levels * n, seed).reshape(levels, n, 2)
        eps = np.random.default_rng(seed + 1).standard_normal(x0.shape)
        x_t = noised(x0, eps, alpha_bar[:, None, None])
        answer = np.stack([mixture.eps(x, float(a)) for x, a in zip(x_t, alpha_bar, strict=True)])
        return cls(alpha_bar, x_t, answer, float(((eps - answer) ** 2).mean()))

    @torch.no_grad()
    def errors(self, model: ToyModel) -> np.ndarray:
        """‖ε_θ − E[ε|x_t]‖² / 2 at each level, (levels,): what the loss holds beyond its floor."""
        device = next(model.parameters()).device
        x_t = torch.from_numpy(self.x_t.astype(np.float32)).to(device).flatten(0, 1)
        alpha_bar = torch.from_numpy(self.alpha_bar.astype(np.float32)).to(device)
        eps = model(x_t, alpha_bar.repeat_interleave(self.x_t.shape[1])).cpu().numpy().reshape(self.x_t.shape)
        return ((eps - self.answer) ** 2).mean((1, 2))
