"""The judges that Manifold ships, as recipes."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine import datasets
from engine.cards import Metric
from engine.training import Budget, Recipe


@dataclass(frozen=True)
class Classify:
    """Cross-entropy −log p(y|x) with smoothed labels, in nats."""

    smoothing: float = 0.05

    def __call__(self, model: nn.Module, batch: tuple[Tensor, Tensor], progress: float) -> dict[str, Tensor]:
        x, y = batch
        logits = model(x).float()
        return {
            "loss": F.cross_entropy(logits, y, label_smoothing=self.smoothing),
            "accuracy": (logits.argmax(1) == y).float().mean(),
        }


@dataclass(frozen=True)
class Accuracy:
    """Share of the test pictures whose class is found."""

    dataset: str

    def __call__(self, model: nn.Module, device: torch.device) -> dict[str, Metric]:
        split = datasets.load(self.dataset).test
        batches = torch.from_numpy(split.images).split(500)
        found = torch.cat([model(x.to(device).float() / 255).argmax(1) for x in batches]).cpu()
        return {"accuracy": Metric(float((found == torch.from_numpy(split.labels)).float().mean()), len(split))}


def shifted_batches(recipe: Recipe, device: torch.device, reach: int = 2) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of pictures in 0…1 and classes, each batch shifted by up to `reach` pixels; colour
    pictures are mirrored half the time."""
    split = datasets.load(recipe.dataset).train
    images, labels = torch.from_numpy(split.images).to(device), torch.from_numpy(split.labels).to(device)
    padded = F.pad(images, (reach,) * 4)
    side = images.shape[-1]
    while True:
        chosen = torch.randint(len(images), (recipe.budget.batch,), device=device)
        top, left = torch.randint(2 * reach + 1, (2,)).tolist()
        x = padded[chosen, :, top : top + side, left : left + side].float() / 255
        if x.shape[1] == 3:
            x = torch.where(torch.rand(len(x), 1, 1, 1, device=device) < 0.5, x.flip(-1), x)
        yield x, labels[chosen]


def judge(data: str, title: str, kind: str, config: dict, steps: int) -> Recipe:
    """A classifier that later measures generators of the same data."""
    return Recipe(
        name=f"judge-{data}",
        title=f"Judge, {title}",
        family="judges",
        kind=kind,
        config={"classes": 10} | config,
        dataset=data,
        objective=Classify(),
        budget=Budget(steps, batch=128, lr=2e-3, weight_decay=0.05),
        evaluate=Accuracy(data),
        batches=shifted_batches,
        limits="Measures generators of its own data set; its features know nothing of other pictures.",
    )


FAMILY = [
    judge("mnist", "MNIST", "lenet", {}, 10_000),
    judge("fashion", "Fashion-MNIST", "lenet", {}, 10_000),
    judge("cifar10", "CIFAR-10", "small_convnet", {"width": 24}, 10_000),
]
RECIPES = {recipe.name: recipe for recipe in FAMILY}
