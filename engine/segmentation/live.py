"""Training in the page: a tiny U-Net learns to find the shapes in drawn scenes while the person watches its masks."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine import scenes
from engine.operations import operation
from engine.segmentation.batches import FAST
from engine.segmentation.networks import UNet
from engine.segmentation.objectives import Segment
from engine.segmentation.scores import confusion, iou, mean_iou
from engine.training import Budget, Run

DRAWN, SHOWN, SIDE, PATCH, BATCH = 1500, 8, 96, 2, 16
"""Scenes to train on, scenes to look at, their size in pixels, the side of the squares of pixels that the network folds
into channels first, and how many scenes make a step."""
UPS = ("transposed", "bilinear", "nearest")


@dataclass(frozen=True)
class LiveMasks:
    """The state of a live training.

    `history` holds the steps and losses since the last record; `pictures` uint8 (8, 96, 96, 3) and `truth` uint8
    (8, 96, 96) are scenes that training never shows, `masks` uint8 (8, 96, 96) what the network, its running average,
    makes of them; `iou` (classes,) and `miou` are measured on these, NaN for a class that does not occur.
    """

    step: int
    steps: int
    seconds: float
    history: list[dict[str, float]]
    pictures: np.ndarray
    truth: np.ndarray
    masks: np.ndarray
    iou: np.ndarray
    miou: float


@operation()
def train_scenes(
    device: torch.device, steps: int, seed: int, lr: float = 1e-2, width: int = 12, depth: int = 3,
    up: str = "bilinear", dice: float = 1.0, skips: bool = True,
) -> Iterator[LiveMasks]:  # fmt: skip
    """Train a U-Net of `depth` poolings on drawn scenes, with a record about twice a second; without `skips` all of
    them let nothing through. Raises `ValueError`."""
    if not (1 <= steps <= 20_000 and 1e-5 <= lr <= 0.1 and 4 <= width <= 32 and 1 <= depth <= 4 and 0 <= dice <= 10):
        raise ValueError(
            "Steps lie in 1…20,000, learning rate in 0.00001…0.1, width in 4…32, depth in 1…4, Dice in 0…10."
        )
    if up not in UPS:
        raise ValueError(f"Up-sampling is {', '.join(UPS)}, not '{up}'.")
    torch.manual_seed(seed)
    widths = [width * 2**level for level in range(depth + 1)]
    model = UNet("scenes", len(scenes.CLASSES), widths, PATCH, up=up)
    model.open_skips = [] if skips else ["zero"] * depth
    budget = Budget(steps, batch=BATCH, lr=lr, weight_decay=0.01, warmup=30, ema=0.98)
    run = Run(model, _ThroughSkips(Segment(dice=dice, thinned=PATCH)), budget, device)
    shown = _drawings(seed + 1, SHOWN)
    yield _record(run, [], shown)
    history, last = [], time.perf_counter()
    for progress in run.stream(_batches(seed, device), every=5):
        history.append({"step": progress.step, **progress.losses})
        if time.perf_counter() - last > 0.5 or progress.step == steps:
            yield _record(run, history, shown)
            history, last = [], time.perf_counter()


@dataclass(frozen=True)
class _ThroughSkips:
    """An objective for a network that leaves its skips as `open_skips` says."""

    objective: Segment

    def __call__(self, model: UNet, batch: tuple[Tensor, ...], progress: float) -> dict[str, Tensor]:
        return self.objective(lambda x: model(x, skips=model.open_skips), batch, progress)


def _drawings(seed: int, n: int) -> scenes.Drawing:
    return scenes.draw_all([scenes.scene(seed, i) for i in range(n)], SIDE)


def _batches(seed: int, device: torch.device) -> Iterator[tuple[Tensor, Tensor]]:
    drawn = _drawings(seed, DRAWN)
    images, classes = (torch.from_numpy(part).to(device) for part in (drawn.image, drawn.classes))
    while True:
        chosen = torch.randint(DRAWN, (BATCH,), device=device)
        x = (images[chosen].float() / 255).contiguous(memory_format=FAST)
        yield x, classes[chosen].long()


@torch.no_grad()
def _record(run: Run, history: list[dict[str, float]], shown: scenes.Drawing) -> LiveMasks:
    x, true = torch.from_numpy(shown.image).to(run.device).float() / 255, torch.from_numpy(shown.classes)
    masks = run.ema(x, skips=run.ema.open_skips).argmax(1).byte().cpu()
    counts = confusion(masks.long(), true, len(scenes.CLASSES))
    return LiveMasks(
        step=run.step,
        steps=run.budget.steps,
        seconds=run.seconds,
        history=history,
        pictures=shown.image.transpose(0, 2, 3, 1).copy(),
        truth=shown.classes,
        masks=masks.numpy(),
        iou=iou(counts).numpy(),
        miou=mean_iou(counts),
    )
