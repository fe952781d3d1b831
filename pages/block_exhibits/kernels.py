"""Convolution: a kernel written cell by cell slides over a picture, and one pixel's arithmetic is worked out."""

import numpy as np
import streamlit as st

from engine.blocks.convolution import KERNELS, convolve
from pages.block_exhibits import address
from pages.block_exhibits.picture import pick_picture
from pages.components.kernel_bench import kernel_bench
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button

SIZES = (9, 25)
START = KERNELS["edge"].ravel().tolist()
PROBE = (0.43, 0.39)


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        picture = pick_picture()
    with view:
        kernel = address.kept("kernel", SIZES, START)
        kernel = kernel_bench(key="kernel-bench", picture=picture, kernel=kernel, presets=KERNELS, probe=PROBE)
    w = np.array(kernel).reshape(round(len(kernel) ** 0.5), -1)
    with controls:
        address.field("Kernel", "kernel", address.to_text(kernel, len(w)))
        st.caption("Type in a cell, turn it with ↑ and ↓ (Shift: tenths), or pull it sideways.")
        y = filtered(picture, w)
        npz_button("Input, kernel, output NPZ", "convolution", x=picture, w=w, y=y)
    lesson(picture, w, y)


def filtered(picture: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Every channel of uint8 (H, W[, 3]) with the kernel, padded to the same size."""
    channels = picture[..., None] if picture.ndim == 2 else picture
    maps = [convolve(channels[..., i].astype(float), w, padding=len(w) // 2) for i in range(channels.shape[-1])]
    return np.stack(maps, -1).reshape(picture.shape)


def lesson(picture: np.ndarray, w: np.ndarray, y: np.ndarray) -> None:
    """What a convolution is, with the numbers of this kernel and this picture."""
    left, right = st.columns(2, gap="large")
    k, total = len(w), float(w.sum())
    beyond = float(np.mean((y < 0) | (y > 255)))
    with left:
        st.markdown(
            "#### One small set of weights, asked everywhere\n"
            f"The same {k * k} weights look at every place of the picture. What they answer is large where the "
            "picture under the window resembles the kernel. A fully connected layer with as many outputs as this "
            f"picture has pixels would need {picture.shape[0] * picture.shape[1]:,}² weights; the convolution needs "
            f"**{k * k}**, and finds an edge wherever it is."
        )
        st.latex(
            r"\textcolor{%s}{y_{ij}} = \sum_{a=%d}^{%d}\sum_{b=%d}^{%d} \textcolor{%s}{w_{ab}}\,"
            r"\textcolor{%s}{x_{i+a,\,j+b}},\qquad \sum_{ab} \textcolor{%s}{w_{ab}} = %.4g"
            % (roles.GENERATED, -(k // 2), k // 2, -(k // 2), k // 2, roles.LATENT, roles.REAL, roles.LATENT, total)
        )
        st.caption(
            f"A plain area of grey g becomes {total:.3g}·g. {100 * beyond:.1f} % of this output lies outside "
            "0 … 255. Around the picture there are zeros, hence the bright or dark rim. Strictly this is a "
            "cross-correlation: mathematicians turn the kernel over first, networks learn it either way."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. **Edge**: why is the sky black? Add up the weights.\n"
            "2. **Left Sobel**, shown as ±: an edge from dark to bright and one from bright to dark differ in sign. "
            "Which of them does a ReLU keep?\n"
            "3. Start from **identity**, pull a neighbour to −1, then the opposite one: you have made a sharpener.\n"
            "4. **Blur**, then 5 × 5, and fill the rim with 0.02: how large must a kernel be to blur as much as two "
            "small ones in a row?\n"
            "5. Press Slide: that is all a convolution does."
        )
        show_code("blocks/convolution.py", "windows", "convolve")
