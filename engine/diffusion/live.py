"""Training in the page: a small network learns the score of points in the plane while the person watches its arrows."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from safetensors.numpy import save
from torch import Tensor

from engine.diffusion.schedules import COSINE
from engine.diffusion.toy_model import ToyModel
from engine.diffusion.toy_training import Examination, PredictToyNoise, batches
from engine.operations import operation
from engine.toys import Mixture
from engine.training import Budget, Run

MOST_CENTRES = 2000


@dataclass(frozen=True)
class LiveScore:
    """The state of a live training.

    `history` holds the steps and losses since the last record; `floor` is the loss of the exact score, which no network
    gets below; `errors` (40,) says by how much ε̂ misses the exact answer at ᾱ = `alpha_bar` (40,), from little noise
    to much; `weights` is the network as it is now (its running average), safetensors in float16.
    """

    step: int
    steps: int
    seconds: float
    history: list[dict[str, float]]
    floor: float
    alpha_bar: np.ndarray
    errors: np.ndarray
    weights: bytes


@operation()
def train_toy(
    device: torch.device, centres: Tensor, spread: float, steps: int, seed: int, lr: float, width: int = 64
) -> Iterator[LiveScore]:
    """Train a `ToyModel` on a mixture for `steps` batches of 512 fresh points, with a record about twice a second.

    `centres` (K, 2), at most 2,000 within −4…4, and `spread` in 0…1 make the mixture; see `Mixture`. Raises ValueError.
    """
    _check(centres, spread, steps, lr, width)
    mixture = Mixture(centres.double().cpu().numpy(), spread)
    torch.manual_seed(seed)
    budget = Budget(steps, batch=512, lr=lr, weight_decay=0.0, warmup=50, ema=0.99)
    run = Run(ToyModel(width), PredictToyNoise(COSINE), budget, device)
    examination = Examination.of(mixture, COSINE)
    yield _snapshot(run, [], examination)
    history, last = [], time.perf_counter()
    for progress in run.stream(batches(mixture, budget.batch, device), every=10):
        history.append({"step": progress.step, **progress.losses})
        if time.perf_counter() - last > 0.5 or progress.step == steps:
            yield _snapshot(run, history, examination)
            history, last = [], time.perf_counter()


def _check(centres: Tensor, spread: float, steps: int, lr: float, width: int) -> None:
    if not (1 <= steps <= 20_000 and 1e-5 <= lr <= 0.1 and 8 <= width <= 256):
        raise ValueError("The steps must lie in 1…20,000, the learning rate in 0.00001…0.1 and the width in 8…256.")
    if centres.ndim != 2 or centres.shape[1] != 2 or not 1 <= len(centres) <= MOST_CENTRES:
        raise ValueError(f"The centres must be 1 to {MOST_CENTRES:,} points in the plane.")
    if not (centres.abs().max() <= 4 and 0 <= spread <= 1):
        raise ValueError("The centres must lie within −4…4 and the spread in 0…1.")


def _snapshot(run: Run, history: list[dict[str, float]], examination: Examination) -> LiveScore:
    weights = save({name: tensor.half().cpu().numpy() for name, tensor in run.ema.state_dict().items()})
    errors = examination.errors(run.ema)
    return LiveScore(
        run.step, run.budget.steps, run.seconds, history, examination.floor, examination.alpha_bar, errors, weights
    )
