"""What the page /editing sees of a run. Pictures travel as float16 (B, C, H, W) in 0…1."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.samplers import Step, timed
from engine.editing.control import Looks
from engine.editing.guidance import TRAINED

Decode = Callable[[Tensor], Tensor]
"""States (B, C, h, w) → pictures (B, C, H, W) in 0…1."""


@dataclass(frozen=True)
class Frame:
    """One moment of a run: step `step` of `steps` at time t.

    x_t and x0_hat: float16 (B, C, H, W) in 0…1, what is there and what the network expects to come of it.
    attention: float16 (B, LENGTH, side, side) by layer, to each token; `mask` bool (B − 1, 1, side, side), where local
    blending let pictures differ, if it did. `x` is the state itself, float32, and only in the last frame.
    """

    step: int
    steps: int
    t: int
    alpha_bar: float
    x_t: np.ndarray
    x0_hat: np.ndarray
    seconds: float
    attention: dict[str, np.ndarray] = field(default_factory=dict)
    mask: np.ndarray | None = None
    x: np.ndarray | None = None


def frames(
    run: Iterator[Step], decode: Decode, steps: int, every: int, looks: Looks | None = None,
    mask: Callable[[], Tensor | None] = lambda: None,
) -> Iterator[Frame]:  # fmt: skip
    """Every `every`-th step of a run, the first and the last. Raises `FloatingPointError` when the numbers run away."""
    for i, (step, spent) in enumerate(timed(run)):
        if not torch.isfinite(step.x_t).all():
            raise FloatingPointError(f"The numbers ran away at t = {step.t}: lower the guidance.")
        if i % every == 0 or i == steps:
            views = [light(decode(x)) for x in (step.x_t, step.x0_hat)]
            attention = {layer: light(maps) for layer, maps in looks.now.items()} if looks else {}
            shown, state = mask(), step.x_t.cpu().numpy() if i == steps else None
            yield Frame(
                i, steps, int(step.t), float(TRAINED.alpha_bar[step.t]), *views, spent, attention,
                None if shown is None else shown.cpu().numpy(), state,
            )  # fmt: skip


def levels(x: Tensor) -> np.ndarray:
    """One picture (1, 3, H, W) in 0…1 as uint8 (H, W, 3), rounded."""
    return (255 * x[0].permute(1, 2, 0) + 0.5).byte().cpu().numpy()


def light(x: Tensor) -> np.ndarray:
    """A picture as it travels: float16."""
    return x.half().cpu().numpy()
