"""Normalisation: batch, layer, instance and group, on a cube of activations."""

import numpy as np
import streamlit as st

from engine.blocks.normalisation import KINDS, activations, membership, normalise
from pages.components.norm_cube import norm_cube
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button

CHANNELS = 6
GROUPS = (1, 2, 3, 6)
LOUD = 10
SHARED = {
    "batch": ("all samples and places", "one channel", "C"),
    "layer": ("all channels and places", "one sample", "N"),
    "instance": ("all places", "one channel of one sample", "N·C"),
    "group": ("all places and neighbouring channels", "one sample", "N·G"),
}
"""Over what the mean is taken, of what, and how many means that makes."""


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        kind = st.radio("Normalisation", KINDS, horizontal=True, key="norm", bind="query-params")
        groups = st.segmented_control(
            "Groups", GROUPS, default=3, required=True, key="norm-groups", bind="query-params", disabled=kind != "group"
        )
        samples = st.slider("Samples N", 1, 4, 4, key="norm-n", bind="query-params")
        places = st.slider("Places H·W", 1, 8, 6, key="norm-l", bind="query-params")
        seed = st.number_input("Seed", 0, 9999, 7, key="norm-seed", bind="query-params")
        loud = st.toggle(
            "Break it: a loud sample 1", key="norm-loud", bind="query-params",
            help="All its activations ten times as large, as if one photo of the batch were over-exposed.",
        )  # fmt: skip
    calm = activations(samples, CHANNELS, places, int(seed))
    x = louder(calm) if loud else calm
    y = normalise(x, kind, groups)
    with view:
        norm_cube(key="norm-cube", x=x, y=y, members=membership(x.shape, kind, groups))
    with controls:
        npz_button("Before and after NPZ", f"normalisation-{kind}", x=x, y=y)
    lesson(calm, x, kind, groups)


def louder(x: np.ndarray) -> np.ndarray:
    """The same with the first sample ten times as large."""
    factor = np.ones((len(x), 1, 1))
    factor[0] = LOUD
    return factor * x


def lesson(calm: np.ndarray, x: np.ndarray, kind: str, groups: int) -> None:
    """Which axes share, and what a neighbour in the batch does to a sample."""
    left, right = st.columns(2, gap="large")
    members = membership(x.shape, kind, groups)
    sets, size = int(members.max()) + 1, int(np.bincount(members.ravel())[0])
    over, of, count = SHARED[kind]
    with left:
        st.markdown(
            f"#### {kind.capitalize()}: over {over} of {of}\n"
            "The formula is the same for all four. They differ in one thing only: which numbers share a mean and a "
            "variance. Afterwards a network may scale and shift each channel again, with two learned numbers γ and β."
        )
        st.latex(
            r"\begin{gathered}\textcolor{%s}{y} = \frac{\textcolor{%s}{x} - \mu}{\sqrt{\sigma^2 + \epsilon}} \\"
            r"\text{%s} = %d\text{ means, each of } %d\text{ numbers}\end{gathered}"
            % (roles.GENERATED, roles.REAL, count, sets, size)
        )
        if size == 1:
            st.caption("A mean of a single number is that number: everything becomes zero, and the picture is gone.")
        st.markdown(
            "| | sample 2 changes by, if sample 1 is ten times louder |\n|---|--:|\n" + disturbance(calm, groups)
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Move over the cube: what is bright shares a mean. Which of the four cross the border of a sample?\n"
            "2. **Break it** with batch: samples 2 to 4 turn pale, though nothing happened to them. With layer, "
            "instance and group they do not notice.\n"
            "3. N = 1 with batch: the same numbers as instance. That is why detectors, trained on one or two large "
            "pictures, use group.\n"
            "4. H·W = 1 with instance: everything is zero. Where in a network are there maps of 1 × 1?\n"
            "5. Group with one group is layer; with six it is instance. Look at the cube while you change it.\n"
            "6. At test time batch normalisation uses running averages of training: why does that matter for one photo?"
        )
        show_code("blocks/normalisation.py", "membership", "normalise", "statistics")


def disturbance(calm: np.ndarray, groups: int) -> str:
    """Rows of a table: by how much sample 2 changes on average when sample 1 is made louder."""
    if len(calm) < 2:
        return "| there is no sample 2 | – |"
    rows = []
    for kind in KINDS:
        before, after = (normalise(each, kind, groups)[1] for each in (calm, louder(calm)))
        rows.append(f"| {kind} | {np.abs(after - before).mean():.3f} |")
    return "\n".join(rows)
