"""How pictures that were painted over look: one large, all in a strip with a judge's verdict, and the lesson."""

from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import streamlit as st

from pages.editing_exhibits.figures import figure, row
from pages.editing_exhibits.frames import as_pictures, rms
from pages.editing_exhibits.small_pictures import Small
from pages.editing_exhibits.small_readings import Read
from pages.kit import roles
from pages.kit.code import show_code


def large(small: Small, chosen: SimpleNamespace, before: Read, after: Read) -> None:
    """The picture, how far it was noised, and what was painted from there, with what a judge reads in both."""
    end = "Painted from there" if small.data == "scenes" else f"Painted as {small.name}"
    row(
        [
            figure("Begin", f"read as {before.words}", small.picture, roles.REAL),
            figure(f"Noised, strength {chosen.strength:g}", "painting starts here", only(chosen.start), roles.NOISE),
            figure(end, f"read as {after.words}", only(chosen.picture), roles.GENERATED),
        ],
        3,
        "large",
    )


def strip(small: Small, made: list[SimpleNamespace], reads: Sequence[Read] | None = None, strength: float = -1) -> None:
    """Every strength: from where it was painted, what came of it, and how near a judge holds it to what was said."""
    columns = 8
    noised = [figure(f"{each.strength:g}", "", only(each.start), roles.NOISE) for each in made]
    painted = []
    for i, each in enumerate(made):
        note = ", ".join(filter(None, [reads[i].score, f"off {far(each.picture, small):.2f}"])) if reads else "…"
        painted.append(figure("", note, only(each.picture), roles.GENERATED, each.strength == strength))
    st.markdown("**One seed, every strength**: noised, and painted from there")
    row(noised, columns, "strip")
    row(painted, columns, "strip")
    if reads:
        sure = f"p: how sure a judge is of “{small.name}”"
        right = "Right: the share of what you said that a judge finds"
        off = "Off: distance from where it began, root mean square"
        st.caption(f"{right if small.data == 'scenes' else sure}. {off}.")


def both(sources: Sequence[Small], pair: Sequence[SimpleNamespace]) -> None:
    """Two pictures and what strength 1 makes of them."""
    first, second = (only(each.picture) for each in pair)
    st.markdown("**Strength 1 forgets**: the picture and its negative under the same noise")
    row(
        [
            figure("The picture", "", sources[0].picture, roles.REAL),
            figure("painted", "", first, roles.ANOMALY),
            figure("Its negative", "", sources[1].picture, roles.REAL),
            figure("painted", "", second, roles.ANOMALY),
        ],
        4,
        "large",
    )
    between, apart = rms(first - second), rms(sources[0].picture - sources[1].picture)
    st.caption(
        f"What went in differs by {apart:.2f} (root mean square per pixel), what came out by {between:.3f}. What came "
        "out belongs to the noise and to the class, and no longer to the picture."
    )


def far(picture: np.ndarray, small: Small) -> float:
    """How far a painted picture lies from what it began with: root mean square per pixel."""
    return rms(only(picture) - small.picture)


def only(x: np.ndarray) -> np.ndarray:
    """The one picture (1, C, H, W) that the engine sends, as float32 (H, W[, 3])."""
    return as_pictures(x)[0]


def lesson(small: Small, chosen: SimpleNamespace, strength: float) -> None:
    """Why painting over works, with this picture's numbers."""
    left, right = st.columns(2, gap="large")
    t = round(1000 * strength)
    with left:
        st.markdown(
            "#### Faithful or credible\n"
            "Noise hides small things first. After a little of it a clumsy stroke and a good one look alike, and a "
            "model that takes noise away must decide for what it knows: the good one. After much of it only the rough "
            "place is left, after all of it nothing. One number chooses how much of yours remains."
        )
        st.latex(
            r"\begin{gathered}"
            r"x_{%d} = \sqrt{\bar\alpha_{%d}}\; \textcolor{%s}{x_{\text{yours}}} "
            r"+ \sqrt{1-\bar\alpha_{%d}}\;\textcolor{%s}{\varepsilon}\\[1ex]"
            r"x_{%d} \xrightarrow{\ \text{DDIM}\ } \textcolor{%s}{x_0}\end{gathered}"
            % (t, t, roles.REAL, t, roles.NOISE, t, roles.GENERATED)
        )
        st.markdown(
            f"At strength {strength:g} the painted picture is **{far(chosen.picture, small):.2f}** away from yours "
            "(root mean square per pixel, 0 for equal). Nothing is trained for this: any diffusion model can do it."
        )
    with right:
        st.markdown(f"#### Try this\n{SCENES_TO_TRY if small.data == 'scenes' else to_try(small)}")
        show_code("editing/operations.py", "vary")
        show_code("editing/painting.py", "paint")


def to_try(small: Small) -> str:
    """What to try with digits and garments."""
    return (
        f"1. Walk along the strip: at which strength is it a {small.name} for you, at which for the judge?\n"
        "2. *Your own*: draw a digit badly, paint it as what it should be. How little strength mends it?\n"
        "3. Paint a 3 as an 8, then a 1 as an 8. Which of them needs more noise, and why?\n"
        "4. **Break it**: strength 1 on a picture and on its negative. Where has yours gone?\n"
        "5. Other seeds at strength 0.5: what do the pictures share?"
    )


SCENES_TO_TRY = (
    "1. Walk along the strip: where does the orange blot become a ring, and where do things leave their places?\n"
    "2. Brush blots of other colours, and say what they should be. Then say something else of the same blots.\n"
    "3. *Words*: draw a red circle and paint it as a blue one. Shape stays longer than colour, or colour than shape?\n"
    "4. **Break it**: strength 1 on a picture and on its negative. Where has yours gone?\n"
    "5. Upload a photo and paint it as two things. Which of its colours survive?\n\n"
    "The noise goes into the code of an autoencoder (4 × 16 × 16 numbers a scene), not into pixels: that is why it "
    "looks like coloured cloth when it is decoded."
)
