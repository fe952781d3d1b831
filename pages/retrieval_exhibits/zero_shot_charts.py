"""Charts of the zero-shot bench: what is mistaken for what, template by template, and over temperatures."""

import numpy as np
import plotly.graph_objects as go

from engine.clip.queries import classifier
from pages.kit.roles import LATENT, NOISE, REAL, TEXT
from pages.retrieval_exhibits.bench_pictures import Bench
from pages.retrieval_exhibits.sorting import Sorted, sort

TEMPERATURES = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0]


def confusion(answer: Sorted, classes: tuple[str, ...]) -> go.Figure:
    """How often a class (row) is read as another (column)."""
    n = len(classes)
    counts = np.zeros((n, n), int)
    np.add.at(counts, (answer.truth[answer.known], answer.p.argmax(1)[answer.known]), 1)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    scale = [[0, "rgba(0,114,178,0.06)"], [1, LATENT]]
    figure = go.Figure(
        go.Heatmap(z=shares, x=classes, y=classes, colorscale=scale, showscale=False, zmin=0, zmax=1, xgap=2, ygap=2,
                   text=np.where(counts, counts, ""), texttemplate="%{text}",
                   hovertemplate="%{y} read as %{x}: %{text}<extra></extra>")
    )  # fmt: skip
    figure.update_yaxes(autorange="reversed", title="truth", showgrid=False)
    figure.update_xaxes(title="read as", tickangle=-40, showgrid=False)
    return framed(figure, "Confusion", 470)


def by_template(answer: Sorted, alone: list[Sorted], sentences: tuple[str, ...]) -> go.Figure:
    """The accuracy of each template alone, and of all together."""
    order = np.argsort([each.accuracy for each in alone])
    names = [sentences[i] for i in order] + ["all together"]
    values = [alone[i].accuracy for i in order] + [answer.accuracy]
    colours = [NOISE] * len(order) + [TEXT]
    figure = go.Figure(
        go.Bar(x=values, y=names, orientation="h", marker_color=colours, text=[f"{v:.0%}" for v in values],
               textposition="auto", hoverinfo="skip")
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1], tickformat=".0%")
    return framed(figure, "Right, template by template", 250)


def by_temperature(
    pictures: Bench, classes: tuple[str, ...], texts: np.ndarray, learned: float, warmth: float
) -> go.Figure:
    """Mean confidence and accuracy over temperatures: the one moves, the other cannot."""
    grid = np.geomspace(0.1, 10, 25)
    weights = classifier(texts)
    answers = [sort(pictures, classes, weights, learned / each) for each in grid]
    figure = go.Figure()
    figure.add_scatter(
        x=grid, y=[a.p.max(1).mean() for a in answers], name="confidence", line={"color": TEXT, "width": 3}
    )
    if answers[0].accuracy is not None:
        figure.add_scatter(x=grid, y=[a.accuracy for a in answers], name="right", line={"color": REAL, "width": 3})
    figure.add_vline(x=warmth, line={"color": NOISE, "dash": "dot"})
    figure.update_xaxes(type="log", title="temperature, × the learned one", tickvals=TEMPERATURES)
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 1, "xanchor": "right"})
    return framed(figure, "Temperature", 230)


def framed(figure: go.Figure, title: str, height: int) -> go.Figure:
    """The look that the charts share."""
    figure.update_layout(
        title={"text": title, "font": {"size": 15}}, height=height, margin={"l": 0, "r": 8, "t": 40, "b": 0}
    )
    return figure
