"""Train it live: a network learns the score of the data on show, and the arrows turn while one watches."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import plotly.graph_objects as go
import streamlit as st

from engine import client
from engine.toys import Mixture
from pages.kit import live_weights, roles
from pages.kit.guard import guard

TRAININGS = "score-trainings"
MOST_TRAININGS = 8


@dataclass
class Training:
    """A training of this session: its settings, all losses so far, and the last record."""

    settings: dict
    history: list[dict[str, float]] = field(default_factory=list)
    record: SimpleNamespace | None = None


def controls(name: str, seed: int) -> dict | None:
    """The controls; the settings if a training shall begin now."""
    with st.container(border=True, horizontal=True, vertical_alignment="bottom"):
        start = st.button("Train it live", type="primary", icon=":material/play_arrow:")
        steps = st.slider("Steps", 200, 6000, 3000, 200, key="score-steps", bind="query-params", width=190)
        lr = st.select_slider(
            "Learning rate", [1e-3, 3e-3, 1e-2, 3e-2, 1e-1], 1e-2, key="score-lr", format_func="{:g}".format, width=190
        )
        st.button("Stop and look", icon=":material/stop_circle:")
        if name in _trainings() and st.button("Reset", icon=":material/restart_alt:", key="score-reset"):
            _trainings().pop(name, None)
    return {"steps": steps, "lr": lr, "seed": seed} if start else None


def run(settings: dict, name: str, mixture: Mixture, token: str) -> None:
    """Read the stream; each record's weights go where the component fetches them. Any button ends it."""
    trainings = _trainings()
    training = trainings[name] = Training(settings)
    while len(trainings) > MOST_TRAININGS:
        trainings.pop(next(iter(trainings)))
    stage = st.empty()
    with guard():
        for record in client.engine().stream(
            "diffusion", "train_toy", centres=mixture.centres, spread=mixture.spread, **settings
        ):
            training.history += record.history
            training.record = record
            live_weights.put(token, record.weights)
            with stage.container():
                _report(training)
        st.rerun()


def trained(name: str) -> bytes:
    """The weights that this session trained on these data, if it did."""
    training = _trainings().get(name)
    return training.record.weights if training and training.record else b""


def report(name: str) -> None:
    """What came of the training on these data."""
    training = _trainings().get(name)
    if training and training.record:
        _report(training)


def _trainings() -> dict[str, Training]:
    return st.session_state.setdefault(TRAININGS, {})


def _report(training: Training) -> None:
    record = training.record
    st.progress(record.step / record.steps, _headline(record))
    loss, error = st.columns(2)
    chart = {"displayModeBar": False}
    loss.plotly_chart(_losses(training), key=f"score-loss-{record.step}", config=chart)
    error.plotly_chart(_errors(record), key=f"score-error-{record.step}", config=chart)


def _headline(record: SimpleNamespace) -> str:
    return (
        f"Step {record.step:,} of {record.steps:,} · {record.seconds:.1f} s of training · ε̂ misses the exact answer by "
        f"{record.errors.mean():.4f} on average"
    )


def _losses(training: Training) -> go.Figure:
    """The loss, its running mean, and the floor under it."""
    steps, losses = [h["step"] for h in training.history], [h["loss"] for h in training.history]
    means, mean = [], losses[0] if losses else 0.0
    for loss in losses:
        mean += 0.05 * (loss - mean)
        means.append(mean)
    figure = _figure("loss ‖ε − ε̂‖² / 2", "step")
    figure.add_scatter(x=steps, y=losses, line={"color": roles.rgba(roles.GRADIENT, 0.35), "width": 1}, name="loss")
    figure.add_scatter(x=steps, y=means, line={"color": roles.GRADIENT, "width": 3}, name="running mean")
    floor = training.record.floor
    figure.add_hline(
        floor, line={"color": roles.REAL, "dash": "dash"}, annotation_text=f"the exact score: {floor:.3f}",
        annotation_font_color=roles.REAL, annotation_position="bottom right",
    )  # fmt: skip
    figure.update_xaxes(range=[0, training.record.steps])
    figure.update_yaxes(range=[0.8 * floor, max(1.6 * floor, 1.1 * max(means, default=0.0))])
    return figure


def _errors(record: SimpleNamespace) -> go.Figure:
    """By how much ε̂ misses, over the noise levels."""
    figure = _figure("‖ε̂ − E[ε|x_t]‖² / 2", "noise σ = √(1 − ᾱ)")
    figure.add_scatter(
        x=(1 - record.alpha_bar) ** 0.5, y=record.errors, line={"color": roles.ANOMALY, "width": 3}, name="error"
    )
    figure.update_yaxes(type="log", range=[-5, 0.2], dtick=1, exponentformat="power")
    return figure


def _figure(title: str, across: str) -> go.Figure:
    return go.Figure(
        layout={
            "height": 230,
            "margin": {"l": 0, "r": 0, "t": 34, "b": 0},
            "showlegend": False,
            "title": {"text": title},
            "xaxis": {"title": across},
        }  # fmt: skip
    )
