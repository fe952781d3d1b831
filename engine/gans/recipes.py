"""Every adversarial model that Manifold ships, as a recipe."""

from collections.abc import Iterator

import torch
from torch import Tensor

from engine import datasets
from engine.gans.adversarial import AdversarialRun
from engine.gans.evaluation import PictureEvaluation
from engine.gans.mapping_recipes import MAPPING
from engine.gans.objectives import Adversarial
from engine.training import Budget, Recipe

SIZE = {"latent": 32, "channels": 1, "width": 32}
"""The same two networks for every method."""
TITLES = {"mnist": "MNIST", "fashion": "Fashion-MNIST"}


def labelled_batches(recipe: Recipe, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of training pictures (B, 1, 28, 28) in 0…1 and classes (B,)."""
    split = datasets.load(recipe.dataset).train
    images, labels = torch.from_numpy(split.images).to(device), torch.from_numpy(split.labels).to(device)
    while True:
        chosen = torch.randint(len(images), (recipe.budget.batch,), device=device)
        yield images[chosen].float() / 255, labels[chosen]


def picture_gan(method: str, title: str, data: str, objective: Adversarial, limits: str, **changes) -> Recipe:
    """A GAN of 28×28 pictures; `changes` to the configuration say what is special."""
    evaluation = PictureEvaluation(data)
    return Recipe(
        name=f"gan-{method}-{data}",
        title=f"{title}, {TITLES[data]}",
        family="gans",
        kind="dcgan",
        config=SIZE | changes,
        dataset=data,
        objective=objective,
        budget=Budget(steps=20_000, batch=64, lr=8e-4, weight_decay=0.0, warmup=100, ema=0.998, clip=10.0),
        evaluate=evaluation,
        derive=evaluation.derive,
        batches=labelled_batches,
        limits=limits,
        run=AdversarialRun,
    )


def family(data: str) -> list[Recipe]:
    """Every method on one data set."""
    return [
        picture_gan("ns", "Non-saturating GAN with R1", data, Adversarial("non_saturating", r1=0.03, haste=2.0), ""),
    ]


FAMILY = [recipe for data in TITLES for recipe in family(data)]
RECIPES = {recipe.name: recipe for recipe in [*FAMILY, MAPPING]}
