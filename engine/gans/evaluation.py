"""The figures on the cards of picture GANs, and the small arrays that the page needs."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine import datasets
from engine.cards import Metric
from engine.frechet import accuracy, frechet_to_test, judge
from engine.gans.networks import GAN
from engine.information import entropy, kl

BATCH = 500
COVERED = 0.01
"""The share of the samples from which on a class counts as covered."""


@torch.no_grad()
def draw(model: GAN, n: int, device: torch.device, seed: int = 0, snapshot: int | None = None) -> tuple[Tensor, Tensor]:
    """n pictures (n, C, 28, 28) in 0…1 on the CPU and the classes (n,) asked for, all equally often."""
    z = torch.randn(n, model.generator.latent, generator=torch.Generator().manual_seed(seed))
    classes = torch.arange(n) % max(model.generator.classes, 1)
    pictures = []
    for part, y in zip(z.to(device).split(BATCH), classes.to(device).split(BATCH), strict=True):
        x = model.generator(part, y) if snapshot is None else model.generate_at(snapshot, part)
        pictures.append(x.cpu())
    return torch.cat(pictures), classes


@torch.no_grad()
def classes_of(x: Tensor, dataset: str, device: torch.device) -> Tensor:
    """What the judge takes pictures (N, 1, 28, 28) in 0…1 for: (N,)."""
    network = judge(dataset, device)
    return torch.cat([network(part.to(device)).argmax(1).cpu() for part in x.split(BATCH)])


def shares(classes: Tensor, n: int = 10) -> np.ndarray:
    """The share of each of n classes, float64 (n,)."""
    counts = torch.bincount(classes, minlength=n).double()
    return (counts / counts.sum()).numpy()


@dataclass(frozen=True)
class PictureEvaluation:
    """Fréchet distance, the spread over the classes, and what the discriminator says of real and fake."""

    dataset: str
    samples: int = 10_000
    compared: int = 2_000

    def __call__(self, model: GAN, device: torch.device) -> dict[str, Metric]:
        x, y = draw(model, self.samples, device)
        split = datasets.load(self.dataset).test
        p, q = shares(classes_of(x, self.dataset, device)), shares(torch.from_numpy(split.labels))
        real = torch.from_numpy(split.images).float() / 255
        figures = {
            "frechet_lenet": frechet_to_test(x, self.dataset, device),
            "classes_covered": int((p >= COVERED).sum()),
            "class_entropy": float(entropy(p)),
            "reverse_kl": float(kl(p, q)),
            "d_real": self._verdict(model, real, torch.from_numpy(split.labels), device),
            "d_fake": self._verdict(model, x, y, device),
        }
        if model.generator.classes:
            figures["accuracy"] = accuracy(x, y, self.dataset, device)
        return {name: Metric(float(f"{value:.4g}"), self.samples) for name, value in figures.items()}

    def _verdict(self, model: GAN, x: Tensor, y: Tensor, device: torch.device) -> float:
        """The mean of σ(D(x))."""
        parts = zip(x.to(device).split(BATCH), y.to(device).split(BATCH), strict=True)
        return float(torch.cat([model.discriminator(part, label).sigmoid() for part, label in parts]).mean())

    def derive(self, model: GAN, device: torch.device) -> dict[str, Tensor]:
        """`class_shares` (10,) of the samples; with snapshots also `snapshot_steps` (S,) and
        `snapshot_class_shares` (S, 10)."""
        arrays = {"class_shares": self._class_shares(model, device, self.samples)}
        kept = range(len(model.snapshot_steps))
        if kept:
            arrays["snapshot_steps"] = model.snapshot_steps
            arrays["snapshot_class_shares"] = torch.stack(
                [self._class_shares(model, device, self.compared, i) for i in kept]
            )
        return arrays

    def _class_shares(self, model: GAN, device: torch.device, n: int, snapshot: int | None = None) -> Tensor:
        pictures, _ = draw(model, n, device, snapshot=snapshot)
        return torch.from_numpy(shares(classes_of(pictures, self.dataset, device)))
