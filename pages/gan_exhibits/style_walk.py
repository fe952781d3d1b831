"""Z against W: the same two pictures, and the way between them in either space."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine.gans import style_mixing
from engine.latents import prior_samples
from engine.pictures import grid
from pages.components.frame_player import frame_player
from pages.gan_exhibits.pictures_models import latents
from pages.gan_exhibits.style_models import painted, seen, styles_of
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall, wall_array

STOPS = 33
SHOWN = 11
MANY, MANY_STOPS = 32, 17
COLOURS = {"Z": roles.NOISE, "W": roles.LATENT}


@dataclass(frozen=True)
class Ways:
    """Walks between the same ends in Z and in W: pictures (STOPS, 28, 28) and a judge's features (STOPS, D) each."""

    pictures: dict[str, np.ndarray]
    features: dict[str, np.ndarray]

    def steps(self, space: str) -> np.ndarray:
        """The perceptual length of every step, (STOPS − 1,), as a share of the straight way between the ends."""
        features = self.features[space]
        return style_mixing.step_lengths(features) / max(float(np.linalg.norm(features[-1] - features[0])), 1e-6)


def render(data: str, model: str) -> None:
    """The view."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        first = int(st.number_input("From seed", 0, 9999, 7, key="seed", bind="query-params"))
        last = int(st.number_input("To seed", 0, 9999, 21, key="seed-to", bind="query-params"))
    with timed():
        ways = walked(data, model, latents(model, 1, first)[0], latents(model, 1, last)[0])
    with exhibit:
        show(data, ways, f"style-walk-{data}-{first}-{last}")
    with controls:
        figures(ways)
        many = over_many(data, model)
    lesson(ways, many)


def walked(data: str, model: str, a: np.ndarray, b: np.ndarray) -> Ways:
    """From noise a to noise b (latent,): along the arc in Z, and straight between their styles in W."""
    z = style_mixing.walk_in_z(a, b, STOPS)
    in_z = styles_of(model, z)
    in_w = style_mixing.walk_in_w(in_z[0], in_z[-1], STOPS)
    pictures = {"Z": painted(model, in_z), "W": painted(model, in_w)}
    return Ways(pictures, {space: seen(data, x) for space, x in pictures.items()})


def show(data: str, ways: Ways, name: str) -> None:
    """Films, steps and rows."""
    frames = np.stack([grid(np.stack(pair), 2, 2) for pair in zip(*ways.pictures.values(), strict=True)])
    film, steps = st.columns([2, 3], gap="medium", vertical_alignment="center")
    with film:
        captions = [f"{i / (STOPS - 1):.0%} of the way: in Z | in W" for i in range(STOPS)]
        frame_player(
            key=f"style-film-{data}", frames=frames, fps=12, height=260, bounce=True, hold=0.5, caption=captions,
            label="The same walk in Z and in W",
        )  # fmt: skip
    with steps:
        st.plotly_chart(chart(ways), key="style-steps", config={"displayModeBar": False})
    shown = np.linspace(0, STOPS - 1, SHOWN).astype(int)
    rows = np.concatenate([x[shown] for x in ways.pictures.values()])
    wall(rows, SHOWN, ["arc in Z", "straight in W"], "A walk", roles.GENERATED)
    with st.container(horizontal=True):
        gif_button("Film GIF", frames, name, fps=12)
        png_button("Rows PNG", wall_array(rows, SHOWN), name, 4)
        npz_button("NPZ", name, **{f"pictures_{space}": x for space, x in ways.pictures.items()}, **ways.features)


def chart(ways: Ways) -> go.Figure:
    """The perceptual length of each step, and the mean as a line."""
    at = (np.arange(STOPS - 1) + 0.5) / (STOPS - 1)
    figure = go.Figure()
    for space, dash in (("Z", "dash"), ("W", "solid")):
        steps, colour = ways.steps(space), COLOURS[space]
        figure.add_scatter(x=at, y=steps, name=f"in {space}", line={"color": colour, "width": 3, "dash": dash})
        figure.add_hline(steps.mean(), line={"color": colour, "width": 1, "dash": "dot"})
    figure.update_xaxes(title="share of the way", tickformat=".0%")
    figure.update_yaxes(title="perceptual step", rangemode="tozero")
    return figure.update_layout(
        height=260, margin={"l": 0, "r": 0, "t": 30, "b": 0}, legend={"orientation": "h", "y": 1.2}
    )


def figures(ways: Ways) -> None:
    """Length and unevenness of this pair of walks."""
    lengths = [f"{ways.steps(space).sum():.2f} ×" for space in ways.features]
    uneven = [f"± {style_mixing.unevenness(features):.0%}" for features in ways.features.values()]
    st.markdown(
        f"| | {' | '.join(f'in {space}' for space in ways.features)} |\n|:--|--:|--:|\n"
        f"| Length | {' | '.join(lengths)} |\n| Steps | {' | '.join(uneven)} |",
        help="Length: the sum of the perceptual steps over the distance between the ends. Steps: their standard "
        "deviation over their mean.",
    )


def over_many(data: str, model: str) -> dict[str, np.ndarray] | None:
    """The same two figures over many walks, once somebody asks: {space: (MANY, 2)}."""
    asked = st.toggle(
        f"Measure {MANY} walks", key="style-many", bind="query-params",
        help="One walk proves nothing: the same figures, mean ± standard error, over walks between random noises.",
    )  # fmt: skip
    if not asked:
        return None
    with timed():
        return measured(data, model)


@st.cache_data(max_entries=4, show_spinner="Walking …")
def measured(data: str, model: str) -> dict[str, np.ndarray]:
    """Length and unevenness, (MANY, 2), of walks between random noises in each space."""
    d = latents(model, 1, 0).shape[1]
    ends = prior_samples(2 * MANY, d, 1).reshape(MANY, 2, d)
    in_z = np.stack([style_mixing.walk_in_z(a, b, MANY_STOPS) for a, b in ends])
    styles = styles_of(model, in_z.reshape(-1, d)).reshape(MANY, MANY_STOPS, -1)
    in_w = np.stack([style_mixing.walk_in_w(way[0], way[-1], MANY_STOPS) for way in styles])
    found = {}
    for space, w in (("Z", styles), ("W", in_w)):
        features = seen(data, painted(model, w.reshape(-1, w.shape[-1]))).reshape(MANY, MANY_STOPS, -1)
        found[space] = np.stack([style_mixing.detour(features), style_mixing.unevenness(features)], 1)
    return found


def lesson(ways: Ways, many: dict[str, np.ndarray] | None) -> None:
    """Perceptual path length, and what was measured of it."""
    left, right = st.columns(2, gap="large")
    z, w = ways.steps("Z"), ways.steps("W")
    with left:
        st.markdown(
            "#### Two spaces, one picture\n"
            "The generator is g(f(z)): f maps noise to a style w, g paints it. Both walks begin and end at the same "
            "pictures. Noise must fill a ball evenly, whatever the data are like, so a step in Z can mean nothing or "
            "a new digit. W is free to take the shape that the data have."
        )
        st.latex(
            r"\begin{gathered}\ell_i = \lVert \varphi(x_{i+1}) - \varphi(x_i) \rVert \,/\, "
            r"\lVert \varphi(x_{32}) - \varphi(x_0) \rVert \\"
            r"\textstyle\sum \ell_i^{\,Z} = %.2f \qquad \textcolor{%s}{\sum \ell_i^{\,W} = %.2f} \end{gathered}"
            % (z.sum(), roles.LATENT, w.sum())
        )
        st.markdown(
            "φ are the features of the judge that reads the pictures. The mean of squared steps at a tiny step is the "
            "**perceptual path length** of the StyleGAN paper (section 4.1)."
        )
        if many:
            st.markdown(table(many))
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Watch both films: they start and end alike. Which one dawdles, then jumps?\n"
            "2. Find the peaks of the curve in the rows: is a class left there?\n"
            f"3. One walk is an anecdote. **Measure {MANY} walks** and compare the standard errors before you "
            "believe that W is smoother.\n"
            "4. Two seeds of the same class: does the advantage of W go away?"
        )
        show_code("gans/style_networks.py", "Mapping", "StyledConvolution")
        show_code("gans/style_mixing.py", "walk_in_z", "walk_in_w", "detour", "unevenness")


def table(many: dict[str, np.ndarray]) -> str:
    """Means ± standard errors."""

    def figure(values: np.ndarray) -> str:
        return f"{values.mean():.2f} ± {values.std(ddof=1) / len(values) ** 0.5:.2f}"

    rows = [f"| {space} | {figure(found[:, 0])} | {figure(found[:, 1])} |" for space, found in many.items()]
    shorter = float((many["W"][:, 0] < many["Z"][:, 0]).mean())
    return (
        f"| {MANY} walks | length ÷ straight | unevenness |\n|:--|--:|--:|\n"
        + "\n".join(rows)
        + f"\n\nThe walk in W is the shorter one in {shorter:.0%} of the pairs."
    )
