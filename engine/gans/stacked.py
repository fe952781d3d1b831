"""Stacked MNIST: three random digits as the colours of one picture, so a thousand modes (Metz et al. 2017)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine import datasets
from engine.cards import Metric, Reference
from engine.gans.evaluation import classes_of, draw, shares
from engine.gans.networks import GAN
from engine.information import kl
from engine.training import Recipe

MODES = 1000
SAMPLES = 26_000
"""As many as PacGAN and VEEGAN count on."""
PUBLISHED = (
    Reference("modes", 99.0, "DCGAN, in VEEGAN (Srivastava et al. 2017)"),
    Reference("reverse_kl", 3.40, "DCGAN, in VEEGAN (Srivastava et al. 2017)"),
    Reference("modes", 150.0, "VEEGAN (Srivastava et al. 2017)"),
    Reference("reverse_kl", 2.95, "VEEGAN (Srivastava et al. 2017)"),
    Reference("modes", 1000.0, "PacDCGAN2 (Lin et al. 2018)"),
    Reference("reverse_kl", 0.06, "PacDCGAN2 (Lin et al. 2018)"),
)


def stacked_batches(recipe: Recipe, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of three stacked digits (B, 3, 28, 28) in 0…1 and their modes (B,)."""
    split = datasets.load("mnist").train
    images, labels = torch.from_numpy(split.images[:, 0]).to(device), torch.from_numpy(split.labels).to(device)
    while True:
        chosen = torch.randint(len(images), (recipe.budget.batch, 3), device=device)
        yield images[chosen].float() / 255, mode_of(labels[chosen])


def mode_of(classes: Tensor) -> Tensor:
    """The number 0…999 that the digits (N, 3) spell: (N,)."""
    return classes @ classes.new_tensor([100, 10, 1])


@dataclass(frozen=True)
class StackedEvaluation:
    """Modes that occur among the samples, each channel read by the judge, and KL(samples ‖ data) in nats.

    The data's modes are products of the digits' shares. A perfect generator's KL comes out as about
    (1000 − 1) / 52,000 = 0.02, because 26,000 samples are counted.
    """

    samples: int = SAMPLES

    def __call__(self, model: GAN, device: torch.device) -> dict[str, Metric]:
        found = self._modes(model, device)
        figures = {"modes": int((found > 0).sum()), "reverse_kl": float(kl(found, data_shares()))}
        return {name: Metric(float(f"{value:.4g}"), self.samples) for name, value in figures.items()}

    def derive(self, model: GAN, device: torch.device) -> dict[str, Tensor]:
        """`mode_shares` (1000,) of the samples."""
        return {"mode_shares": torch.from_numpy(self._modes(model, device))}

    def _modes(self, model: GAN, device: torch.device) -> np.ndarray:
        x, _ = draw(model, self.samples, device)
        digits = torch.stack([classes_of(channel[:, None], "mnist", device) for channel in x.unbind(1)], 1)
        return shares(mode_of(digits), MODES)


def data_shares() -> np.ndarray:
    """The share of each mode when three training digits are drawn: float64 (1000,)."""
    one = shares(torch.from_numpy(datasets.load("mnist").train.labels))
    return np.einsum("a,b,c->abc", one, one, one).ravel()
