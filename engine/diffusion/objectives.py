"""What the diffusion models minimise. An objective takes (model, batch, share of the training done)."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.diffusion.conversions import noised
from engine.diffusion.networks import NoisyClassifier, UNet
from engine.diffusion.schedules import Schedule


def random_times(schedule: Schedule, n: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """t ~ Uniform{1…T}, int64 (n,), and its ᾱ as (n, 1, 1, 1)."""
    t = torch.randint(1, schedule.steps + 1, (n,), device=device)
    alpha_bar = torch.from_numpy(schedule.alpha_bar.astype(np.float32)).to(device)
    return t, alpha_bar[t].view(-1, 1, 1, 1)


@dataclass(frozen=True)
class PredictNoise:
    """‖ε − ε_θ(√ᾱ x₀ + √(1 − ᾱ) ε, t, y)‖² / pixels: Algorithm 1 and equation 14 of Ho et al. 2020.

    The class is dropped for a share `drop` of the pictures (Ho & Salimans 2022, Algorithm 1).
    """

    schedule: Schedule
    drop: float = 0.1

    def __call__(self, model: UNet, batch: tuple[Tensor, Tensor], progress: float) -> dict[str, Tensor]:
        x0, y = batch
        t, alpha_bar = random_times(self.schedule, len(x0), x0.device)
        eps = torch.randn_like(x0)
        dropped = torch.rand(len(y), device=y.device) < self.drop
        y = y.masked_fill(dropped, model.classes)
        return {"loss": F.mse_loss(model(noised(x0, eps, alpha_bar), t, y), eps)}


@dataclass(frozen=True)
class ClassifyNoised:
    """−log p(y|x_t) at random times: the classifier must read through any noise (Dhariwal & Nichol 2021, section 4)."""

    schedule: Schedule

    def __call__(self, model: NoisyClassifier, batch: tuple[Tensor, Tensor], progress: float) -> dict[str, Tensor]:
        x0, y = batch
        t, alpha_bar = random_times(self.schedule, len(x0), x0.device)
        logits = model(noised(x0, torch.randn_like(x0), alpha_bar), t)
        return {"loss": F.cross_entropy(logits, y), "accuracy": (logits.argmax(1) == y).float().mean()}
