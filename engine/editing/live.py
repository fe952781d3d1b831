"""Fitting in the page: a deep image prior restores one photo while the person watches, and stops before it learns the
damage."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.editing.deep_prior import MULTIPLE, Fit, Misfit, fit, masked, shrunk
from engine.editing.frames import levels
from engine.operations import operation

LONGEST = 512
"""The long side of the largest picture that is restored, in pixels."""

TASKS = ("denoise", "inpaint", "enlarge")


@dataclass(frozen=True)
class Restored:
    """The state of a restoration.

    picture: uint8 (H, W, 3), the running average now; best: the one at the moment that seems right to stop at, step
    `best_step`. `history` holds step, misfit, restless and, where the truth is known, psnr in dB since the last record.
    """

    step: int
    steps: int
    seconds: float
    picture: np.ndarray
    best: np.ndarray
    best_step: int
    history: list[dict[str, float]]


@operation()
def restore(
    device: torch.device, photo: Tensor, task: str, steps: int, seed: int, keep: Tensor | None = None,
    factor: int = 4, truth: Tensor | None = None, lr: float = 0.01,
) -> Iterator[Restored]:  # fmt: skip
    """Restore a photo uint8 (H, W, 3) with a network that has seen no other, with a record about twice a second.

    `task`: "denoise"; "inpaint", where `keep` bool (H, W) is false; "enlarge", by an integer `factor`. `truth` uint8,
    of the size of the result, is only for the PSNR. Raises ValueError.
    """
    _check(photo, task, keep, factor, steps)
    x = _inside(photo)
    misfit, height, width = _task(x, task, keep, factor)
    goal = None if truth is None else _inside(truth)
    started, last, history, best = time.perf_counter(), 0.0, [], None
    for now in fit(misfit, *_rounded_up(height, width), device, seed, steps, lr):
        average = now.average[..., :height, :width]
        history.append(_line(now, average, goal))
        if best is None or now.restless < best.restless:
            best = now
        seconds = time.perf_counter() - started
        if seconds - last > 0.5 or now.step == steps:
            pictures = (levels(one.average[..., :height, :width]) for one in (now, best))
            yield Restored(now.step, steps, seconds, *pictures, best.step, history)
            history, last = [], seconds


def _task(x: Tensor, task: str, keep: Tensor | None, factor: int) -> tuple[Misfit, int, int]:
    """What the network is asked for, and the height and width of the result."""
    height, width = x.shape[-2:]
    if task == "enlarge":
        height, width = factor * height, factor * width
        inner = shrunk(x, factor)
    else:
        inner = masked(x, keep.bool()[None, None] if task == "inpaint" else None)
    return lambda picture: inner(picture[..., :height, :width]), height, width


def _line(now: Fit, average: Tensor, goal: Tensor | None) -> dict[str, float]:
    line = {"step": now.step, "misfit": now.misfit, "restless": now.restless}
    if goal is not None:
        line["psnr"] = float(-10 * F.mse_loss(average, goal).log10())
    return line


def _check(photo: Tensor, task: str, keep: Tensor | None, factor: int, steps: int) -> None:
    if task not in TASKS:
        raise ValueError(f"The tasks are {', '.join(TASKS)}, not '{task}'.")
    if photo.ndim != 3 or photo.shape[-1] != 3:
        raise ValueError("The photo must be in colour.")
    if not (2 <= factor <= 8 and 1 <= steps <= 20_000):
        raise ValueError("The factor lies in 2…8, the steps in 1…20,000.")
    longest = max(photo.shape[:2]) * (factor if task == "enlarge" else 1)
    if longest > LONGEST:
        raise ValueError(f"The long side of the result is at most {LONGEST} pixels; it would be {longest}.")
    if task == "inpaint" and (keep is None or keep.bool().all() or keep.shape != photo.shape[:2]):
        raise ValueError("Nothing is marked: brush over what should be painted anew.")


def _rounded_up(*sizes: int) -> list[int]:
    """Each size as the next multiple that the network can halve."""
    return [-(-size // MULTIPLE) * MULTIPLE for size in sizes]


def _inside(photo: Tensor) -> Tensor:
    """uint8 (H, W, 3) → (1, 3, H, W) in 0…1."""
    return photo.permute(2, 0, 1)[None].float() / 255
