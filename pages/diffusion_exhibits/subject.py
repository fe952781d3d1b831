"""The picture that an exhibit destroys or asks about: dreamt, drawn or uploaded, as a diffusion model sees it."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine.datasets import CLASSES
from pages.autoencoder_exhibits.sources import dreamt, own_picture
from pages.diffusion_exhibits.choices import pick_data
from pages.diffusion_exhibits.runs import MODELS
from pages.kit.footer import timed
from pages.kit.guard import guard

MARGIN = 2


@dataclass(frozen=True)
class Subject:
    """x_0, float32 (1, 32, 32) in −1…1, of a data set; `label` is its class, or None if nobody said so;
    `seed` is for its noise."""

    data: str
    x0: np.ndarray
    label: int | None
    seed: int

    @property
    def model(self) -> str:
        """The diffusion model of the same data set."""
        return MODELS[self.data]


def pick_subject() -> Subject:
    """The controls: which pictures, a class or one's own, a seed."""
    data = pick_data()
    source = st.segmented_control(
        "x₀", ["sample", "own"], default="sample", required=True, key="source", bind="query-params",
        format_func={"sample": "A sample", "own": "Your own"}.get,
    )  # fmt: skip
    own = None
    if source == "own":
        with guard():
            own = own_picture(data, key="subject")
    else:
        name = st.selectbox("Class", CLASSES[data], 5, key=f"subject-{data}", bind="query-params")
    seed = st.number_input("Seed", 0, 9999, 7, key="seed", bind="query-params", help="Of the sample and of its noise.")
    if own is not None:
        return Subject(data, as_x0(own), None, int(seed))
    label = CLASSES[data].index(name) if source == "sample" else 5
    with timed():
        return Subject(data, as_x0(dreamt(data, (label,), int(seed))[0]), label, int(seed))


def as_x0(picture: np.ndarray) -> np.ndarray:
    """(28, 28) in 0…1 → (1, 32, 32) in −1…1, black around it."""
    return np.pad(2 * picture.astype(np.float32) - 1, MARGIN, constant_values=-1)[None]
