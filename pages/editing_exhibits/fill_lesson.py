"""The lesson beside a filled hole: how what is known and what is painted come to fit together."""

import numpy as np
import streamlit as st

from pages.editing_exhibits.small_pictures import Small
from pages.kit import roles
from pages.kit.code import show_code


def lesson(small: Small, keep: np.ndarray, pictures: np.ndarray | None, rounds: int) -> None:
    """RePaint, with this picture's numbers."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Put back what is known\n"
            "After each step the pixels outside the hole are replaced by the true ones, noised as far as that step "
            "wants. The network then sees a picture of which most is right and makes the rest agree. Once is not "
            "enough: what was painted in the hole was painted before the rest was put back. So each step is taken "
            "several times, with a step of fresh noise back in between."
        )
        st.latex(
            r"\begin{aligned}"
            r"x_s = {} & m \odot \textcolor{%s}{\underbrace{q(x_s \mid x_{\text{known}})}_{\text{kept}}}\\"
            r"& + (1-m) \odot \textcolor{%s}{\underbrace{p_\theta(x_s \mid x_t)}_{\text{painted}}}"
            r"\qquad \times\,%d\end{aligned}" % (roles.REAL, roles.GENERATED, rounds)
        )
        st.markdown(f"The hole has **{(~keep).sum()}** of {keep.size} pixels. {agreement(small, keep, pictures)}")
    with right:
        st.markdown(
            "#### Try this\n"
            "1. **Break it**: one round. Follow the edge of the hole: which strokes no longer meet?\n"
            "2. Brush all of the upper half away and fill a 3 as an 8, then as a 5. What does the lower half forbid?\n"
            "3. A very small hole: how different can eight answers be? And with everything but a corner gone?\n"
            "4. Another seed, the same hole: which parts are always alike?\n"
            "5. *Garments*: take a sleeve away. Does the other sleeve say how long it was?\n"
            "6. *Scenes*: ask for a yellow star in the hole. Which shapes come, and which only as a colour?"
        )
        show_code("editing/repaint.py", "repaint")


def agreement(small: Small, keep: np.ndarray, pictures: np.ndarray | None) -> str:
    """How alike the samples are inside the hole, and that nothing changed outside."""
    if pictures is None or keep.all():
        return ""
    outside = np.abs(pictures - small.picture)[:, keep].max(initial=0)
    spread = float(np.sqrt(pictures[:, ~keep].var(0).mean()))
    return (
        f"Inside it the eight answers spread by **{spread:.2f}** (root mean square per pixel around their mean); "
        f"outside, the largest change is {outside:.4f}, which is the rounding of the numbers that travel."
    )
