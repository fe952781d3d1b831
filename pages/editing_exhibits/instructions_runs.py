"""An instruction that is followed: one picture with its film and its maps, or all of two dials at once."""

from contextlib import closing
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np

from engine import client
from engine.scenes import words
from pages.editing_exhibits.frames import LAYERS, pixels
from pages.editing_exhibits.kept import kept_or
from pages.editing_exhibits.scene_pictures import Painting
from pages.kit.footer import timed
from pages.kit.steps import progress
from pages.kit.walls import wall

MODEL = "instruct-scenes"
WS, W_PICTURES = (1.0, 3.0, 7.5, 15.0), (0.0, 1.0, 1.5, 3.0)
"""The places of both dials in the grid."""

PREVIEWS = 5
"""Every so many steps the pictures of the grid are shown."""


@dataclass(frozen=True)
class Request:
    """An instruction for a picture, and how far it and the picture are listened to."""

    before: Painting
    instruction: str
    w: float
    w_picture: float
    seed: int
    steps: int


@dataclass(frozen=True)
class Followed:
    """What came of it in T frames: x_t, x0_hat uint8 (T, 64, 64, 3); attention float16 (T, tokens, side, side)."""

    request: Request
    t: np.ndarray
    alpha_bar: np.ndarray
    x_t: np.ndarray
    x0_hat: np.ndarray
    attention: dict[str, np.ndarray] = field(repr=False)

    @property
    def picture(self) -> np.ndarray:
        """The edited picture, uint8 (64, 64, 3)."""
        return self.x_t[-1]


def followed(request: Request, stage) -> Followed:
    """The edit, kept from before or painted now while `stage` shows it. Raises `EngineError`."""

    def compute() -> Followed:
        frames = []
        with timed(), closing(asked(request, request.w, request.w_picture, 1)) as stream:
            for frame in stream:
                frames.append(frame)
                with stage.container():
                    progress(frame)
                    wall(np.stack([request.before.pixels, pixels(frame.x_t)[0]]), 2, alt=request.instruction)
        stage.empty()
        return film(request, frames)

    return kept_or("instructions", request, compute)


def film(request: Request, frames: list[SimpleNamespace]) -> Followed:
    """The frames of one picture."""
    tokens = 1 + len(words(request.instruction))
    return Followed(
        request,
        t=np.array([frame.t for frame in frames]),
        alpha_bar=np.array([frame.alpha_bar for frame in frames]),
        x_t=np.stack([pixels(frame.x_t)[0] for frame in frames]),
        x0_hat=np.stack([pixels(frame.x0_hat)[0] for frame in frames]),
        attention={layer: np.stack([frame.attention[layer][0, :tokens] for frame in frames]) for layer in LAYERS},
    )


def both_dials(request: Request, stage) -> np.ndarray:
    """The same edit at every place of both dials, uint8 (rows · columns, 64, 64, 3): a row a w_picture."""
    w, w_picture = (array.ravel().astype(np.float32) for array in np.meshgrid(WS, W_PICTURES))

    def compute() -> np.ndarray:
        with timed(), closing(asked(request, w, w_picture, PREVIEWS)) as stream:
            for frame in stream:
                with stage.container():
                    progress(frame)
                    wall(pixels(frame.x0_hat), len(WS), alt="Both dials")
        stage.empty()
        return pixels(frame.x_t)

    key = (request.before, request.instruction, request.seed, request.steps)
    return kept_or("instructions-grid", key, compute)


def asked(request: Request, w: float | np.ndarray, w_picture: float | np.ndarray, every: int):
    """The stream of the engine."""
    return client.engine().stream(
        MODEL, "follow", x=request.before.x, instruction=request.instruction, seed=request.seed, steps=request.steps,
        w=w, w_picture=w_picture, every=every,
    )  # fmt: skip
