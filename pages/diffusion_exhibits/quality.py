"""Quality against steps, as measured on the model's card."""

import plotly.graph_objects as go
import streamlit as st

from engine import cards
from engine.cards import Card, Metric
from pages.autoencoder_exhibits.ink import STILL, blank
from pages.kit import roles

DDIM = {f"frechet_lenet_ddim_{steps}": steps for steps in (10, 20, 50, 100)}
DDPM = {"frechet_lenet_ddpm_1000": 1000}


def show(model: str, steps: list[int]) -> None:
    """The curve with a mark at the steps of each lane, or a sentence while the card has no curve."""
    st.markdown("#### What steps buy, measured")
    card = cards.read(model)
    ddim = measured(card, DDIM)
    if len(ddim) < 2:
        st.info(
            f"`{model}` has no figures for several numbers of steps yet. `{card.command}` measures them.",
            icon=":material/straighten:",
        )
        return
    st.plotly_chart(chart(ddim, measured(card, DDPM), steps), key="lanes-quality", config=STILL)
    st.caption(
        "Fréchet distance to the test set in a fixed LeNet, lower is better; the dotted lines are the lanes. "
        f"On {ddim[10].samples:,} samples, as many as this, real pictures of the training set score "
        f"{card.metrics['frechet_lenet_of_train'].value:.3g}."
    )


def measured(card: Card, names: dict[str, int]) -> dict[int, Metric]:
    """The card's figures by their number of steps."""
    return {steps: card.metrics[name] for name, steps in names.items() if name in card.metrics}


def chart(ddim: dict[int, Metric], ddpm: dict[int, Metric], steps: list[int]) -> go.Figure:
    """Fréchet distance over network calls, both on logarithmic axes."""
    figure = blank(320)
    for name, points, symbol in (("DDIM", ddim, "circle"), ("DDPM", ddpm, "diamond")):
        figure.add_scatter(
            x=list(points), y=[metric.value for metric in points.values()], name=name, mode="lines+markers+text",
            text=[f"{name} {count}" for count in points], textposition="top center", cliponaxis=False,
            line={"color": roles.GENERATED, "width": 3}, marker={"size": 11, "symbol": symbol},
            customdata=[metric.samples for metric in points.values()],
            hovertemplate="%{text} steps: %{y:.3g}<br>on %{customdata:,} samples<extra></extra>",
        )  # fmt: skip
    for count in sorted(set(steps)):
        figure.add_vline(count, line={"color": roles.NOISE, "width": 1, "dash": "dot"})
    figure.update_xaxes(type="log", title="network calls a picture", dtick=1, range=[0, 3.2])
    figure.update_yaxes(type="log", title="Fréchet distance", showgrid=True)
    return figure.update_layout(hovermode="closest")
