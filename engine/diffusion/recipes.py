"""Every diffusion model that Manifold ships, as a recipe."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from engine import checkpoints, datasets
from engine.diffusion.evaluation import DiffusionEvaluation, NoisyClassifierEvaluation
from engine.diffusion.latent import DEPTH, to_latent
from engine.diffusion.objectives import ClassifyNoised, PredictNoise
from engine.diffusion.pixels import SIDE, to_model
from engine.diffusion.schedules import COSINE
from engine.diffusion.toy_recipes import TOYS
from engine.training import Budget, Recipe, labelled_batches

Batches = Callable[[Recipe, torch.device], Iterator[tuple[Tensor, Tensor]]]
TITLES = {"mnist": "MNIST", "fashion": "Fashion-MNIST", "cifar10": "CIFAR-10"}


def model_batches(recipe: Recipe, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of training pictures (B, C, 32, 32) in −1…1 and classes (B,); objects are mirrored half
    the time."""
    for x, labels in labelled_batches(recipe, device):
        if recipe.dataset == "cifar10":
            x = torch.where(torch.rand(len(x), 1, 1, 1, device=device) < 0.5, x.flip(-1), x)
        yield to_model(x), labels


def latent_batches(recipe: Recipe, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of latents (B, 2, 7, 7) and classes (B,): the autoencoder encodes the set once."""
    split = datasets.load(recipe.dataset).train
    autoencoder = checkpoints.load(recipe.config["autoencoder"], device)
    pictures, labels = torch.from_numpy(split.images).split(1000), torch.from_numpy(split.labels).to(device)
    with torch.no_grad():
        features = torch.cat([to_latent(autoencoder, x.to(device).float() / 255) for x in pictures])
    while True:
        chosen = torch.randint(len(features), (recipe.budget.batch,), device=device)
        yield features[chosen], labels[chosen]


def denoiser(name: str, title: str, data: str, config: dict, steps: int, batches: Batches, limits: str) -> Recipe:
    """A class-conditional U-Net that predicts noise, in pixels or in latents."""
    evaluation = DiffusionEvaluation(data)
    return Recipe(
        name=f"{name}-{data}",
        title=f"{title}, {TITLES[data]}",
        family="diffusion",
        kind="unet",
        config=config | {"classes": 10, "blocks": 2},
        dataset=data,
        objective=PredictNoise(COSINE),
        budget=Budget(steps, batch=64, lr=1e-3, warmup=500),
        evaluate=evaluation,
        derive=evaluation.derive,
        batches=batches,
        limits=limits,
    )


def ddpm(data: str, width: int, multipliers: list[int], steps: int, limits: str) -> Recipe:
    """On pixels."""
    channels = 3 if data == "cifar10" else 1
    config = {"channels": channels, "side": SIDE, "width": width, "multipliers": multipliers}
    return denoiser("ddpm", "DDPM", data, config, steps, model_batches, limits)


def latent_ddpm(data: str) -> Recipe:
    """On the 7×7 latents of the VQ-VAE on the same data."""
    config = {"channels": DEPTH, "side": 7, "width": 48, "multipliers": [1], "patch": 1, "autoencoder": f"vqvae-{data}"}
    limits = "No sharper than the VQ-VAE whose decoder it ends in."
    return denoiser("latent-ddpm", "Latent DDPM", data, config, 40_000, latent_batches, limits)


def noisy_classifier(data: str) -> Recipe:
    """The guide of classifier guidance."""
    return Recipe(
        name=f"noisy-classifier-{data}",
        title=f"Classifier through noise, {TITLES[data]}",
        family="diffusion",
        kind="noisy_classifier",
        config={"channels": 1, "classes": 10, "width": 24},
        dataset=data,
        objective=ClassifyNoised(COSINE),
        budget=Budget(6_000, batch=128, lr=1e-3, weight_decay=0.05),
        evaluate=NoisyClassifierEvaluation(data),
        batches=model_batches,
        limits="Made to steer the DDPM on the same data; as a classifier of clean pictures the judge is better.",
    )


FAMILY = [
    ddpm("mnist", 32, [1, 2, 2], 100_000, "Now and then a digit with a broken stroke."),
    ddpm("fashion", 32, [1, 2, 2], 100_000, "Prints and lettering come out as texture."),
    ddpm("cifar10", 40, [1, 2, 2], 400_000, "Far from its full budget: colours and layouts are right, objects rarely."),
    *map(latent_ddpm, ("mnist", "fashion")),
    *map(noisy_classifier, ("mnist", "fashion")),
    TOYS,
]
RECIPES = {recipe.name: recipe for recipe in FAMILY}
