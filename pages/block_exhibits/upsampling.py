"""Up-sampling: nearest, bilinear, max unpooling and transposed convolution, and where the checkerboard comes from."""

import numpy as np
import streamlit as st

from engine.blocks.upsampling import stamps, transposed
from pages.block_exhibits import address
from pages.block_exhibits.picture import pick_picture
from pages.components.upsample_bench import Upsampling, upsample_bench
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button

KEY = "up"
FACTORS = (2, 3, 4)
SIZES = tuple(1 + 4 + k * k for k in (2, 3, 4, 5))
START = Upsampling([20.0, 30.0, 112.0, 37.0], [1.0] * 9)
SIDE = 96


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        picture = pick_picture(side=SIDE)
    with view:
        upsampling = upsample_bench(key="upsample-bench", picture=picture, upsampling=kept())
    w = np.array(upsampling.kernel).reshape(round(len(upsampling.kernel) ** 0.5), -1)
    x = np.array(upsampling.matrix).reshape(2, 2)
    with controls:
        texts = [address.to_text(upsampling.matrix, 2), address.to_text(upsampling.kernel, len(w))]
        address.field("s; input; kernel", KEY, "; ".join([str(upsampling.s), *texts]))
        st.caption("Point at an input number to see what it reaches.")
        npz_button("Transposed NPZ", "transposed", x=x, w=w, y=transposed(x, w, upsampling.s))
    lesson(x, w, upsampling.s)


def kept() -> Upsampling:
    """The numbers of this session, at first those in the address; what makes no sense is the lecture's maxima."""
    factor, *numbers = address.kept(KEY, SIZES, [START.s, *START.matrix, *START.kernel])
    return Upsampling(numbers[:4], numbers[4:], int(factor)) if factor in FACTORS else START


def lesson(x: np.ndarray, w: np.ndarray, s: int) -> None:
    """The four ways in words, and the sum at one place of the transposed convolution."""
    left, right = st.columns(2, gap="large")
    y, k = transposed(x, w, s), len(w)
    inside = sorted(set(stamps(9, k, s)[k:-k].tolist()))
    with left:
        st.markdown(
            "#### Where do the new numbers come from?\n"
            "**Nearest** copies, **bilinear** draws straight lines: nothing to learn. **Max unpooling** remembers "
            "where each maximum was and puts it back, zeros around it: sharp, but full of holes until a convolution "
            "fills them. A **transposed convolution** stamps its kernel once for each number, as strongly as the "
            "number is large, and adds up where stamps overlap; its kernel is learned."
        )
        st.latex(
            r"\textcolor{%s}{y_{o}} = \sum_{i}\textcolor{%s}{w_{o - %d i}}\,\textcolor{%s}{x_i},\qquad"
            r" (2 - 1)\cdot %d + %d = \textcolor{%s}{%d}\text{ places}"
            % (roles.GENERATED, roles.LATENT, s, roles.REAL, s, k, roles.GENERATED, len(y))
        )
        st.caption(
            f"With k = {k} and s = {s}, an inner place is covered by {' or '.join(map(str, inside))} stamps along each "
            "side. Unequal numbers are a checkerboard before anything is learned; training can hide it, but has to."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. k = 3, s = 2, all ones: the checkerboard stands in the picture. Make it k = 4: gone.\n"
            "2. k = s = 2, all ones: the transposed convolution *is* nearest.\n"
            "3. Press *tent*: with k = 4 it is bilinear up-sampling, and even k = 3 is smooth again. A network can "
            "learn this kernel; nothing makes it do so.\n"
            "4. Which of the four could a U-Net's decoder use without a single weight? Which needs the encoder's "
            "places?\n"
            "5. Cure the checkerboard otherwise: nearest first, then an ordinary convolution. Why is it even?"
        )
        show_code("blocks/upsampling.py", "transposed", "stamps", "unpool")
