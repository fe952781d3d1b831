"""Which kernel made this? A picture before and after, four kernels to choose from."""

import numpy as np
import streamlit as st

from engine.blocks.convolution import KERNELS, convolve
from engine.pictures import data_url, to_png
from pages.block_exhibits.address import to_text
from pages.block_exhibits.picture import pick_picture
from pages.kit import roles
from pages.kit.code import show_code

MORE = {
    "right sobel": -KERNELS["left sobel"],
    "top sobel": -KERNELS["bottom sobel"],
    "box blur": np.full((3, 3), 1 / 9),
    "emboss": np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], float),
    "shift": np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0]], float),
    "diagonal": np.eye(3) / 3,
}
ALL = KERNELS | MORE
OPTIONS = 4
SCORE = "quiz-score"


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        picture = pick_picture()
        picture = picture if picture.ndim == 2 else picture.mean(-1).astype(np.uint8)
        st.session_state.setdefault("quiz", 1)
        number = int(
            st.number_input("Question", 1, 9999, key="quiz", bind="query-params", help="Same number, same one.")
        )
        st.button(
            "Next question",
            "quiz-next",
            icon=":material/arrow_forward:",
            width="stretch",
            on_click=go_on,
            type="primary",
        )
        score = st.session_state.setdefault(SCORE, {})
        st.metric("Right at the first try", f"{sum(score.values())} of {len(score)}")
    options, right = question(number)
    with view:
        show_pictures(picture, ALL[right])
        answer(number, options, right)
    lesson(right)


def go_on() -> None:
    """The next question."""
    st.session_state.quiz = st.session_state.quiz % 9999 + 1


def question(number: int) -> tuple[list[str], str]:
    """Four kernels by name, and the one that is right."""
    rng = np.random.default_rng(number)
    options = [str(name) for name in rng.choice(list(ALL), OPTIONS, replace=False)]
    return options, options[rng.integers(OPTIONS)]


def show_pictures(picture: np.ndarray, w: np.ndarray) -> None:
    """Before and after."""
    texts = ("Before", "After" + (" (grey is 0, bright is positive)" if sums_to_nothing(w) else ""))
    shown = (picture, filtered(picture, w))
    for place, text, colour, x in zip(st.columns(2), texts, (roles.REAL, roles.GENERATED), shown, strict=True):
        place.html(
            f"<b style='color:{colour};font-size:.9rem'>{text}</b><img alt='{text}' src='{data_url(to_png(x))}' "
            f"style='width:100%;image-rendering:pixelated;border-radius:8px;outline:2px solid {colour}'>"
        )


def filtered(picture: np.ndarray, w: np.ndarray) -> np.ndarray:
    """uint8 (H, W) of the same size; where the weights add up to nothing, grey is 0."""
    y = convolve(picture.astype(float), w, padding=1)
    return np.clip(127.5 + y / 4 if sums_to_nothing(w) else y, 0, 255).astype(np.uint8)


def sums_to_nothing(w: np.ndarray) -> bool:
    """Whether a kernel makes plain areas vanish."""
    return abs(w.sum()) < 1e-6


def answer(number: int, options: list[str], right: str) -> None:
    """The four kernels as cards; the first press counts."""
    tried = st.session_state.get("quiz-tried", (0, []))
    names = tried[1] if tried[0] == number else []
    st.markdown("**Which kernel made this?**")
    for place, name in zip(st.columns(OPTIONS), options, strict=True):
        with place:
            st.html(card(ALL[name], colour_of(name, right, names)))
            label = name if names else "This one"
            if st.button(label, key=f"quiz-{number}-{name}", width="stretch", disabled=name in names or right in names):
                st.session_state[SCORE].setdefault(number, name == right)
                st.session_state["quiz-tried"] = (number, [*names, name])
                st.rerun()
    if right in names:
        st.success(f"Yes: **{right}**, `{to_text(ALL[right].ravel().tolist(), 3)}`.", icon=":material/check:")
    elif names:
        st.warning(f"Not {names[-1]}. Look at plain areas, then at edges.", icon=":material/close:")


def colour_of(name: str, right: str, names: list[str]) -> str:
    """Blue until it is tried, then green or vermilion."""
    if name not in names:
        return roles.LATENT
    return roles.REAL if name == right else roles.ANOMALY


def card(w: np.ndarray, colour: str) -> str:
    """A kernel as a small table."""
    cells = "".join(
        f"<span style='display:grid;place-items:center;height:2.3rem;border:1px solid {colour};border-radius:4px;"
        f"background:{roles.rgba(colour, 0.14)}'>{fraction(value)}</span>"
        for value in w.ravel()
    )
    return (
        "<div style='display:grid;grid-template-columns:repeat(3,1fr);gap:2px;max-width:12rem;margin:auto;"
        f"font-variant-numeric:tabular-nums'>{cells}</div>"
    )


def fraction(value: float) -> str:
    """A weight as people write it: ninths, thirds and sixteenths as fractions."""
    for below in (1, 16, 9, 3):
        top = value * below
        if abs(top - round(top)) < 1e-9:
            return f"{round(top)}{f'/{below}' if below > 1 else ''}".replace("-", "−")
    return f"{value:.3g}".replace("-", "−")


def lesson(right: str) -> None:
    """How to read a kernel off a picture."""
    left, side = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Three questions to ask of any filtered picture\n"
            "**What becomes of a plain area?** It is multiplied by the sum of the weights: 1 keeps it, 0 makes it "
            "vanish. **Which edges are left?** Weights that differ from left to right answer to vertical edges. "
            "**Which side is bright?** Where the picture is bright under the positive weights, the answer is positive."
        )
    with side:
        st.markdown(
            "#### Try this\n"
            "1. Left and right Sobel: the same edges, with the opposite sign. How do you tell them apart?\n"
            "2. Box blur and Gaussian blur are hard: look for squares around small bright spots.\n"
            "3. Shift moves the picture by one pixel. In which direction, and why not in the other?\n"
            "4. Upload a picture of your own and make somebody else guess."
        )
        show_code("blocks/convolution.py", "convolve")
