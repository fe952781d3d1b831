"""Several runs beside each other as one film: at any moment each shows where it is at the same t."""

from collections.abc import Sequence

import numpy as np

from engine import cards
from engine.diffusion.schedules import COSINE
from engine.pictures import grid
from pages.components.diffusion_film import Film
from pages.diffusion_exhibits.live import live_result
from pages.diffusion_exhibits.runs import Result, Run, result, without_margin
from pages.diffusion_exhibits.verdicts import judged
from pages.kit.footer import timed

MOMENTS = COSINE.visits(60)
SEAM = 2
AT_ONCE = 500
"""So many pictures through the network take less than a second; more are watched while they are computed."""


def computed(run: Run, stage, key: str) -> Result:
    """The result of a run: at once if it is short, else with previews on `stage`. Raises `EngineError`.

    What a rerun cut off in the middle begins anew.
    """
    if calls(run) > AT_ONCE:
        so_far = live_result(run, stage, key, again=False)
        return live_result(run, stage, key, again=True) if so_far.film.t[-1] > 0 else so_far
    with timed():
        return result(run)


def calls(run: Run) -> int:
    """How many pictures about go through the network: guidance asks twice a step, Langevin four times."""
    return run.steps * run.pictures * (1 if run.w in (0, 1) else 2) * (4 if run.sampler == "langevin" else 1)


def in_step(films: Sequence[Film], columns: int, view: str = "x_t") -> np.ndarray:
    """One film of several with the same number of pictures, side by side, each in `columns` columns.

    uint8 (T, H, W[, 3]), a frame for each of the `MOMENTS` t = 1,000 … 0; a run with few steps rests in between.
    """
    blocks = [[grid(pictures, columns) for pictures in getattr(film, view)] for film in films]
    shown = [np.searchsorted(-film.t, -MOMENTS, side="right") - 1 for film in films]
    return np.stack(
        [
            grid(np.stack([block[which[i]] for block, which in zip(blocks, shown, strict=True)]), len(films), SEAM)
            for i in range(len(MOMENTS))
        ]
    )


def read_as_told(run: Run, pictures: np.ndarray) -> np.ndarray | None:
    """Whether an independent classifier reads each picture (N, 32, 32) as its class: bool (N,); None if there is none.

    Raises `EngineError`.
    """
    data = run.model.split("-")[-1]
    if f"judge-{data}" not in cards.names() or not run.classes:
        return None
    with timed():
        return judged(data, without_margin(pictures)).argmax(1) == np.array(run.classes)
