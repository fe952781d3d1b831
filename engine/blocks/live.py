"""Training in the page: a plain and a residual network of the same weights race on two spirals."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.blocks.networks import DeepNet
from engine.blocks.spirals import spirals
from engine.operations import operation
from engine.training import Budget, Run

POINTS, WIDTH = 256, 16
REACH, SIDE = 2.3, 32
SECONDS_BETWEEN_RECORDS = 0.4
NAMES = ("plain", "residual")


@dataclass(frozen=True)
class LiveRace:
    """The state of a race; first the plain network, then the residual one.

    `history` holds step and losses since the last record, in nats; `gradients` (2, depth) is ‖∂L/∂W‖ of each layer at
    this step; `maps` (2, 32, 32) is p(y = 1|x) over ±2.3, rows from top to bottom; `accuracy` (2,) is a share.
    """

    step: int
    steps: int
    seconds: float
    history: list[dict[str, float]]
    gradients: np.ndarray
    maps: np.ndarray
    accuracy: np.ndarray


def cross_entropy(model: nn.Module, batch: tuple[Tensor, Tensor], _: float) -> dict[str, Tensor]:
    """−log p(y|x) in nats, in full precision: layers this narrow gain nothing from half of it."""
    x, y = batch
    with torch.autocast(x.device.type, enabled=False):
        return {"loss": F.binary_cross_entropy_with_logits(model(x), y)}


@operation()
def race(device: torch.device, depth: int, normalised: bool, steps: int, lr: float, seed: int) -> Iterator[LiveRace]:
    """Train both networks on the same 256 points for `steps` full batches; a record after the first step (with the
    gradients of the untrained networks), then about two a second. Raises ValueError."""
    if not (1 <= depth <= 100 and 1 <= steps <= 5000 and 1e-5 <= lr <= 0.1):
        raise ValueError("The depth must lie in 1…100, the steps in 1…5,000 and the learning rate in 0.00001…0.1.")
    points, classes = spirals(POINTS, seed)
    batch = torch.tensor(points, dtype=torch.float32, device=device), torch.tensor(classes, device=device).float()
    # Nothing is clipped: the gradients on show are those of the loss.
    budget = Budget(steps, POINTS, lr, weight_decay=0.0, warmup=10, ema=0.0, clip=float("inf"))
    networks = (_network(depth, residual, normalised, seed) for residual in (False, True))
    runs = [Run(network, cross_entropy, budget, device) for network in networks]
    history, last = [], 0.0
    for step in range(1, steps + 1):
        started = time.perf_counter()
        losses = [run.advance(batch)["loss"] for run in runs]
        runs[0].seconds += time.perf_counter() - started
        history.append({"step": step, **{name: loss.item() for name, loss in zip(NAMES, losses, strict=True)}})
        if step == steps or time.perf_counter() - last > SECONDS_BETWEEN_RECORDS:
            yield _record(runs, history, batch)
            history, last = [], time.perf_counter()


def _network(depth: int, residual: bool, normalised: bool, seed: int) -> DeepNet:
    torch.manual_seed(seed)
    return DeepNet(depth, WIDTH, residual, normalised)


@torch.no_grad()
def _record(runs: list[Run], history: list[dict[str, float]], batch: tuple[Tensor, Tensor]) -> LiveRace:
    x, y = batch
    gradients = [[layer.linear.weight.grad.norm().item() for layer in run.model.layers] for run in runs]
    across = torch.linspace(-REACH, REACH, SIDE, device=x.device)
    places = torch.stack(torch.meshgrid(across, across.flip(0), indexing="xy"), -1).reshape(-1, 2)
    maps = [run.model(places).sigmoid().reshape(SIDE, SIDE).float().cpu().numpy() for run in runs]
    accuracy = [((run.model(x) > 0) == (y > 0.5)).float().mean().item() for run in runs]
    run = runs[0]
    return LiveRace(
        run.step, run.budget.steps, run.seconds, history, np.array(gradients), np.stack(maps), np.array(accuracy)
    )
