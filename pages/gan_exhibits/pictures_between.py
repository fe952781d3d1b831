"""Between two latents: one way through the latent space, walked by every generator."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine.datasets import CLASSES
from engine.latents import slerp
from engine.pictures import grid
from pages.components.frame_player import frame_player
from pages.diffusion_exhibits.verdicts import judged
from pages.gan_exhibits.pictures_models import METHODS, generated, latents, model_of
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import gif_button, npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall, wall_array

STOPS = 49
SHOWN = 13
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")


def render(data: str, methods: list[str]) -> None:
    """The view."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        first = int(st.number_input("From seed", 0, 9999, 7, key="seed", bind="query-params"))
        last = int(st.number_input("To seed", 0, 9999, 21, key="seed-to", bind="query-params"))
        chosen = st.pills(
            "Generators", methods, selection_mode="multi", wrap=True, default=methods, key=f"gan-between-{data}",
            bind="query-params", format_func=METHODS.get,
        )  # fmt: skip
    lanes = chosen or methods
    with timed():
        made = {method: generated(model_of(method, data), way(model_of(method, data), first, last)) for method in lanes}
        p = {method: judged(data, pictures) for method, pictures in made.items()}
    jumps = {method: np.sqrt(np.square(np.diff(x, axis=0)).mean((1, 2))) for method, x in made.items()}
    with exhibit:
        film(data, made)
        rows(made)
        st.plotly_chart(chart(jumps), key="gan-jumps", config={"displayModeBar": False})
        downloads(f"gan-walk-{data}-{first}-{last}", made)
    lesson(data, jumps, p)


def way(model: str, first: int, last: int) -> np.ndarray:
    """Latents (49, d) on the arc between two seeds' latents: it keeps to the shell on which latents lie."""
    return slerp(latents(model, 1, first)[0], latents(model, 1, last)[0], STOPS)


def film(data: str, made: dict[str, np.ndarray]) -> None:
    """All generators walking in step."""
    frames = np.stack([grid(np.stack(pictures), len(made), 2) for pictures in zip(*made.values(), strict=True)])
    st.markdown(" · ".join(f"**{METHODS[method]}**" for method in made))
    frame_player(
        key=f"gan-walk-{data}", frames=frames, fps=14, height=200, bounce=True, hold=0.6,
        label="A walk between two latents", caption=[f"{i / (STOPS - 1):.0%} of the way" for i in range(STOPS)],
    )  # fmt: skip


def rows(made: dict[str, np.ndarray]) -> None:
    """Thirteen of the stops, a row a generator."""
    shown = np.linspace(0, STOPS - 1, SHOWN).astype(int)
    wall(
        np.concatenate([pictures[shown] for pictures in made.values()]), SHOWN, [METHODS[method] for method in made],
        "On the way between two latents", roles.GENERATED,
    )  # fmt: skip


def chart(jumps: dict[str, np.ndarray]) -> go.Figure:
    """How far the picture moves at each of the equal steps of the latent."""
    at = (np.arange(STOPS - 1) + 0.5) / (STOPS - 1)
    figure = go.Figure()
    for dash, (method, lengths) in zip(DASHES, jumps.items(), strict=False):
        colour = roles.ANOMALY if method == "vanilla" else roles.GENERATED
        figure.add_scatter(x=at, y=lengths, name=METHODS[method], mode="lines", line={"color": colour, "dash": dash})
    figure.update_xaxes(title="share of the way", tickformat=".0%")
    figure.update_yaxes(title="change of the picture, RMS", rangemode="tozero")
    return figure.update_layout(
        height=240, margin={"l": 0, "r": 0, "t": 30, "b": 0}, legend={"orientation": "h", "y": 1.2}
    )


def downloads(name: str, made: dict[str, np.ndarray]) -> None:
    """The walks to take home."""
    frames = np.stack([grid(np.stack(pictures), len(made), 2) for pictures in zip(*made.values(), strict=True)])
    shown = np.linspace(0, STOPS - 1, SHOWN).astype(int)
    with st.container(horizontal=True):
        gif_button("Film GIF", frames, name, fps=14)
        png_button("Rows PNG", wall_array(np.concatenate([x[shown] for x in made.values()]), SHOWN), name, 4)
        npz_button("NPZ", name, **made)


def lesson(data: str, jumps: dict[str, np.ndarray], p: dict[str, np.ndarray]) -> None:
    """A generator is continuous; classes are not."""
    left, right = st.columns([5, 4], gap="large")
    with left:
        st.markdown(
            "#### No tear, but a stretch\n"
            "G is continuous, so it cannot jump from one digit to the next; it can only cross the gap fast. Equal "
            "steps of z are unequal steps of the picture, and the peaks of the curve are where it runs between two "
            "modes. Whatever it paints there belongs to neither."
        )
        st.latex(
            r"\ell_i = \sqrt{\tfrac1{784}\lVert G(z_{i+1}) - G(z_i)\rVert^2},\qquad z_i = \mathrm{slerp}(a, b, i/48)"
        )
        st.markdown(
            "| | fastest / mean step | classes on the way |\n|:--|--:|:--|\n"
            + "\n".join(
                f"| {METHODS[method]} | {lengths.max() / max(lengths.mean(), 1e-6):.1f} × | "
                f"{readings(data, p[method])} |"
                for method, lengths in jumps.items()
            )
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Watch the fastest moment of each lane: is there a digit in it?\n"
            "2. Try ends at which a lane shows the same class: does the walk stay inside it?\n"
            "3. A collapsed generator has little to walk through: find the lane whose picture hardly changes.\n"
            "4. Compare with the walk between two noises on the page *Diffusion*: nobody trained either to be smooth."
        )
        show_code("latents.py", "slerp")


def readings(data: str, p: np.ndarray) -> str:
    """The classes that a judge reads one after another."""
    labels = p.argmax(1)
    changes = [int(label) for i, label in enumerate(labels) if i == 0 or label != labels[i - 1]]
    return " → ".join(CLASSES[data][label] for label in changes)
