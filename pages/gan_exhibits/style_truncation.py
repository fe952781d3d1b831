"""Truncation: all styles pulled towards their mean, variety given for quality."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine.gans import style_mixing
from pages.autoencoder_exhibits.sources import pick_seed
from pages.diffusion_exhibits.verdicts import judged
from pages.gan_exhibits.pictures_models import latents
from pages.gan_exhibits.style_models import mean_of, painted, seen, styles_of
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall, wall_array

PICTURES, COLUMNS = 60, 15
STRIP = (-1.0, -0.5, 0.0, 0.3, 0.5, 0.7, 0.85, 1.0, 1.5, 2.0, 2.5)
STRIP_ROWS = 3
MEASURED = (0.0, 0.4, 0.7, 1.0, 1.6, 2.5)


def render(data: str, model: str) -> None:
    """The view."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        psi = st.slider(
            "ψ", 0.0, 2.5, 0.7, 0.05, key="style-psi", bind="query-params",
            help="0 paints the mean style for everyone, 1 leaves the styles alone, beyond 1 breaks it.",
        )  # fmt: skip
        seed = int(pick_seed())
    with timed():
        w, mean = styles_of(model, latents(model, PICTURES, seed)), mean_of(model)
        pictures = painted(model, style_mixing.truncated(w, mean, psi))
        strip = painted(model, np.concatenate([pulled(one, mean) for one in w[:STRIP_ROWS]]))
        sure, varied = measured(data, model, seed)
        here = quality(data, pictures)
    with controls:
        with st.grid(2, min_column_width=110):
            st.metric("Sure", f"{here[0]:.0%}", border=True, help="Mean of the judge's largest p(y|x).")
            st.metric(
                "Variety", f"{here[1] / varied[MEASURED.index(1.0)]:.0%}", border=True,
                help="Mean distance between two pictures in the judge's features, as a share of that at ψ = 1.",
            )  # fmt: skip
        st.plotly_chart(chart(psi, sure, varied), key="style-psi-chart", config={"displayModeBar": False})
    with exhibit:
        wall(pictures, COLUMNS, alt=f"Pictures at ψ = {psi:.2f}", role=roles.GENERATED)
        st.markdown(f"One style on its way through the mean: ψ = {', '.join(f'{value:g}' for value in STRIP)}")
        wall(strip, len(STRIP), alt="The same style pulled more and less", role=roles.LATENT)
        with st.container(horizontal=True):
            png_button("Wall PNG", wall_array(pictures, COLUMNS), f"truncation-{data}-{seed}", 4)
            png_button("Strip PNG", wall_array(strip, len(STRIP)), f"truncation-strip-{data}-{seed}", 4)
            npz_button("NPZ", f"truncation-{data}-{seed}", w=w, mean=mean, pictures=pictures)
    lesson(psi, w, mean, here, sure, varied)


def pulled(w: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """One style (style,) at every ψ of the strip."""
    return np.stack([style_mixing.truncated(w, mean, psi) for psi in STRIP])


def quality(data: str, pictures: np.ndarray) -> tuple[float, float]:
    """How sure the judge is of its readings, 0…1, and how far apart two pictures lie in its features."""
    features = seen(data, pictures)
    apart = np.linalg.norm(features[:, None] - features[None], axis=2)
    n = len(pictures)
    return float(judged(data, pictures).max(1).mean()), float(apart.sum() / (n * (n - 1)))


@st.cache_data(max_entries=32, show_spinner=False)
def measured(data: str, model: str, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """`quality` at each of the `MEASURED` ψ."""
    w, mean = styles_of(model, latents(model, PICTURES, seed)), mean_of(model)
    found = [quality(data, painted(model, style_mixing.truncated(w, mean, psi))) for psi in MEASURED]
    return np.array([sure for sure, _ in found]), np.array([varied for _, varied in found])


def chart(psi: float, sure: np.ndarray, varied: np.ndarray) -> go.Figure:
    """Sureness and variety over ψ."""
    figure = go.Figure()
    share = varied / varied[MEASURED.index(1.0)]
    figure.add_scatter(x=MEASURED, y=sure, name="sure", line={"color": roles.REAL, "width": 3})
    figure.add_scatter(x=MEASURED, y=share, name="variety", line={"color": roles.GENERATED, "width": 3, "dash": "dash"})
    figure.add_vline(psi, line={"color": roles.NOISE, "width": 2})
    figure.update_xaxes(title="ψ")
    figure.update_yaxes(rangemode="tozero", tickformat=".0%")
    return figure.update_layout(
        height=230, margin={"l": 0, "r": 0, "t": 30, "b": 0}, legend={"orientation": "h", "y": 1.25}
    )


def lesson(
    psi: float, w: np.ndarray, mean: np.ndarray, here: tuple[float, float], sure: np.ndarray, varied: np.ndarray
) -> None:
    """A dial between variety and quality."""
    left, right = st.columns(2, gap="large")
    away = float(np.linalg.norm(w - mean, axis=1).mean())
    with left:
        st.markdown(
            "#### Less variety, more of the typical\n"
            "Styles far from the mean were rare in training, and rare ones are painted badly. Pull all of them "
            "towards the mean and what remains is typical. With faces that buys quality. Digits and garments are ten "
            "islands, and the way to the mean leads through the sea between them: let the judge say what it buys "
            "here. Shorten the noise instead and nothing happens at all: f looks at its direction only."
        )
        st.latex(
            r"\begin{gathered} w' = \textcolor{%s}{\bar w} + \psi\,(w - \bar w) \\"
            r"\lVert w' - \bar w \rVert = %.2f \times %.2f = %.2f \end{gathered}"
            % (roles.LATENT, psi, away, psi * away)
        )
        at_one = MEASURED.index(1.0)
        st.markdown(
            f"At ψ = {psi:.2f} the judge is {here[0]:.0%} sure (at 1: {sure[at_one]:.0%}), and two pictures lie "
            f"{here[1]:.1f} apart in its features (at 1: {varied[at_one]:.1f})."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. ψ = 0: one picture. What does it look like, and which class does it belong to?\n"
            "2. Raise ψ slowly. Which classes come first, which last?\n"
            "3. **Break it**: beyond 1 styles leave what g was trained on. What goes first, form or stroke?\n"
            "4. The strip begins at ψ = −1, the opposite of a style. Is the opposite of a digit a digit?"
        )
        show_code("gans/style_mixing.py", "truncated")
