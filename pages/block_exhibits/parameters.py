"""Parameters: how many weights a stack of convolutions has, and what a bottleneck saves."""

import streamlit as st

from engine.blocks.layers import LECTURE, Layer, from_text, mismatches, receptive_field, to_text, total
from pages.block_exhibits import address
from pages.components.layer_counter import layer_counter
from pages.kit import roles
from pages.kit.code import show_code

KEY = "layers"


def render() -> None:
    """The exhibit."""
    layers = layer_counter(key="layer-counter", layers=kept())
    hint = "height x width x in x out for each layer, apart by spaces"
    address.field("All layers as text", KEY, to_text(layers), hint)
    for place in mismatches(layers):
        st.warning(
            f"Layer {place} gives {layers[place - 1].c_out} channels, layer {place + 1} expects {layers[place].c_in}: "
            "they cannot be joined.",
            icon=":material/link_off:",
        )
    lesson(layers)


def kept() -> tuple[Layer, ...]:
    """The layers of this session, at first those in the address; what makes no sense is the lecture's stack."""
    try:
        return from_text(st.session_state.get(KEY, st.query_params.get(KEY, "")))
    except ValueError:
        return LECTURE


def lesson(layers: tuple[Layer, ...]) -> None:
    """The sum with its numbers, and what it is compared with."""
    left, right = st.columns(2, gap="large")
    height, width = receptive_field(layers)
    weights, first, last = total(layers), layers[0].c_in, layers[-1].c_out
    with left:
        st.markdown(
            "#### A weight for each place in the window, each channel in, each channel out\n"
            "The size of the picture does not occur: a convolution has as many weights on a stamp as on a poster."
        )
        terms = " + ".join(r"{} \cdot {} \cdot {} \cdot {}".format(*layer) for layer in layers)
        st.latex(
            r"\begin{aligned}\sum_l k_h k_w \textcolor{%s}{C_{in}} \textcolor{%s}{C_{out}} &= %s \\ &= \mathbf{%s}"
            r"\end{aligned}" % (roles.REAL, roles.GENERATED, wrapped(terms), f"{weights:,}".replace(",", r"\,"))
        )
        alone = Layer(height, width, first, last).weights()
        st.caption(
            f"With stride 1, one output of this stack sees {height} × {width} pixels. A single convolution of that "
            f"size from {first} to {last} channels has {alone:,} weights, {alone / weights:.1f} times as many, and it "
            "bends nothing: between layers stands a ReLU."
        )
    with right:
        bottleneck, plain = from_text("1x1x256x64 3x3x64x64 1x1x64x256"), from_text("3x3x256x256")
        st.markdown(
            "#### Try this\n"
            "1. The lecture's stack: a 5 × 5 layer, then twice *1 × 1 down, 3 × 3, 1 × 1 up*. Why does the first layer "
            "cost the most?\n"
            "2. Replace one bottleneck (8 + 36 + 8 = 52) with a single 3 × 3 from 4 to 4 channels: 144.\n"
            f"3. The bottleneck of ResNet-50 goes 256 → 64 → 64 → 256: {total(bottleneck):,} weights, where a plain "
            f"3 × 3 needs {total(plain):,}. Type both.\n"
            "4. Two 3 × 3 layers see as much as one 5 × 5. Which is cheaper, with 64 channels?\n"
            "5. Make a number of channels not fit: the stack cannot be built, and the page says where."
        )
        show_code("blocks/layers.py", "Layer", "receptive_field")


def wrapped(terms: str, each: int = 2) -> str:
    """A long sum over several lines of an aligned equation."""
    parts = terms.split(" + ")
    lines = [" + ".join(parts[i : i + each]) for i in range(0, len(parts), each)]
    return r" \\ &\quad + ".join(lines)
