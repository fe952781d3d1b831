"""Fill a hole: what is known is put back after each step, and a model that never learned it paints what is missing."""

from contextlib import closing
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import streamlit as st

from engine import client
from engine.editing.strokes import Stroke, painted
from engine.pictures import to_png
from pages.components.frame_player import frame_player
from pages.editing_exhibits.brushing import brushed
from pages.editing_exhibits.figures import figure, row
from pages.editing_exhibits.fill_lesson import lesson
from pages.editing_exhibits.frames import as_pictures
from pages.editing_exhibits.kept import kept_or
from pages.editing_exhibits.small_pictures import Opening, Small, choose_small, hole_around
from pages.editing_exhibits.small_readings import read_all, right_of
from pages.kit import roles, shown
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.footer import timed
from pages.kit.steps import progress
from pages.kit.walls import wall, wall_array

HOLE = (Stroke(False, 0.28, ((0.3, 0.36), (0.6, 0.3), (0.72, 0.44))),)
"""The upper part of a digit, until a person brushes another."""
DRAWN = "a large orange circle left of a large blue square on a white background"
SAID = "a large orange circle left of a large yellow circle on a white background"
OPENING = Opening(begin=3, end=3, source="words", drawn=DRAWN, said=SAID)
SAMPLES = 8
MIDDLE = 128


@dataclass(frozen=True)
class Request:
    """A picture with a hole, in how many steps it is filled, how often each is taken again, and how much guided."""

    small: Small
    hole: bytes
    steps: int
    rounds: int
    w: float
    keep: np.ndarray = field(repr=False, compare=False)
    """bool (H, W), false in the hole."""


@dataclass(frozen=True)
class Filled:
    """What came of it: pictures float32 (N, H, W[, 3]), and the film of them, uint8 (T, H, W[, 3])."""

    pictures: np.ndarray
    film: np.ndarray
    times: list[int]


def render() -> None:
    """The exhibit."""
    brush, view, controls = st.columns([3.4, 6, 2.6], gap="medium")
    with controls:
        small = choose_small("fill", OPENING)
        steps, rounds, w = choose_way(small)
    with brush:
        st.markdown("**Brush a hole**")
        keep = without_hole(small)
    if keep.all():
        view.info("Nothing is marked: brush over what should be painted anew.", icon=":material/brush:")
        lesson(small, keep, None, rounds)
        return
    request = Request(small, np.packbits(keep).tobytes(), steps, rounds, w, keep)
    with view:
        st.markdown(f"**{SAMPLES} ways to fill it as “{small.name}”**")
        stage = st.empty()
        filled = kept_or("fill", request, lambda: fill(request, stage))
        show(small, filled, stage)
    with controls:
        downloads(request, filled)
    lesson(small, keep, filled.pictures, rounds)


def choose_way(small: Small) -> tuple[int, int, float]:
    """Steps, rounds and guidance."""
    rounds = st.slider(
        "Rounds of each step", 1, 8, 3, key="rounds", bind="query-params",
        help="1 breaks it: the new part never hears what the old one is, and the two do not fit together.",
    )  # fmt: skip
    with st.expander("How it is painted", icon=":material/tune:"):
        steps = st.slider("Steps", 5, 50, 20, 5, key="fill-steps", bind="query-params")
        words = small.data == "scenes"
        w = st.slider(
            "Guidance w", 0.0, 8.0, 3.0 if words else 1.0, 0.5, key="fill-w-words" if words else "fill-w",
            bind="query-params",
        )  # fmt: skip
    return steps, rounds, w


def without_hole(small: Small) -> np.ndarray:
    """The picture to brush on, and what of it is kept, bool (H, W)."""
    strokes = brushed(
        f"fill-{small.digest}",
        at_first=hole_around(small.scene) if small.scene else HOLE,
        photo=shown.url(("small", small.digest), "image/png", lambda: to_png(small.picture)),
        size=small.picture.shape[:2],
        colour=roles.TEXT,
        label="The hole in the picture.",
        hint="Brush a hole",
        tallest=380,
        width=0.14,
    )
    return painted(np.zeros(small.picture.shape[:2], np.uint8), strokes) < MIDDLE


def fill(request: Request, stage) -> Filled:
    """Read the stream while the pictures form. Raises `EngineError`."""
    small, frames = request.small, []
    asked = client.engine().stream(
        "editing", "fill_in", model=small.model, x=small.x, keep=request.keep[None, None], said=small.said, n=SAMPLES,
        seed=small.seed, steps=request.steps, rounds=request.rounds, w=request.w,
    )  # fmt: skip
    with timed(), closing(asked) as stream:
        for frame in stream:
            frames.append(frame)
            with stage.container():
                progress(frame)
                wall(as_pictures(frame.x_t), 4, alt="Filling")
    return Filled(as_pictures(frames[-1].x_t), film(frames), [frame.t for frame in frames])


def film(frames: list[SimpleNamespace]) -> np.ndarray:
    """Every frame as one picture, uint8 (T, H, W[, 3])."""
    return np.stack([wall_array(as_pictures(frame.x_t), 4) for frame in frames])


def show(small: Small, filled: Filled, stage) -> None:
    """The film, which rests on the finished pictures, and how a judge reads them."""
    with stage.container():
        frame_player(
            key="fill-film", frames=filled.film, fps=8, height=330, hold=4, label="Filling the hole",
            caption=[f"t = {t}" for t in filled.times],
        )  # fmt: skip
        reads = read_all(small, filled.pictures)
        right = right_of(reads)
        if right:
            st.markdown(f"**{right}** are {'as you said' if small.data == 'scenes' else f'read as {small.name}'}")
        colours = {True: roles.REAL, False: roles.ANOMALY, None: roles.GENERATED}
        cells = zip(filled.pictures, reads, strict=True)
        columns = SAMPLES // 2 if small.data == "scenes" else SAMPLES
        row([figure("", read.words, picture, colours[read.right]) for picture, read in cells], columns, "strip")


def downloads(request: Request, filled: Filled) -> None:
    """The pictures and the film to take home."""
    small = request.small
    name = f"filled-{small.file_name}"
    with st.container(horizontal=True):
        png_button("PNG", lambda: wall_array(filled.pictures, 4), name)
        gif_button("Film GIF", filled.film, name, 8, False)
        npz_button("NPZ", name, source=small.pixels, keep=request.keep, pictures=filled.pictures)
