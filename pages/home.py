"""/: what Manifold is, one map that moves, and a door to each exhibit with a picture made just now from its weights."""

from collections.abc import Callable
from contextlib import closing
from itertools import chain
from typing import NamedTuple

import numpy as np
import streamlit as st

from engine import cards, client
from engine.clip import gallery
from engine.clip.queries import ranking
from engine.latents import lerp, prior_samples
from pages.autoencoder_exhibits.atlas import Plane, show
from pages.autoencoder_exhibits.sources import dreamt
from pages.block_exhibits import quiz
from pages.block_exhibits.picture import bundled
from pages.diffusion_exhibits.runs import Run, result
from pages.editing_exhibits import words_choices
from pages.editing_exhibits.frames import pixels
from pages.gan_exhibits.pictures_models import generated, latents
from pages.kit.footer import device, footer
from pages.kit.guard import guard
from pages.kit.walls import wall
from pages.segmentation_exhibits.pictures import sample

SEED = 7
DOORS_A_ROW = 3


@st.cache_data(show_spinner=False)
def walk() -> np.ndarray:
    """Twelve digits (12, 28, 28) on the way through a 20-D space."""
    a, b = prior_samples(2, 20, SEED)
    return client.engine().call("vae20-mnist", "decode", z=lerp(a, b, 12))[:, 0]


@st.cache_data(show_spinner=False)
def doodles() -> np.ndarray:
    """Twelve doodles as the model remembers them, one a class."""
    derived = cards.derived("vae32-quickdraw")
    first = [int(np.flatnonzero(derived["labels"] == label)[0]) for label in range(10, 22)]
    return client.engine().call("vae32-quickdraw", "decode", z=derived["mu"][first].astype(np.float32))[:, 0]


@st.cache_data(show_spinner=False)
def garments() -> np.ndarray:
    """Twelve garments written code by code."""
    return dreamt("fashion", (0, 1, 2, 3, 4, 9, 5, 6, 7, 8, 1, 3), SEED)


@st.cache_data(show_spinner=False)
def denoised() -> np.ndarray:
    """Two digits at six moments on their way out of noise."""
    film = result(Run("ddpm-mnist", (3, 5), 2, seed=SEED, steps=20, sampler="ddpm")).film
    return film.x_t[np.linspace(6, 20, 6).astype(int)].swapaxes(0, 1).reshape(12, 32, 32)


@st.cache_data(show_spinner=False)
def collapsed() -> np.ndarray:
    """What a collapsed GAN and a cured one make of the same six latents; of twelve, if only the cured one is here."""
    there = ["vanilla", "ns"] if "gan-vanilla-mnist" in cards.names() else ["ns"]
    rows = (generated(name := f"gan-{method}-mnist", latents(name, 12 // len(there), SEED)) for method in there)
    return np.concatenate(list(rows))


@st.cache_data(show_spinner=False)
def filters() -> np.ndarray:
    """A temple through twelve kernels, (12, 70, 70)."""
    temple = np.asarray(bundled("china").convert("L"))[8:148:2, 20:160:2]
    return np.stack([quiz.filtered(temple, w) for w in quiz.ALL.values()])


@st.cache_data(show_spinner=False)
def looked_into() -> np.ndarray:
    """Twelve feature maps (12, h, w) of a U-Net that looks at a photograph."""
    picture = sample("cameraman").picture
    maps = client.engine().call("unet-people", "features", picture=picture, block="decoder0")["maps"][:12]
    maps = maps.astype(np.float32)
    return maps / np.maximum(maps.max((1, 2), keepdims=True), 1e-6)


@st.cache_data(show_spinner=False)
def found() -> np.ndarray:
    """The twelve scenes, of six hundred, that are nearest to a sentence; uint8 (12, 64, 64, 3)."""
    query = client.engine().call("clip-scenes", "embed_texts", texts=["a red heart"])["embeddings"][0]
    best, _ = ranking(query, cards.derived("clip-scenes")["gallery"].astype(np.float32), 12)
    return gallery.pictures(64, [int(i) for i in best])


@st.cache_data(show_spinner=False)
def rewritten() -> np.ndarray:
    """Six moments of a scene being painted, and of the same with one word changed; uint8 (12, 64, 64, 3)."""
    old, new = words_choices.OPENING
    asked = client.engine().stream("text2scene", "rewrite", old=old, new=[new], seed=words_choices.SEED, steps=12)
    with closing(asked) as frames:
        film = np.stack([pixels(frame.x0_hat) for frame in frames])  # (steps, 2, 64, 64, 3)
    return film[np.linspace(0, len(film) - 1, 6).astype(int)].swapaxes(0, 1).reshape(12, 64, 64, 3)


class Door(NamedTuple):
    """A card: what is behind it, a picture made just now, and where it leads."""

    title: str
    line: str
    thumbnail: Callable[[], np.ndarray]
    exhibit: str
    page: str = "autoencoders.py"
    model: str = ""
    """What the picture needs, if it is not always published: without it there is no door."""


DOORS = (
    Door("Noise into pictures", "Watch a DDPM denoise, frame by frame.", denoised, "Reverse", "diffusion.py"),
    Door(
        "Make one collapse", "Same latents, one GAN with a cure and one without: race them, count what is lost.",
        collapsed, "Race", "gans.py", "gan-ns-mnist",
    ),
    Door(
        "Inside a U-Net", "Click through it while it finds the people in your photo.", looked_into, "Microscope",
        "segmentation.py", "unet-people",
    ),
    Door(
        "A red heart, please", "Search pictures with words, your own too: nothing is labelled.", found, "Search",
        "retrieval.py", "clip-scenes",
    ),
    Door(
        "Change one word", "A prompt is painted again, the picture stays: grip its attention maps.", rewritten,
        "Words on scenes", "editing.py", "text2scene",
    ),
    Door("Twenty dials", "Turn the dimensions of a 20-D code while a real decoder answers.", walk, "5-D and 20-D"),
    Door("Pictures in 49 words", "Swap the codes of a VQ-VAE by hand.", garments, "VQ codes"),
    Door("Cat + (house − tree)", "Add and subtract doodles, and watch the way there.", doodles, "Arithmetic"),
    Door("Nine numbers", "Write a kernel, cell by cell, and your photo answers.", filters, "Convolution", "blocks.py"),
)  # fmt: skip


def doors() -> None:
    """A card an exhibit, in rows of three."""
    here = cards.names()
    open_ones = [door for door in DOORS if not door.model or door.model in here]
    rows = [st.columns(DOORS_A_ROW) for _ in range(0, len(open_ones), DOORS_A_ROW)]
    for place, door in zip(chain(*rows), open_ones, strict=False):
        with place.container(border=True, height="stretch"):
            with guard():
                wall(door.thumbnail(), columns=6, alt=door.title)
            st.page_link(
                door.page, label=f"**{door.title}**", icon=":material/arrow_forward:",
                query_params={"exhibit": door.exhibit},
            )  # fmt: skip
            st.caption(door.line)


st.title("Play with the models that see and dream", anchor=False)
st.markdown(
    "Every picture here is computed **now, on this machine**, by models small enough to train in minutes. Move "
    "over the "
    "map: under your pointer a decoder paints the digit that this point of the plane stands for."
)
with guard():
    st.session_state.home_pins = show(
        Plane.published("mnist"), st.session_state.get("home_pins", []), key="home-atlas", height=560
    )
st.subheader("Exhibits", anchor=False)
doors()
st.caption(f"Running on {device()}.")
st.page_link("model_cards.py", label="Every model's card, figures and licence", icon=":material/badge:")
footer()
