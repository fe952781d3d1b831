"""The lesson beside an instruction: two scales, one for the words and one for the picture, with live numbers."""

import streamlit as st

from pages.editing_exhibits.instructions_runs import W_PICTURES, WS
from pages.editing_exhibits.instructions_verdict import Outcome
from pages.kit import roles
from pages.kit.code import show_code


def lesson(outcomes: list[Outcome] | None, w: float, w_picture: float) -> None:
    """Guidance by two conditions (Brooks et al. 2023), and what it came to at every place of the grid."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Two things to listen to\n"
            "The network sees the noise, the picture as it was, and the instruction. It is asked three times: with "
            "nothing to go by, with the picture alone, and with both. From the first answer to the second points "
            "*like this picture*; from the second to the third points *as you say*. Each way is gone as far as its "
            "dial says, more than once if it is above 1."
        )
        st.latex(
            r"\begin{aligned}\tilde\varepsilon = {} & \varepsilon(\varnothing, \varnothing)\\"
            r"& + %g\,\big(\textcolor{%s}{\varepsilon(\text{picture}, \varnothing)} - "
            r"\varepsilon(\varnothing, \varnothing)\big)\\"
            r"& + %g\,\big(\textcolor{%s}{\varepsilon(\text{picture}, \text{text})} - "
            r"\textcolor{%s}{\varepsilon(\text{picture}, \varnothing)}\big)\end{aligned}"
            % (w_picture, roles.REAL, w, roles.TEXT, roles.REAL)
        )
        if outcomes:
            st.markdown(measured(outcomes, w, w_picture))
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Touch the words under *After*: which of them look at the thing that changes, and at which steps?\n"
            "2. Go on with the result and ask for the way back. Is it the picture that you began with?\n"
            "3. **Break it**: picture guidance 0. Which things are still there, and why any at all?\n"
            "4. **Break it**: text guidance 15. What happens to all that you did not name?\n"
            "5. Name a thing that is not there, or a word that no scene has.\n"
            "6. *Your own*: brush a clumsy scene. What does the network take it for?"
        )
        show_code("editing/guidance.py", "instructed")
        show_code("editing/operations.py", "follow")


def measured(outcomes: list[Outcome], w: float, w_picture: float) -> str:
    """The grid in numbers: how far pictures move from the one before, with and without looking at it."""

    def at(row: float, column: float) -> Outcome:
        return outcomes[W_PICTURES.index(row) * len(WS) + WS.index(column)]

    here, blind, loud = at(w_picture, w), at(0.0, w), at(w_picture, 15.0)
    text = (
        f"Here the picture moves by **{here.moved:.2f}** (root mean square per pixel); at picture guidance 0 by "
        f"{blind.moved:.2f}, at text guidance 15 by {loud.moved:.2f}."
    )
    outside = here.moved_outside
    if outside is None:
        return text
    return text + (
        f" Where the instruction should leave it alone it moves by **{outside:.3f}**, which is partly the "
        "autoencoder's doing: every picture goes through its code once."
    )
