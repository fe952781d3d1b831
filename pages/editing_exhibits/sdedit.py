"""SDEdit: noise a picture as far as one likes, and let a model paint from there; a strip of strengths from one seed."""

from contextlib import closing
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import streamlit as st

from engine import client
from pages.editing_exhibits.kept import kept_or
from pages.editing_exhibits.sdedit_view import both, large, lesson, only, strip
from pages.editing_exhibits.small_pictures import Opening, Small, choose_small
from pages.editing_exhibits.small_readings import read_all
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall_array

STRENGTHS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
FORGOTTEN = (1.0,)
DRAWN = "a large orange circle left of a large blue square on a white background"
SAID = "a large orange ring left of a large blue circle on a white background"
OPENING = Opening(begin=3, end=8, source="own", drawn=DRAWN, said=SAID)


@dataclass(frozen=True)
class Request:
    """What is asked of the engine: a picture, how strongly it is painted over, in how many steps, how much guided."""

    small: Small
    strengths: tuple[float, ...]
    steps: int
    w: float


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        small = choose_small("sdedit", OPENING)
        words = small.data == "scenes"
        strength = st.select_slider(
            "Strength", STRENGTHS, 0.8 if words else 0.6, key="strength-words" if words else "strength",
            bind="query-params", format_func="{:g}".format,
            help="How far it is noised before it is painted again: 0 not at all, 1 until nothing is left.",
        )  # fmt: skip
        with st.expander("How it is painted", icon=":material/tune:"):
            w = st.slider(
                "Guidance w", 0.0, 8.0, 3.0 if words else 2.0, 0.5, key="w-words" if words else "w", bind="query-params"
            )
            steps = st.slider("Steps at strength 1", 5, 50, 20, 5, key="sdedit-steps", bind="query-params")
        broken = st.toggle(
            "Break it: strength 1", key="forget", bind="query-params",
            help="The same noise over two different pictures, as far as it goes.",
        )  # fmt: skip
    request = Request(small, STRENGTHS, steps, w)
    with view:
        stage = st.empty()
        made = varied(request, stage)
        before, *reads = read_all(small, np.stack([small.picture, *(only(each.picture) for each in made)]))
        with stage.container():
            large(small, made[STRENGTHS.index(strength)], before, reads[STRENGTHS.index(strength)])
            strip(small, made, reads, strength)
        if broken:
            forget(request)
    with controls:
        downloads(small, made)
    lesson(small, made[STRENGTHS.index(strength)], strength)


def varied(request: Request, stage) -> list[SimpleNamespace]:
    """The pictures of every strength: kept from before, or computed now while the strip grows. Raises `EngineError`."""

    def compute() -> list[SimpleNamespace]:
        made, small = [], request.small
        asked = client.engine().stream(
            "editing", "vary", model=small.model, x=small.x, said=small.said, strengths=list(request.strengths),
            seed=small.seed, steps=request.steps, w=request.w,
        )  # fmt: skip
        with timed(), closing(asked) as stream:
            for variation in stream:
                made.append(variation)
                with stage.container():
                    strip(small, made)
        return made

    return kept_or("sdedit", request, compute)


def forget(request: Request) -> None:
    """Strength 1 over the picture and over its negative: what comes of them is the same."""
    small = request.small
    other = Small(small.data, small.said, small.seed, 1 - small.picture)
    stage = st.empty()
    pair = [varied(Request(each, FORGOTTEN, request.steps, request.w), stage)[0] for each in (small, other)]
    with stage.container():
        both((small, other), pair)


def downloads(small: Small, made: list[SimpleNamespace]) -> None:
    """The strip to take home."""
    name = f"sdedit-{small.file_name}"
    starts, painted = (np.stack([only(getattr(each, of)) for each in made]) for of in ("start", "picture"))
    with st.container(horizontal=True):
        png_button("Strip PNG", lambda: wall_array(np.concatenate([starts, painted]), len(made)), name)
        npz_button("NPZ", name, source=small.picture, strengths=np.array(STRENGTHS), noised=starts, painted=painted)
