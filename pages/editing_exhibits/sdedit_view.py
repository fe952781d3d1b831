"""How pictures that were painted over look: one large, all in a strip with a judge's verdict, and the lesson."""

from collections.abc import Sequence
from html import escape
from types import SimpleNamespace

import numpy as np
import streamlit as st

from engine.datasets import CLASSES
from engine.pictures import data_url, to_png
from pages.editing_exhibits.small_pictures import Small
from pages.kit import roles
from pages.kit.code import show_code


def figure(title: str, note: str, picture: np.ndarray, colour: str, chosen: bool = False) -> str:
    """A picture (28, 28) in 0…1 under its title, a note below."""
    source = data_url(to_png(np.clip(picture.astype(np.float32), 0, 1), 1))
    head = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    foot = f"<small>{escape(note)}</small>" if note else ""
    return (
        f"<figure style='--role: {colour}'{' class=chosen' if chosen else ''}>{head}"
        f"<img alt='{escape(f'{title}: {note}')}' src='{source}'>{foot}</figure>"
    )


STYLE = """
.sdedit { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: 0.5rem;
  margin: 0 auto 0.75rem; }
.sdedit.large { max-width: 46rem; gap: 1.25rem; }
.sdedit figure { margin: 0; text-align: center; }
.sdedit figcaption { font-weight: 600; font-size: 0.9rem; margin-bottom: 0.2rem; }
.sdedit small { font-size: 0.8rem; font-variant-numeric: tabular-nums; line-height: 1.3; display: block;
  margin-top: 0.4rem; }
.sdedit img { display: block; width: 100%; box-sizing: border-box; image-rendering: pixelated; border-radius: 6px;
  border: 3px solid var(--role); }
.sdedit .chosen img { outline: 3px solid var(--role); outline-offset: 2px; }
@media (max-width: 640px) { .sdedit.strip { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .sdedit.large { gap: 0.5rem; } }
"""


def row(figures: Sequence[str], columns: int, kind: str) -> None:
    """Figures beside each other."""
    st.html(f"<style>{STYLE}</style><div class='sdedit {kind}' style='--columns: {columns}'>{''.join(figures)}</div>")


def large(small: Small, chosen: SimpleNamespace, before: np.ndarray, after: np.ndarray) -> None:
    """The picture, how far it was noised, and what was painted from there, with what a judge reads in both."""
    names = CLASSES[small.data]
    row(
        [
            figure("Begin", f"read as {names[before.argmax()]}", small.picture, roles.REAL),
            figure(f"Noised, strength {chosen.strength:g}", "painting starts here", chosen.start[0, 0], roles.NOISE),
            figure(f"Painted as {small.name}", f"read as {names[after.argmax()]}", chosen.picture[0, 0],
                   roles.GENERATED),
        ],
        3,
        "large",
    )  # fmt: skip


def strip(small: Small, made: list[SimpleNamespace], p: np.ndarray | None = None, strength: float = -1) -> None:
    """Every strength: from where it was painted, what came of it, how likely a judge holds the class that was said."""
    columns = 8
    noised = [figure(f"{each.strength:g}", "", each.start[0, 0], roles.NOISE) for each in made]
    painted = []
    for i, each in enumerate(made):
        note = f"p = {p[1 + i, small.said]:.2f}, off {far(each.picture, small):.2f}" if p is not None else "…"
        painted.append(figure("", note, each.picture[0, 0], roles.GENERATED, each.strength == strength))
    st.markdown("**One seed, every strength**: noised, and painted from there")
    row(noised, columns, "strip")
    row(painted, columns, "strip")
    if p is not None:
        st.caption(f"p: how sure a judge is of “{small.name}”. Off: distance from where it began, root mean square.")


def both(sources: Sequence[Small], pair: Sequence[SimpleNamespace]) -> None:
    """Two pictures and what strength 1 makes of them."""
    first, second = (each.picture[0, 0].astype(np.float32) for each in pair)
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
    return rms(picture[0, 0].astype(np.float32) - small.picture)


def rms(difference: np.ndarray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.square(difference).mean()))


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
        st.markdown(
            "#### Try this\n"
            f"1. Walk along the strip: at which strength is it a {small.name} for you, at which for the judge?\n"
            "2. *Your own*: draw a digit badly, paint it as what it should be. How little strength mends it?\n"
            "3. Paint a 3 as an 8, then a 1 as an 8. Which of them needs more noise, and why?\n"
            "4. **Break it**: strength 1 on a picture and on its negative. Where has yours gone?\n"
            "5. Other seeds at strength 0.5: what do the pictures share?"
        )
        show_code("editing/operations.py", "vary")
        show_code("editing/painting.py", "paint")
