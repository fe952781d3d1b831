"""Pooling: max and average, on the lecture's four by four numbers and on a picture."""

import numpy as np
import streamlit as st

from engine.blocks.pooling import LECTURE, average_pool, max_pool
from pages.block_exhibits import address
from pages.block_exhibits.picture import pick_picture
from pages.components.pool_bench import LIMITS, Pooling, pool_bench
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button

KEY = "pool"
SIZES = (3 + LECTURE.size,)
START = Pooling(LECTURE.ravel().tolist())


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        picture = pick_picture()
    with view:
        pooling = pool_bench(key="pool-bench", picture=picture, pooling=kept())
    matrix = np.array(pooling.matrix).reshape(LECTURE.shape)
    most, mean = max_pool(matrix, pooling.k, pooling.s)[0], average_pool(matrix, pooling.k, pooling.s)
    with controls:
        numbers = f"{pooling.k} {pooling.s} {pooling.m}; "
        address.field("k s m; matrix", KEY, numbers + address.to_text(pooling.matrix, len(LECTURE)))
        st.caption("Type in a cell, turn it with ↑ and ↓, or pull it sideways. Point at a result to see its window.")
        npz_button("Matrix, max, average NPZ", "pooling", x=matrix, max=most, average=mean)
    lesson(matrix, most, pooling)


def kept() -> Pooling:
    """The numbers of this session, at first those in the address; what makes no sense is the lecture's example."""
    numbers = address.kept(KEY, SIZES, [START.k, START.s, START.m, *START.matrix])
    settings = {name: int(value) for name, value in zip(LIMITS, numbers[:3], strict=True)}
    sensible = all(low <= settings[name] <= high for name, (low, high) in LIMITS.items())
    return Pooling(numbers[3:], **settings) if sensible else START


def lesson(matrix: np.ndarray, most: np.ndarray, pooling: Pooling) -> None:
    """What is kept and what is lost, with the numbers of this matrix."""
    left, right = st.columns(2, gap="large")
    moved = np.roll(matrix, 1, axis=1)
    moved_most = max_pool(moved, pooling.k, pooling.s)[0]
    with left:
        st.markdown(
            "#### Smaller, without a single weight\n"
            f"The {matrix.size} numbers become {most.size}. The maximum asks *is it there, anywhere in this window?*, "
            "the average *how much of it is there?* A thin bright line survives the first and drowns in the second."
        )
        st.latex(
            r"\textcolor{%s}{y_{ij}} = \max_{0\le a,b<%d} \textcolor{%s}{x_{%d i+a,\,%d j+b}},\qquad y_{00} = %.4g"
            % (roles.GENERATED, pooling.k, roles.REAL, pooling.s, pooling.s, most[0, 0])
        )
        st.caption(
            f"Move the matrix one column to the right (the last one comes in from the left): "
            f"{np.sum(most == moved_most)} of the {most.size} maxima stay the same, while "
            f"{np.sum(matrix == moved)} of the {matrix.size} numbers do. Backwards, the gradient goes to the "
            "underlined cell alone; the average shares it among all."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Raise the 12 in the upper left corner: when does the maximum change, when the average?\n"
            "2. Stride 1: the windows overlap, and the 112 is seen more than once.\n"
            "3. Stride 4 with k = 2: twelve numbers are never looked at.\n"
            "4. On the picture, with a large window: the maximum brightens everything. What would a minimum do?\n"
            "5. Where in the temple do twigs and tiles survive? Compare the two at 4, then at 16."
        )
        show_code("blocks/pooling.py", "max_pool", "average_pool")
