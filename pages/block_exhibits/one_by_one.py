"""Linear as a 1×1 convolution: the same layer at every pixel, computed both ways, here and by torch."""

import numpy as np
import streamlit as st

from engine import client
from pages.block_exhibits import address
from pages.block_exhibits.picture import pick_picture
from pages.components.pixel_layer import PixelLayer, pixel_layer
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.footer import timed

KEY = "layer"
SIZES = (12,)
NOTHING = [0.0, 0.0, 0.0]
LUMA = [0.299, 0.587, 0.114]
PRESETS = {
    "identity": PixelLayer([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], NOTHING),
    "grey": PixelLayer([*LUMA, *LUMA, *LUMA], NOTHING),
    "sepia": PixelLayer([0.393, 0.769, 0.189, 0.349, 0.686, 0.168, 0.272, 0.534, 0.131], NOTHING),
    "swap": PixelLayer([0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0], NOTHING),
    "negative": PixelLayer([-1.0, 0.0, 0.0, 0.0, -1.0, 0.0, 0.0, 0.0, -1.0], [255.0, 255.0, 255.0]),
    "warmer": PixelLayer([1.1, 0.1, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.8], [10.0, 0.0, -10.0]),
}
PROBE = (0.45, 0.62)


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        picture = pick_picture(colour=True)
    with view:
        layer = pixel_layer(key="pixel-layer", picture=picture, layer=kept(), presets=PRESETS, probe=PROBE)
    with controls:
        address.field("W; b", KEY, f"{address.to_text(layer.weights, 3)}; {address.to_text(layer.biases, 3)}")
        by_torch(picture, layer)
    lesson(picture)


def kept() -> PixelLayer:
    """The layer of this session, at first the one in the address; what makes no sense is sepia."""
    numbers = address.kept(KEY, SIZES, [*PRESETS["sepia"].weights, *PRESETS["sepia"].biases])
    return PixelLayer(numbers[:9], numbers[9:])


def by_torch(picture: np.ndarray, layer: PixelLayer) -> None:
    """The same two ways as the engine's torch computes them."""
    x = np.moveaxis(picture, -1, 0).astype(np.float32)
    w, b = np.array(layer.weights, np.float32).reshape(3, 3), np.array(layer.biases, np.float32)
    with timed():
        both = client.engine().call("blocks", "pixelwise", x=x, w=w, b=b)
    off = float(np.abs(both["linear"] - both["convolution"]).max())
    st.metric(
        "nn.Linear against nn.Conv2d(3, 3, 1)",
        f"{off:.1e}" if off else "0",
        help="The largest difference over all pixels.",
    )
    st.caption("Asked of torch with the same twelve numbers; what is left is rounding.")


def lesson(picture: np.ndarray) -> None:
    """Two readings of the same twelve numbers."""
    left, right = st.columns(2, gap="large")
    height, width = picture.shape[:2]
    with left:
        st.markdown(
            "#### Twelve numbers, two readings\n"
            f"**Linear**: the picture is a batch of {height * width:,} rows with three numbers each, and every row "
            "goes through the same layer. **Convolution**: three maps go in, three come out, and the kernel is one "
            "pixel wide. Nothing tells the two apart but the order in which the numbers lie in memory."
        )
        st.latex(
            r"\begin{aligned}\textcolor{%s}{y_{o,i,j}} &= \sum_c \textcolor{%s}{W_{oc}}\,\textcolor{%s}{x_{c,i,j}}"
            r" + b_o \\ (%d \cdot %d,\,3)\,W^{\top} &\;\widehat{=}\; \\ (3,\,%d,\,%d) &* (3,\,3,\,1,\,1)\end{aligned}"
            % (roles.GENERATED, roles.LATENT, roles.REAL, height, width, height, width)
        )
        st.caption(
            "So any classifier becomes a segmenter: its last linear layers, read as convolutions, slide over a larger "
            "picture and answer at every place. That is the fully convolutional network."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. **Grey**: three equal rows. What is the rank of W, and what has the picture lost?\n"
            "2. Pull one number of W: the whole picture follows, and nothing moves in space. A 1 × 1 convolution "
            "mixes channels only.\n"
            "3. **Swap**, one layer after the other, three times: where do you end?\n"
            "4. A bottleneck begins with a 1 × 1 convolution: see *Parameters* for what that saves.\n"
            "5. Which W undoes sepia? Does one exist?"
        )
        show_code("blocks/operations.py", "pixelwise")
        show_code("blocks/convolution.py", "linear_pixels")
