"""Style mixing: coarse layers hear one style, fine layers another."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine.gans import style_mixing
from engine.gans.style_mixing import SIDES
from engine.pictures import grid
from pages.diffusion_exhibits.verdicts import judged
from pages.gan_exhibits.pictures_models import latents
from pages.gan_exhibits.style_models import painted, styles_of
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.footer import timed
from pages.kit.walls import wall

ROWS, COLUMNS = 6, 10
FIRST = range(1, len(SIDES))


def render(data: str, model: str) -> None:
    """The view."""
    exhibit, controls = st.columns([7, 2], gap="large")
    with controls:
        first = st.select_slider(
            "The columns' styles from layer", list(FIRST), 4, key="style-first", bind="query-params",
            format_func=lambda layer: f"{layer + 1} ({SIDES[layer]}×{SIDES[layer]})",
            help="Layers before that hear the row's style. There are six, two at each resolution.",
        )  # fmt: skip
        rows = int(st.number_input("Rows: seed", 0, 9999, 7, key="seed", bind="query-params"))
        columns = int(st.number_input("Columns: seed", 0, 9999, 21, key="seed-to", bind="query-params"))
        noise = int(st.number_input("Noise: seed", 0, 9999, 0, key="style-noise", bind="query-params"))
    with timed():
        coarse = styles_of(model, latents(model, ROWS, rows))
        fine = styles_of(model, latents(model, COLUMNS, columns))
        mixed = {layer: mixtures(model, coarse, fine, layer, noise) for layer in FIRST}
        heads = painted(model, coarse, noise), painted(model, fine, noise)
        stirred = float(np.abs(painted(model, coarse, noise + 1) - heads[0]).mean())
        shares = {layer: kept(data, mixed[layer], *heads) for layer in FIRST}
    with exhibit:
        sheet = np.concatenate([np.full((1, 28, 28), 0.5), heads[1], *with_heads(mixed[first], heads[0])])
        wall(
            sheet, COLUMNS + 1, ["columns: fine", *[f"row {i + 1}: coarse" for i in range(ROWS)]],
            "Coarse styles of the rows with fine styles of the columns", roles.GENERATED,
        )  # fmt: skip
        with st.container(horizontal=True):
            png_button("Grid PNG", grid(sheet, COLUMNS + 1, 2), f"style-mixing-{data}-{first}", 4)
            npz_button("NPZ", f"style-mixing-{data}-{first}", coarse=coarse, fine=fine, pictures=mixed[first])
    with controls:
        st.plotly_chart(chart(first, shares), key="style-kept", config={"displayModeBar": False})
    lesson(first, shares, stirred)


def mixtures(model: str, coarse: np.ndarray, fine: np.ndarray, first: int, noise: int) -> np.ndarray:
    """Pictures (ROWS · COLUMNS, 28, 28), row by row."""
    pairs = style_mixing.mixed(coarse, fine, first)
    return painted(model, pairs.reshape(-1, *pairs.shape[2:]), noise)


def with_heads(pictures: np.ndarray, heads: np.ndarray) -> list[np.ndarray]:
    """Each row of pictures behind its own unmixed one."""
    rows = pictures.reshape(ROWS, COLUMNS, 28, 28)
    return [np.concatenate([head[None], row]) for head, row in zip(heads, rows, strict=True)]


def kept(data: str, pictures: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> tuple[float, float]:
    """The shares of the mixtures that the judge reads as their row's class, and as their column's."""
    label = judged(data, pictures).argmax(1).reshape(ROWS, COLUMNS)
    of_row, of_column = judged(data, rows).argmax(1), judged(data, columns).argmax(1)
    return float((label == of_row[:, None]).mean()), float((label == of_column).mean())


def chart(first: int, shares: dict[int, tuple[float, float]]) -> go.Figure:
    """Whose class wins, over the layer of the crossing."""
    layers = [layer + 1 for layer in shares]
    figure = go.Figure()
    for k, (name, dash) in enumerate((("row's class", "solid"), ("column's class", "dash"))):
        line = {"color": (roles.LATENT, roles.GENERATED)[k], "width": 3, "dash": dash}
        figure.add_scatter(x=layers, y=[share[k] for share in shares.values()], name=name, line=line)
    figure.add_vline(first + 1, line={"color": roles.NOISE, "width": 2})
    figure.update_xaxes(title="first layer of the columns", dtick=1)
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    return figure.update_layout(
        height=240, margin={"l": 0, "r": 0, "t": 30, "b": 0}, legend={"orientation": "h", "y": 1.3}
    )


def lesson(first: int, shares: dict[int, tuple[float, float]], stirred: float) -> None:
    """Layers divide the work."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Each layer hears its own w\n"
            "Layers at 7×7 place the parts, those at 28×28 finish the edges. Nothing forces all six to hear the same "
            "style; half of the training pictures mixed two, so that no layer may count on its neighbour."
        )
        st.latex(
            r"x = g(\underbrace{w_A, \dots, w_A}_{%d\ \text{layers}}, "
            r"\textcolor{%s}{\underbrace{w_B, \dots, w_B}_{%d\ \text{layers}}})"
            % (first, roles.GENERATED, len(SIDES) - first)
        )
        row, column = shares[first]
        st.markdown(
            f"Crossed here, the judge reads {row:.0%} of the {ROWS * COLUMNS} mixtures as their row's class and "
            f"{column:.0%} as their column's. Another noise changes a pixel by {stirred:.2%} of white on average."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Move the crossing: at which layer does the class change from the column's to the row's?\n"
            "2. Leave only the last layers to the columns. What do they still decide: slant, thickness, contrast?\n"
            "3. Change only the noise: what does it decide, when every style stays?\n"
            "4. Find a mixture that is no digit at all. Was it ever asked for in training?"
        )
        show_code("gans/style_mixing.py", "mixed")
        show_code("gans/style_networks.py", "crossed", "StyleGenerator.synthesise")
