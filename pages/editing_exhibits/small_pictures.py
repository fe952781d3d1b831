"""The digit or garment that noise paints over: dreamt from weights, drawn or uploaded, and as what it is painted."""

from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
import streamlit as st

from engine.datasets import CLASSES
from pages.autoencoder_exhibits.sources import dreamt, own_picture
from pages.diffusion_exhibits.choices import pick_data
from pages.diffusion_exhibits.runs import MODELS
from pages.kit.footer import timed
from pages.kit.guard import guard

DATA = {"mnist": "Digits", "fashion": "Garments"}


@dataclass(frozen=True)
class Small:
    """A picture float32 (28, 28) in 0…1 of a data set, the class `said` that it is painted as, and a seed."""

    data: str
    said: int
    seed: int
    picture: np.ndarray = field(repr=False, compare=False)
    digest: str = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "digest", sha256(self.picture.tobytes()).hexdigest()[:24])

    @property
    def model(self) -> str:
        """The diffusion model of the same data set."""
        return MODELS[self.data]

    @property
    def x(self) -> np.ndarray:
        """The picture as the engine takes it, (1, 1, 28, 28)."""
        return self.picture[None, None]

    @property
    def name(self) -> str:
        """What it is painted as, in words."""
        return CLASSES[self.data][self.said]


def choose_small(begin: int, end: int) -> Small:
    """The controls: a picture, at first of the class `begin`, and what to paint it as, at first `end`."""
    data = pick_data("judge-", among=DATA)
    source = st.segmented_control(
        "Begin with", ["sample", "own"], default="sample", required=True, key="source", bind="query-params",
        format_func={"sample": "A sample", "own": "Your own"}.get,
    )  # fmt: skip
    mine, label, names = None, begin, CLASSES[data]
    if source == "own":
        with guard():
            mine = own_picture(data, "small")
    else:
        label = names.index(st.selectbox("Its class", names, begin, key=f"begin-{data}", bind="query-params"))
    said = names.index(st.selectbox("Paint it as", names, end, key=f"end-{data}", bind="query-params"))
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Of the sample and of the noise.")
    if mine is None:
        with timed():
            mine = dreamt(data, (label,), int(seed))[0]
    return Small(data, said, int(seed), np.ascontiguousarray(mine, np.float32))
