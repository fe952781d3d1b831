"""A photo edited by a large public model, step by step."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.public import NO_LIMIT
from engine.diffusion.samplers import dpm_solver, timed
from engine.editing.frames import levels
from engine.editing.public import LargeModel, filled, instructed
from engine.editing.public_names import SIDES, TASKS
from engine.segmentation.framing import Frame

MULTIPLE = 8
MOST_STEPS = 100


@dataclass(frozen=True)
class PublicFrame:
    """One moment of a run: `step` of `steps` are done, the last one at time t.

    `x0_hat` uint8 (h, w, 3) is what the network expects to come of it, in the size in which it paints, if it was
    decoded; `picture` uint8 (H, W, 3), in the photo's size, only in the last.
    """

    step: int
    steps: int
    t: int
    alpha_bar: float
    seconds: float
    x0_hat: np.ndarray | None = None
    picture: np.ndarray | None = None


def edited(
    model: LargeModel, photo: Tensor, text: str, hole: Tensor | None, seed: int, steps: int, w: float,
    w_picture: float, side: int, every: int,
) -> Iterator[PublicFrame]:  # fmt: skip
    """A photo uint8 (H, W, 3) of any size, painted anew with a long side of `side` pixels by DPM-Solver++(2M).

    `hole` bool (H, W) says where, for a model that fills. Yields when the networks are ready and after each step, for
    on a CPU a step takes long; what is there is decoded in every `every`-th and in the last. Raises ValueError, and
    `FloatingPointError` when the numbers run away.
    """
    _check(model, text, hole, steps, side)
    frame, device = Frame.of(*photo.shape[:2], side, max(MULTIPLE, model.shrinks)), model.device
    x = frame.put(photo.to(device).permute(2, 0, 1)[None].float() / 255)
    if model.task == "fill":
        around = frame.put(hole.to(device)[None, None].float()) > 0
        eps_model = filled(model, x, around, text.strip(), w)
    else:
        eps_model = instructed(model, x, text.strip(), w, w_picture)
    generator = torch.Generator(device).manual_seed(seed)
    rows, columns = (length // model.shrinks for length in frame.padded)
    x_T = torch.randn(1, model.vae.config.latent_channels, rows, columns, generator=generator, device=device)
    visits, alpha_bar = model.schedule.visits(steps), model.schedule.alpha_bar
    yield PublicFrame(0, steps, int(visits[0]), float(alpha_bar[visits[0]]), 0.0)
    run = dpm_solver(eps_model, x_T, model.schedule, visits, generator, limit=NO_LIMIT)
    for i, (step, spent) in enumerate(islice(timed(run), steps), 1):  # the last x̂₀ is where the solver ends
        if not torch.isfinite(step.x0_hat).all():
            raise FloatingPointError(f"The numbers ran away at t = {step.t}: lower the guidance.")
        moment = PublicFrame(i, steps, int(step.t), float(alpha_bar[step.t]), spent)
        if i % every == 0 or i == steps:
            painted = model.decode(step.x0_hat)
            picture = levels(frame.take(painted)) if i == steps else None
            moment = replace(moment, x0_hat=levels(frame.unpad(painted)), picture=picture)
        yield moment


def _check(model: LargeModel, text: str, hole: Tensor | None, steps: int, side: int) -> None:
    if not text.strip():
        raise ValueError(TASKS[model.task].asks)
    if model.task == "fill" and (hole is None or not hole.any()):
        raise ValueError("Nothing is marked: brush over what should be painted anew.")
    if not (1 <= steps <= MOST_STEPS and SIDES[0] <= side <= SIDES[1]):
        raise ValueError(f"Paint in 1…{MOST_STEPS} steps, {SIDES[0]}…{SIDES[1]} pixels a side.")
