"""The Fréchet distance between generated and real pictures, in the features of a small judge that the project ships."""

import torch
from torch import Tensor

from engine import checkpoints, datasets
from engine.metrics import frechet_distance

BATCH = 500
JUDGED = ("mnist", "fashion", "cifar10")
"""The data sets that have a judge."""


def judge(dataset: str, device: torch.device) -> torch.nn.Module:
    """The fixed classifier of a data set: LeNet for digits and garments. Raises `CheckpointError`."""
    return checkpoints.companion(f"judge-{dataset}", device)


@torch.no_grad()
def frechet_to_test(x: Tensor, dataset: str, device: torch.device) -> float:
    """Squared Fréchet distance of pictures x (N, C, H, W) in 0…1 to the test split, both as Gaussians of the judge's
    features (Heusel et al. 2017, with a small judge of our own in place of Inception)."""
    test = torch.from_numpy(datasets.load(dataset).test.images).float() / 255
    return frechet_distance(*_gaussian(x, dataset, device), *_gaussian(test, dataset, device))


@torch.no_grad()
def accuracy(x: Tensor, y: Tensor, dataset: str, device: torch.device) -> float:
    """Share of pictures x (N, C, H, W) in 0…1 that the judge takes for their class y (N,)."""
    network = judge(dataset, device)
    found = torch.cat([network(part.to(device)).argmax(1).cpu() for part in x.split(BATCH)])
    return float((found == y.cpu()).float().mean())


def _gaussian(x: Tensor, dataset: str, device: torch.device) -> tuple[Tensor, Tensor]:
    """Mean (D,) and covariance (D, D) of the judge's features."""
    network = judge(dataset, device)
    features = torch.cat([network.features(part.to(device)).double().cpu() for part in x.split(BATCH)])
    return features.mean(0), features.T.cov()
