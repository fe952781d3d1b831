"""Side by side: the same 64 latents under each generator, over the classes that a judge counts."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards
from engine.pictures import to_uint8
from pages.autoencoder_exhibits.sources import pick_seed
from pages.components.sample_walls import Lane, sample_walls
from pages.gan_exhibits.pictures_models import (
    METHODS,
    NOTES,
    SHORT,
    Sampled,
    class_shares,
    entropy,
    frechet,
    latents,
    model_of,
    sampled,
)
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall_array

PICTURES = 64
FIRST_SIGHT = ("vanilla", "ns", "r3")


@dataclass(frozen=True)
class Choice:
    """Which generators, and which latents they are given: of `seed`, `length` times as long."""

    data: str
    methods: tuple[str, ...]
    seed: int
    length: float

    def z(self, method: str) -> np.ndarray:
        """The latents (64, d)."""
        return self.length * latents(model_of(method, self.data), PICTURES, self.seed)


def render(data: str, methods: list[str]) -> None:
    """The view."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        choice = choose(data, methods)
    with timed():
        made = {method: sampled(method, data, choice.z(method)) for method in choice.methods}
    with exhibit:
        sample_walls(
            key=f"gan-walls-{data}", lanes=[lane(method, choice, one) for method, one in made.items()],
            classes=SHORT[data], label=f"Walls of {data}",
        )  # fmt: skip
        downloads(choice, made)
    lesson(choice, made)


def choose(data: str, methods: list[str]) -> Choice:
    """The controls."""
    opening = [method for method in methods if method in FIRST_SIGHT] or methods
    chosen = st.pills(
        "Generators", methods, selection_mode="multi", wrap=True, default=opening, key=f"gan-lanes-{data}",
        bind="query-params", format_func=METHODS.get,
        help="All but the style-based one have the same two networks; their game differs.",
    )  # fmt: skip
    seed = pick_seed()
    st.button("New latents", icon=":material/casino:", on_click=_another_seed, width="stretch")
    length = st.slider(
        "Break it: length of every z", 0.0, 2.0, 1.0, 0.05, key="gan-length", bind="query-params", format="× %.2f",
        help="Latents of training have a length of about √d. At 0 nothing tells them apart.",
    )  # fmt: skip
    return Choice(data, tuple(chosen or methods), int(seed), length)


def _another_seed() -> None:
    st.session_state.seed = (int(st.session_state.seed) + 1) % 10_000


def lane(method: str, choice: Choice, one: Sampled) -> Lane:
    """A generator's wall."""
    shares = class_shares(model_of(method, choice.data))
    return Lane(METHODS[method], to_uint8(one.pictures)[None], one.p[None], shares, NOTES[method])


def downloads(choice: Choice, made: dict[str, Sampled]) -> None:
    """The walls to take home."""
    with st.container(horizontal=True):
        for method, one in made.items():
            name = f"{model_of(method, choice.data)}-seed{choice.seed}"
            png_button(f"{METHODS[method]} PNG", wall_array(one.pictures), name, 4)
        npz_button(
            "All NPZ", f"gan-walls-{choice.data}-seed{choice.seed}",
            **{f"{method}_{part}": values for method, one in made.items()
               for part, values in (("pictures", one.pictures), ("p", one.p), ("z", choice.z(method)))},
        )  # fmt: skip


def lesson(choice: Choice, made: dict[str, Sampled]) -> None:
    """What the bars say, with the numbers on show."""
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.markdown(
            "#### A good picture is not a good sample\n"
            "The discriminator sees one picture at a time. A generator that paints a few convincing ones, over and "
            "over, wins that game: nothing in the loss asks it for the others. So look at one picture and every lane "
            "may pass; look at 64 and count. With ten equally frequent classes the entropy of the bars would be "
            "log 10 = 2.30 nats; what is missing is what the wall has lost."
        )
        st.latex(
            r"\mathrm{KL}(\hat p\,\Vert\,\tfrac1{10}) = \log 10 - H(\hat p),\quad H = -\sum_y \hat p_y\log\hat p_y"
        )
        table(choice, made)
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Point at a picture: each lane paints the same *z*. Do two lanes agree on what it should become? They "
            "need not: a latent has no meaning but the one that its generator gives it.\n"
            "2. Press the tallest bar of the vanilla lane: how different are the pictures of that one class?\n"
            "3. New latents, several times: do the missing classes ever come?\n"
            "4. Break it: shorten every z to 0, then lengthen it to 2. Where do pictures fail first?"
        )
        show_code("gans/losses.py", "minimax", "non_saturating")
    st.caption(
        "A small independent classifier reads the pictures; it must say something even to a scribble. Marks on the "
        "bars: the share of the class among the many samples of the model's card."
    )


def table(choice: Choice, made: dict[str, Sampled]) -> None:
    """The counts of this wall beside the card's figures."""
    rows = ["| | classes here | H(p̂) | KL to even | classes, card | Fréchet, card |", "|:--|--:|--:|--:|--:|--:|"]
    for method, one in made.items():
        card = cards.read(model_of(method, choice.data))
        h, covered = entropy(one.counts), card.metrics.get("classes_covered")
        rows.append(
            f"| {METHODS[method]} | **{(one.counts > 0).sum()}** | {h:.2f} | {np.log(10) - h:.2f} | "
            f"{f'{covered.value:.0f} of 10' if covered else '–'} | {frechet(card)} |"
        )
    st.markdown("\n".join(rows))
