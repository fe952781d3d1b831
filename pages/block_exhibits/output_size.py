"""Output size: a window walks over a small grid, and the formula counts its steps."""

import streamlit as st

from engine.blocks.convolution import output_size
from pages.block_exhibits import address
from pages.components.window_walk import LIMITS, Walk, window_walk
from pages.kit import roles
from pages.kit.code import show_code

KEY = "walk"


def render() -> None:
    """The exhibit."""
    walk = window_walk(key="window-walk", walk=kept())
    address.field("n k p s d", KEY, " ".join(map(str, walk)), "Input, kernel, padding, stride, dilation.")
    lesson(walk)


def kept() -> Walk:
    """The walk of this session, at first the one in the address; what makes no sense is the default."""
    words = st.session_state.get(KEY, st.query_params.get(KEY, "")).replace(",", " ").split()
    if len(words) != len(LIMITS) or not all(word.isdecimal() for word in words):
        return Walk()
    walk = Walk(*map(int, words))
    sensible = all(low <= number <= high for number, (low, high) in zip(walk, LIMITS.values(), strict=True))
    return walk if sensible else Walk()


def lesson(walk: Walk) -> None:
    """The formula with this walk's numbers."""
    n, k, p, s, d = walk
    reach, out = d * (k - 1) + 1, output_size(*walk)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### How often does the window fit?\n"
            f"The window reaches over $k' = d\\,(k-1)+1 = {reach}$ cells. With padding there are "
            f"$n + 2p = {n + 2 * p}$ of them. Put it at the beginning: that is one. {max(n + 2 * p - reach, 0)} cells "
            f"are left to move it by, {s} at a time, and what is left over at the end is lost: hence the floor."
        )
        st.latex(
            r"\begin{aligned}&\left\lfloor\frac{n-k'+2p}{s}\right\rfloor+1\\ &\quad=\left\lfloor"
            r"\frac{\textcolor{%s}{%d}-\textcolor{%s}{%d}+2\cdot%d}{%d}\right\rfloor+1=\textcolor{%s}{%d}\end{aligned}"
            % (roles.REAL, n, roles.LATENT, reach, p, s, roles.GENERATED, out)
        )
        same = "is" if reach % 2 else "is not"
        st.caption(
            f"With stride 1, the output is as large as the input if p = (k′ − 1)/2, here {(reach - 1) / 2:g}: that "
            f"{same} a whole number. Two such layers see {2 * reach - 1} cells, three see {3 * reach - 2}."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Stride 2 on 8 cells without padding: one row and one column are red. Nobody looks at them. Which n "
            "makes the red go away?\n"
            "2. k = 3, p = 1, s = 1: *same* padding. Which p does k = 5 need?\n"
            "3. Raise the dilation to 2: nine weights see a 5 × 5 window. Make it see the whole input.\n"
            "4. Stride larger than the kernel: whole lines are never seen. A network that does this is blind there.\n"
            "5. p = 4 with k = 1: what do the outer outputs look at?"
        )
        show_code("blocks/convolution.py", "output_size")
