"""Conditional: class and noise apart. Rows share their noise, columns their class; a judge checks the orders."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from engine.latents import prior_samples
from pages.autoencoder_exhibits.sources import pick_data, pick_seed
from pages.diffusion_exhibits.verdicts import Verdicts, judged, verdict_table
from pages.gan_exhibits.pictures_models import frechet, model_of
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall_array


@dataclass(frozen=True)
class Choice:
    """`rows` noises of `seed`, `length` times as long, each under all classes."""

    data: str
    rows: int
    seed: int
    length: float

    @property
    def model(self) -> str:
        """The generator that is told the class."""
        return model_of("conditional", self.data)

    @property
    def classes(self) -> tuple[int, ...]:
        """All of them, in order."""
        return tuple(range(len(CLASSES[self.data])))

    def z(self) -> np.ndarray:
        """The noises (rows, d)."""
        return self.length * prior_samples(self.rows, cards.read(self.model).config["latent"], self.seed)


def render() -> None:
    """The exhibit."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        choice = choose()
    if choice.model not in cards.names():
        exhibit.info(
            f"The model `{choice.model}` is not in pretrained/ yet: `make train NAME={choice.model}` makes it.",
            icon=":material/hourglass_empty:",
        )
        return
    with timed():
        pictures = table(choice.model, choice.z())
        rows = [
            Verdicts(f"noise {i + 1}", row, choice.classes, judged(choice.data, row)) for i, row in enumerate(pictures)
        ]
    with exhibit:
        notes = [f"{row.right.sum()}/{len(row.right)} right" for row in rows]
        verdict_table(choice.data, CLASSES[choice.data], rows, notes, "")
        name = f"{choice.model}-seed{choice.seed}"
        with st.container(horizontal=True):
            png_button("Table PNG", wall_array(pictures.reshape(-1, *pictures.shape[2:]), len(choice.classes)), name, 4)
            npz_button("NPZ", name, z=choice.z(), pictures=pictures, p=np.stack([row.p for row in rows]))
        st.caption("A dashed frame marks what an independent classifier misreads, with what it takes the picture for.")
    lesson(choice, pictures, rows)


def choose() -> Choice:
    """The controls."""
    data = pick_data()
    rows = st.slider("Noises", 2, 12, 7, key="conditional-rows", bind="query-params")
    seed = int(pick_seed())
    st.button("Other noises", icon=":material/casino:", on_click=_another_seed, width="stretch")
    length = st.slider(
        "Break it: length of the noise", 0.0, 2.5, 1.0, 0.05, key="conditional-length", bind="query-params",
        format="× %.2f", help="At 0 there is no noise left: the class says everything.",
    )  # fmt: skip
    return Choice(data, rows, seed, length)


def _another_seed() -> None:
    st.session_state.seed = (int(st.session_state.seed) + 1) % 10_000


@st.cache_data(max_entries=64, show_spinner=False)
def table(model: str, z: np.ndarray) -> np.ndarray:
    """Pictures (rows, classes, 28, 28) in 0…1: every noise under every class, all in one call."""
    classes = cards.read(model).config["classes"]
    y = np.tile(np.arange(classes), len(z))
    pictures = client.engine().call(model, "generate", z=z.repeat(classes, 0).astype(np.float32), y=y)
    return pictures[:, 0].reshape(len(z), classes, *pictures.shape[2:])


def origins(pictures: np.ndarray) -> tuple[float, float, float]:
    """Which shares of the pixels' variance the class alone, the noise alone and only both together explain.

    The two-way analysis of variance of a table (rows, columns, 28, 28) with one picture a cell; all 0 for a table of
    equal pictures.
    """
    centred = pictures - pictures.mean((0, 1))
    total = np.square(centred).mean()
    if total < 1e-12:
        return 0.0, 0.0, 0.0
    by_class, by_noise = (float(np.square(centred.mean(axis)).mean() / total) for axis in (0, 1))
    return by_class, by_noise, 1 - by_class - by_noise


def lesson(choice: Choice, pictures: np.ndarray, rows: list[Verdicts]) -> None:
    """Two inputs, two jobs."""
    left, right = st.columns([5, 4], gap="large")
    names = CLASSES[choice.data]
    by_class, by_noise, together = origins(pictures)
    correct, asked = sum(int(row.right.sum()) for row in rows), len(rows) * len(choice.classes)
    with left:
        st.markdown(
            "#### Both players are told the class\n"
            "The generator gets the class beside the noise; the discriminator gets it beside the picture, so a "
            f"perfect {names[3]} that was ordered as a {names[7]} is a fake. Noise is left with everything "
            f"the class does not say: slant, weight, width. The judge reads **{correct} of {asked}** as ordered."
        )
        st.latex(
            r"\begin{gathered}\min_G\max_D\; \mathbb E_{x,y}\log D(x\,|\,y) \\"
            r"{} + \mathbb E_{z,y}\log\big(1 - D(G(z\,|\,y)\,|\,y)\big)\end{gathered}"
        )
        st.markdown(
            f"Of what varies in this table the class alone explains **{by_class:.0%}**, the noise alone "
            f"**{by_noise:.0%}**, and **{max(together, 0):.0%}** only both together: a look that each class "
            "wears in its own way."
        )
        st.latex(
            r"x_{ij} - \bar x = \underbrace{(\bar x_{\cdot j} - \bar x)}_{\text{class}} + "
            r"\underbrace{(\bar x_{i\cdot} - \bar x)}_{\text{noise}} + \text{both}"
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Read along a row: what do the ten pictures of one noise have in common?\n"
            "2. Read down a column: does one class come in many forms, or in one? Collapse can hide inside a class.\n"
            "3. Break it: no noise at all, length 0. How many pictures are left?\n"
            "4. Make the noise twice as long: what breaks first, the style or the class?"
        )
        show_code("gans/networks.py", "Generator", "Discriminator")
    card = cards.read(choice.model)
    st.caption(
        f"`{choice.model}`: {card.parameters:,} weights, Fréchet distance {frechet(card)}, {card.steps_done:,} of "
        f"{card.steps_full:,} steps."
    )
