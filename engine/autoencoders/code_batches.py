"""Batches for the prior over a VQ-VAE's codes: the published autoencoder encodes the pictures once."""

from collections.abc import Iterator

import torch
from torch import Tensor

from engine import checkpoints, datasets
from engine.datasets import Split
from engine.training import Recipe


@torch.no_grad()
def encoded(autoencoder: str, split: Split, device: torch.device) -> tuple[Tensor, Tensor]:
    """Code indices (N, 49) and classes (N,) of every picture in a split."""
    model = checkpoints.load(autoencoder, device)
    batches = torch.from_numpy(split.images).split(1000)
    indices = torch.cat([model.encode(x.to(device).float() / 255).flatten(1) for x in batches])
    return indices, torch.from_numpy(split.labels).to(device)


def code_batches(recipe: Recipe, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    """Endless random batches of (indices (B, 49), classes (B,)) from the training split."""
    autoencoder = recipe.evaluate.autoencoder
    indices, classes = encoded(autoencoder, datasets.load(recipe.dataset).train, device)
    while True:
        chosen = torch.randint(len(indices), (recipe.budget.batch,), device=device)
        yield indices[chosen], classes[chosen]
