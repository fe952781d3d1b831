"""Arithmetic: A + (B − C) in the latent space, with the way there as a film."""

import numpy as np
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from engine.latents import class_means, lerp
from pages.components.frame_player import frame_player
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button
from pages.kit.footer import timed
from pages.kit.walls import wall

MODELS = {"quickdraw": "vae32-quickdraw", "fashion": "vae20-fashion", "mnist": "vae20-mnist"}
TITLES = {"quickdraw": "Doodles", "fashion": "Garments", "mnist": "Digits"}
OPENING = {"quickdraw": ("cat", "house", "tree"), "fashion": ("T-shirt", "pullover", "shirt"), "mnist": ("1", "8", "3")}
FRAMES = 24


def render() -> None:
    """The exhibit."""
    film, controls = st.columns([2, 1], gap="large")
    with controls:
        data = st.segmented_control(
            "Pictures", list(MODELS), default="quickdraw", required=True, key="arith", bind="query-params",
            format_func=TITLES.get,
        )  # fmt: skip
        codes = choices(MODELS[data])
        a, b, c = (term(name, data, i, codes) for i, name in enumerate("ABC"))
        strength = st.slider("How much of (B − C)", 0.0, 2.0, 1.0, 0.1, key="strength", bind="query-params")
    end = a + strength * (b - c)
    walk = np.concatenate([[a, b, c], lerp(a, end, FRAMES)])
    with timed():
        pictures = client.engine().call(MODELS[data], "decode", z=walk)[:, 0]
    frames = (255 * pictures[3:]).astype(np.uint8)
    with film:
        frame_player(key="arithmetic-film", frames=frames, fps=12, height=480, bounce=True)
    with controls:
        wall(pictures[[0, 1, 2, -1]], columns=4, alt="A, B, C and A + (B − C)", role=roles.GENERATED)
        st.caption("A · B · C · the result")
        with st.container(horizontal=True):
            gif_button("Film GIF", frames, f"arithmetic-{data}")
            npz_button("NPZ", f"arithmetic-{data}", codes=walk[3:], pictures=pictures[3:])
    lesson(a, b, c, strength)


def choices(model: str) -> list[np.ndarray]:
    """For each class the codes to choose from, (1 + N, d): their mean, then those of its N test pictures."""
    derived = cards.derived(model)
    codes, labels = derived["mu"].astype(np.float32), derived["labels"]
    return [np.vstack([mean, codes[labels == label]]) for label, mean in enumerate(class_means(codes, labels))]


def term(name: str, data: str, index: int, codes: list[np.ndarray]) -> np.ndarray:
    """A picker for one term, (d,), from the `choices`: a class, and its mean code or one of its test pictures'."""
    classes, opening = CLASSES[data], OPENING[data][index]
    label = st.selectbox(name, classes, classes.index(opening), key=f"{name}-{data}", bind="query-params")
    which = st.slider(
        f"{name}: which one", 0, 20, int(name == "A"), key=f"{name}-which", bind="query-params",
        label_visibility="collapsed", format="№ %d", help="0 is the mean of the class, the others are test pictures.",
    )  # fmt: skip
    return codes[classes.index(label)][which]


def lesson(a: np.ndarray, b: np.ndarray, c: np.ndarray, strength: float) -> None:
    """Why adding works at all."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Directions mean something\n"
            "Where a decoder is smooth and its codes are dense, the difference of two codes is a *change* that can be "
            "added elsewhere. It works best with class means, where what single pictures do not share averages out."
        )
        st.latex(
            r"z = z_A + %.1f\,(z_B - z_C),\quad \lVert z_A\rVert = %.2f,\ \lVert z_B - z_C\rVert = %.2f,"
            r"\ \lVert z\rVert = %.2f" % (strength, *map(np.linalg.norm, (a, b - c, a + strength * (b - c))))
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. T-shirt + (pullover − shirt): which part changes?\n"
            "2. Move a slider to № 0 and back: a single picture against the mean of its class.\n"
            "3. Turn the strength to 2: how long does the picture stay sensible as ‖z‖ leaves the prior's shell?"
        )
        show_code("latents.py", "class_means", "lerp")
