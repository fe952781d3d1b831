"""Training in the page: a small 2-D VAE learns while the person watches its map form."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from safetensors.numpy import save
from torch import Tensor

from engine import datasets
from engine.autoencoders.networks import VAE
from engine.autoencoders.objectives import NegativeElbo
from engine.operations import operation
from engine.training import Budget, Run

MAP_POINTS = 1000
GRID = 15


@dataclass(frozen=True)
class Prepared:
    """How far a data set is: `done` of `files`, and whether it is `ready`."""

    done: int
    files: int
    ready: bool


@dataclass(frozen=True)
class LiveMap:
    """The state of a live training: the loss terms since the last record, and the map as it is now.

    `codes` (1000, 2) and `labels` (1000,) of training pictures; `manifold` uint8 (15, 15, 28, 28), decoded from z on a
    grid over −3…3, top row z₂ = 3; `weights` is empty but in the last record, which carries the decoder as safetensors.
    """

    step: int
    steps: int
    seconds: float
    history: list[dict[str, float]]
    codes: np.ndarray
    labels: np.ndarray
    manifold: np.ndarray
    weights: bytes = b""


@operation(apart=True)
def prepare_data(device: torch.device, dataset: str, download: bool) -> Iterator[Prepared]:
    """Read a data set into memory, after fetching it file by file if it is missing and `download` says so.

    The last record says whether it is there. Raises `MissingData` when a download fails.
    """
    yield Prepared(0, 1, False)
    if download and not datasets.available(dataset):
        for done, files in datasets.fetch(dataset):
            yield Prepared(done, files, False)
    yield Prepared(1, 1, datasets.available(dataset))


@operation()
def train_map(
    device: torch.device, dataset: str, beta: float, steps: int, seed: int, lr: float, width: int = 128
) -> Iterator[LiveMap]:
    """Train a 2-D VAE on `dataset` for `steps` batches of 128, with a record about twice a second."""
    if not (0 <= beta <= 100 and 1 <= steps <= 20_000 and 1e-5 <= lr <= 0.1):
        raise ValueError("β must lie in 0…100, the steps in 1…20,000 and the learning rate in 0.00001…0.1.")
    split = datasets.load(dataset).train
    torch.manual_seed(seed)
    images = torch.from_numpy(split.images).to(device)
    model = VAE(d=2, width=width, blocks=2)
    run = Run(model, NegativeElbo(beta), Budget(steps, batch=128, lr=lr, clip=200.0, warmup=50, ema=0.99), device)
    shown, labels = images[:MAP_POINTS].float() / 255, split.labels[:MAP_POINTS]
    yield _snapshot(run, [], shown, labels)
    history, last = [], time.perf_counter()
    for progress in run.stream(_batches(images, run.budget.batch), every=10):
        history.append({"step": progress.step, **progress.losses})
        if time.perf_counter() - last > 0.5 and progress.step < steps:
            yield _snapshot(run, history, shown, labels)
            history, last = [], time.perf_counter()
    yield replace(_snapshot(run, history, shown, labels), weights=_decoder_weights(run))


def _batches(images: Tensor, size: int) -> Iterator[Tensor]:
    while True:
        yield images[torch.randint(len(images), (size,), device=images.device)].float() / 255


@torch.no_grad()
def _snapshot(run: Run, history: list[dict[str, float]], shown: Tensor, labels: np.ndarray) -> LiveMap:
    across = torch.linspace(-3, 3, GRID, device=run.device)
    z = torch.cartesian_prod(across.flip(0), across).flip(1)  # (GRID², 2): rows run down in z₂, columns right in z₁
    manifold = (255 * run.ema.decode(z)).byte().cpu().numpy().reshape(GRID, GRID, 28, 28)
    codes = run.ema.encode(shown).cpu().numpy()
    return LiveMap(run.step, run.budget.steps, run.seconds, history, codes, labels, manifold)


def _decoder_weights(run: Run) -> bytes:
    tensors = {name: tensor.half().cpu().numpy() for name, tensor in run.ema.state_dict().items()}
    return save({name: array for name, array in tensors.items() if name.startswith("decoder.")})
