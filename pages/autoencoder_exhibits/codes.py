"""Codes of the VQ-VAE: a picture as 7×7 indices into a codebook, each of which can be swapped by hand."""

import numpy as np
import streamlit as st

from engine import cards, client
from engine.datasets import CLASSES
from pages.autoencoder_exhibits.sources import dreamt_codes, own_picture, pick_data, pick_seed
from pages.components.code_board import code_board
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall

MORE = 12


def render() -> None:
    """The exhibit."""
    board, controls = st.columns([3, 1], gap="large")
    with controls:
        data = pick_data()
        own = st.toggle("My own picture", key="vq-own")
        if own:
            picture = own_picture(data, "vq")
            origin = None if picture is None else _encoded(data, picture)
        else:
            classes = CLASSES[data]
            label = st.selectbox("Written by the prior", classes, 3, key="vq-class", bind="query-params")
            temperature = st.slider("Temperature", 0.1, 1.5, 0.8, 0.1, key="temperature", bind="query-params")
            seed = pick_seed()
            with timed():
                written = dreamt_codes(data, (classes.index(label),) * (1 + MORE), seed, temperature)
            picture, origin = None, written[0]
    with board:
        if origin is None:
            st.info("Draw something, and it becomes 49 numbers.", icon=":material/draw:")
            return
        codes = show_board(data, origin, picture)
    with timed():
        decoded = client.engine().call(f"vqvae-{data}", "decode", z=codes[None].astype(np.int64))[0, 0]
    with controls:
        png_button("Picture PNG", decoded, f"vqvae-{data}")
        npz_button("Codes NPZ", f"vqvae-{data}-codes", codes=codes, picture=decoded)
    if not own:
        samples(data, written[1:])
    lesson(data)


def show_board(data: str, origin: np.ndarray, picture: np.ndarray | None) -> np.ndarray:
    """The board over a picture's codes; returns the codes as the hand left them."""
    name = f"vqvae-{data}"
    shown = None if picture is None else (255 * picture).astype(np.uint8)
    return code_board(
        key=f"board-{data}",
        codes=origin,
        codebook=_codebook(name),
        usage=cards.derived(name)["usage"].astype(np.float32),
        decode_url=f"/api/decode/{name}?codes=indices",
        picture=shown,
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _codebook(name: str) -> np.ndarray:
    return (255 * client.engine().call(name, "codebook")).astype(np.uint8)


def _encoded(data: str, picture: np.ndarray) -> np.ndarray:
    return client.engine().call(f"vqvae-{data}", "encode", x=picture[None, None].astype(np.float32))[0]


def samples(data: str, indices: np.ndarray) -> None:
    """More pictures that the prior wrote for the chosen class, from their indices (N, 7, 7)."""
    with timed():
        pictures = client.engine().call(f"vqvae-{data}", "decode", z=indices)[:, 0]
    st.markdown("##### Twelve more, written code by code")
    wall(pictures, columns=12, alt="Samples of the prior over codes")


def lesson(data: str) -> None:
    """What discrete codes buy, with the codebook's measured usage."""
    metrics = cards.read(f"vqvae-{data}").metrics
    nll = cards.read(f"prior-{data}").metrics["nll_per_code"].value
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### A picture in 49 words\n"
            "The encoder looks at a 7×7 grid of places and picks for each the nearest of 128 code vectors; the decoder "
            "paints from those. The choice is no smooth function, so the gradient takes the straight way past it. The "
            "codebook follows the encoder by moving averages, and codes that nobody uses restart at data."
        )
        st.latex(r"s = \arg\min_k \lVert h - e_k \rVert,\qquad \hat x = D\big(h + \mathrm{sg}(e_s - h)\big)")
        st.markdown(
            f"Perplexity of the usage: **{metrics['perplexity'].value:.0f} of 128**, dead codes: "
            f"**{metrics['dead_codes'].value:.0f}**. The prior needs **{nll / np.log(2):.2f} bits** a code "
            f"(uniform would be 7)."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Click a place inside a stroke, then hover over the codebook: how far does one code reach?\n"
            "2. Find the code for empty background; it is the most used.\n"
            "3. Temperature 0.1 and 1.5: safe and dull against bold and broken."
        )
        show_code("autoencoders/quantizer.py", "Quantizer", "straight_through")
