"""Between two noises: along the shell on which noises lie, and straight through it."""

from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine.datasets import CLASSES
from engine.latents import lerp, slerp
from engine.pictures import grid
from pages.components.frame_player import frame_player
from pages.diffusion_exhibits.choices import pick_data
from pages.diffusion_exhibits.runs import MODELS, Run, noise, result, without_margin
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall, wall_array

STOPS = 11
STEPS = 12


@dataclass(frozen=True)
class Walk(Run):
    """A run from `STOPS` noises on the arc between two seeds' noises, then from as many on the straight line; all of
    them made `length` times as long."""

    end_seed: int = 0
    length: float = 1.0

    def start(self) -> np.ndarray:
        a, b = (noise(self.model, 1, seed) for seed in (self.seed, self.end_seed))
        stops = np.concatenate([way(a.ravel(), b.ravel(), STOPS) for way in (slerp, lerp)])
        return self.length * stops.reshape(-1, *a.shape[1:])


def render() -> None:
    """The view."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        data, walk = choose()
    with timed():
        images = without_margin(result(walk).pictures)
    noises = walk.start()
    lengths = np.linalg.norm(noises.reshape(2, STOPS, -1), axis=2) / noises[0].size ** 0.5
    with exhibit:
        film, rows = st.columns([2, 3], gap="medium", vertical_alignment="center")
        frames = np.stack([grid(pair, 2, 2) for pair in zip(images[:STOPS], images[STOPS:], strict=True)])
        with film:
            captions = [f"{i / (STOPS - 1):.0%} of the way: arc | straight" for i in range(STOPS)]
            frame_player(key="noise-film", frames=frames, fps=6, height=300, bounce=True, hold=0.5, caption=captions)
        with rows:
            chart(lengths)
        seen = np.clip(without_margin(noises[:, 0]) / 6 + 0.5, 0, 1)
        order = [seen[:STOPS], images[:STOPS], images[STOPS:], seen[STOPS:]]
        names = ["noise, arc", "its picture", "its picture", "noise, straight"]
        wall(np.concatenate(order), STOPS, names, "Noises on two ways and their pictures", roles.NOISE)
        with st.container(horizontal=True):
            gif_button("Film GIF", frames, f"noise-walk-{data}", fps=6)
            png_button("Rows PNG", wall_array(images, STOPS), f"noise-walk-{data}", 4)
            npz_button("NPZ", f"noise-walk-{data}", noises=noises, pictures=images)
    lesson(noises, lengths)


def choose() -> tuple[str, Walk]:
    """The controls."""
    data = pick_data()
    first = st.number_input("From seed", 0, 9999, 7, key="seed", bind="query-params")
    last = st.number_input("To seed", 0, 9999, 21, key="seed-to", bind="query-params")
    names = CLASSES[data]
    label = st.selectbox("Class", ["none", *names], 4, key=f"walk-class-{data}", bind="query-params")
    w = st.slider("Guidance w", 0.0, 10.0, 1.0, 0.5, key="walk-w", bind="query-params", disabled=label == "none")
    steps = st.slider("Steps", 5, 100, STEPS, key="walk-steps", bind="query-params", help="Of DDIM: it adds no noise.")
    length = st.slider(
        "Break it: length of every noise", 0.25, 1.5, 1.0, 0.05, key="walk-length", bind="query-params", format="× %.2f"
    )
    classes = () if label == "none" else (names.index(label),) * (2 * STOPS)
    walk = Walk(
        MODELS[data], classes, 2 * STOPS, int(first), steps, "ddim", w, end_seed=int(last), length=length
    )  # fmt: skip
    return data, walk


def chart(lengths: np.ndarray) -> None:
    """How long the noises on the two ways are, in units of √d."""
    way = np.linspace(0, 1, STOPS)
    figure = go.Figure(
        layout={"height": 300, "margin": {"l": 0, "r": 0, "t": 10, "b": 0}, "legend": {"x": 0.02, "y": 0.05}}
    )
    figure.add_scatter(x=way, y=lengths[0], name="arc", line={"color": roles.LATENT, "width": 3})
    figure.add_scatter(x=way, y=lengths[1], name="straight", line={"color": roles.ANOMALY, "width": 3, "dash": "dash"})
    figure.update_xaxes(title="share of the way", tickformat=".0%")
    figure.update_yaxes(title="‖x‖ / √d", range=[0.9 * lengths.min(), 1.05 * lengths.max()])
    st.plotly_chart(figure, key="noise-lengths", config={"displayModeBar": False})


def lesson(noises: np.ndarray, lengths: np.ndarray) -> None:
    """Why the straight line leaves the shell."""
    left, right = st.columns(2, gap="large")
    d, middle = noises[0].size, STOPS // 2
    ends = noises[:: STOPS - 1].reshape(-1, d)[:2]
    cosine = float(ends[0] @ ends[1] / np.prod(np.linalg.norm(ends, axis=1)))
    with left:
        st.markdown(
            "#### All noise lies on one shell\n"
            f"A noise has d = {d:,} independent numbers of variance 1, so its length is √d = {d**0.5:.0f}, give or "
            f"take 0.7. Two noises are at right angles, nearly: cos = {cosine:.3f}. Half-way between them a straight "
            "line is far inside the shell, where no noise of the training ever was: the network is told to expect more "
            "noise than there is. The arc stays where noises live."
        )
        st.latex(
            r"\begin{gathered}\big\lVert \tfrac{a+b}{2} \big\rVert / \sqrt d = %.3f \approx \sqrt{\tfrac12} \\"
            r"\big\lVert \mathrm{slerp}(a,b,\tfrac12)\big\rVert / \sqrt d = %.3f\end{gathered}"
            % (lengths[1, middle], lengths[0, middle])
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Follow the arc: pictures change as smoothly as in an autoencoder's latent space, though nobody asked.\n"
            "2. Compare the rows in the middle, then break it: shorten every noise. What becomes of the strokes?\n"
            "3. Class *none*: where on the way does the model change its mind about the digit?\n"
            "4. More steps: do they help the straight row?"
        )
        show_code("latents.py", "lerp", "slerp")
