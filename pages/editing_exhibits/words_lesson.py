"""The lesson beside words on scenes: what attention to words is, and how an edit takes it over, with live numbers."""

import numpy as np
import streamlit as st

from engine.scenes import words
from pages.editing_exhibits.words_film import Film, Request
from pages.editing_exhibits.words_reading import Change
from pages.kit import roles
from pages.kit.code import show_code


def lesson(request: Request, film: Film, change: Change | None) -> None:
    """Left the mathematics, right what to try."""
    left, right = st.columns(2, gap="large")
    with left:
        attention(request, film)
        taking_over(request, film, change)
    with right:
        try_this()
        show_code("editing/control.py", "PromptToPrompt", "LocalBlend")
        show_code("editing/attention.py", "Attention")


def attention(request: Request, film: Film) -> None:
    """Equation 1, and a row of M: the place that looks most for the changed word."""
    token, word = changed_word(request)
    maps = film.attention["up"]
    step = len(film.t) // 2
    side = maps.shape[-1]
    place = int(maps[step, 1, token].argmax())
    share = float(maps[step, 1, token].max())
    st.markdown(
        "#### Words are looked at\n"
        "In each block of the network every place of the picture asks a question *Q*, every word has a key *K* and a "
        "value *V*. How well they match decides how much of each word a place takes in."
    )
    st.latex(
        r"\textcolor{%s}{M} = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt d}\right), \qquad \text{out} = M V"
        % roles.TEXT
    )
    st.markdown(
        f"A row of *M* sums to 1. Half-way, at t = {film.t[step]}, the place in row {place // side + 1}, column "
        f"{place % side + 1} of 8 × 8 looks most for “{word}”: {100 * share:.0f} % of its attention in the block on "
        "the way up. An untouched share would be one in as many words as there are: "
        f"{100 / (1 + len(words(request.new))):.0f} %."
    )


def taking_over(request: Request, film: Film, change: Change | None) -> None:
    """Prompt-to-Prompt with the times of this run."""
    st.markdown(
        "#### An edit takes the looking over\n"
        "Where a picture's things lie is decided early, by who looks at what. Paint the new prompt beside the old one, "
        "from the same noise, and for the first part of the run let its words be looked for where the old ones were."
    )
    st.latex(
        r"\begin{gathered}\textcolor{%s}{M^{*}_t} \leftarrow \begin{cases}\textcolor{%s}{M_t} & t > %d\\"
        r"\textcolor{%s}{M^{*}_t} & \text{else}\end{cases} \\[1ex] S^{*}_t \leftarrow S_t \ \text{ if } t > %d"
        r"\end{gathered}"
        % (roles.TEXT, roles.LATENT, round(1000 * (1 - request.cross)), roles.TEXT,
           round(1000 * (1 - request.self_)))
    )  # fmt: skip
    cross, self_ = (int((film.t > 1000 * (1 - share)).sum()) for share in (request.cross, request.self_))
    said = ["", *words(request.new)]
    heavy = " ".join(said[token] for token, _ in request.weights)
    weighed = f" The attention to “{heavy}” is multiplied by {request.weights[0][1]:g}." if heavy else ""
    kept = ""
    if change is not None and change.inside is not None:
        kept = (
            f" That changes the place of the words by **{change.inside:.3f}** and the rest by **{change.outside:.3f}**."
        )
    st.markdown(
        f"*M* to the words is taken over in {cross} of {len(film.t) - 1} steps, *S* of the places among themselves in "
        f"{self_}.{weighed}{kept}"
    )
    st.latex(
        r"\tilde\varepsilon = \varepsilon_\varnothing + \underbrace{%g}_{w}\,"
        r"(\textcolor{%s}{\varepsilon_{\text{text}}} - \varepsilon_\varnothing)" % (request.w, roles.TEXT)
    )


def try_this() -> None:
    st.markdown(
        "#### Try this\n"
        "1. Point at **red circle**: where is it looked for at the first step, at the last? Drag the film.\n"
        "2. Point at a place of the picture: which words does it listen to? And one of the background?\n"
        "3. **Break it**, *injection off*: the same noise and nearly the same words. What became of the rest?\n"
        "4. Example *circle → star*: *shapes keep their form* at 0.8, then at 0. When does the star get its points?\n"
        "5. Example *left → right*: does the injection let the circle move? Turn both dials down until it does.\n"
        "6. Weigh **a blue square** with 3, then with 0. What does *Difference* show?\n"
        "7. **Local blending** at 0.3: the orange line is where the pictures may differ at all.\n"
        "8. *Begin with a drawn scene*: a picture that the network did not paint, edited all the same."
    )


def changed_word(request: Request) -> tuple[int, str]:
    """The token of the last word that an edit brings, usually a noun, or of the last word there is."""
    said = words(request.new)
    token = int(np.flatnonzero(request.alignment.changed)[-1]) if request.alignment.changed.any() else len(said)
    return token, said[token - 1]
