"""Residual connections: a deep plain network and a residual one of the same weights race on two spirals."""

from collections import OrderedDict
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine import client, pictures
from engine.blocks.spirals import spirals
from pages.autoencoder_exhibits.ink import STILL, blank, stroke
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button
from pages.kit.guard import guard

NAMES = ("plain", "residual")
COLOURS = {"plain": roles.NOISE, "residual": roles.LATENT}
CLASSES = (roles.LATENT, roles.GENERATED)
POINTS, REACH, FACTOR = 256, 2.3, 10
MOST = 32
KEPT = "race"


@dataclass
class Race:
    """All losses so far, ‖∂L/∂W‖ of the untrained networks (2, depth), and the last record."""

    settings: tuple
    history: list[dict[str, float]] = field(default_factory=list)
    first: np.ndarray | None = None
    record: SimpleNamespace | None = None


@st.cache_resource
def finished() -> OrderedDict[tuple, Race]:
    """Races that somebody has watched to the end, by their settings: the same settings are the same race."""
    return OrderedDict()


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        settings, again = choose()
    with view:
        stage = st.empty()
    race = finished().get(tuple(settings.values()), st.session_state.get(KEPT))
    if again or race is None or race.settings != tuple(settings.values()) or race.record is None:
        with view, guard():
            race = run(settings, stage)
    else:
        show(race, stage)
    if race and race.record:
        with controls:
            npz_button(
                "Race NPZ", f"race-{settings['depth']}", gradients=race.record.gradients, maps=race.record.maps,
                **{name: [each[name] for each in race.history] for name in NAMES},
            )  # fmt: skip
        lesson(race, settings)


def choose() -> tuple[dict, bool]:
    """The controls: settings of the race, and whether to run it once more."""
    bound = {"bind": "query-params"}
    depth = st.slider("Layers", 5, 80, 40, 5, key="race-depth", **bound)
    normalised = st.toggle(
        "Normalise in each layer",
        True,
        key="race-norm",
        help="Off breaks the residual network: its sums explode.",
        **bound,
    )
    lr = st.select_slider("Learning rate", [3e-4, 1e-3, 3e-3, 1e-2], 3e-3, key="race-lr", format_func="{:g}".format)
    steps = st.slider("Steps", 50, 1000, 150, 50, key="race-steps", **bound)
    seed = int(st.number_input("Seed", 0, 9999, 0, key="race-seed", help="Of the points and the weights.", **bound))
    again = st.button("Train again", "race-again", type="primary", icon=":material/replay:", width="stretch")
    st.button("Halt", icon=":material/stop_circle:", width="stretch")
    return {"depth": depth, "normalised": normalised, "steps": steps, "lr": lr, "seed": seed}, again


def run(settings: dict, stage) -> Race:
    """Read the stream and draw each record. Any control ends it; what there is stays."""
    race = st.session_state[KEPT] = Race(tuple(settings.values()))
    for record in client.engine().stream("blocks", "race", **settings):
        race.history += record.history
        race.first = record.gradients if race.first is None else race.first
        race.record = record
        show(race, stage)
    shelf = finished()
    shelf[race.settings] = race
    while len(shelf) > MOST:
        shelf.popitem(last=False)
    return race


def show(race: Race, stage) -> None:
    """What each network believes, how both losses fall, and how much gradient reaches each layer."""
    record = race.record
    last = race.history[-1]
    with stage.container():
        st.progress(
            record.step / record.steps,
            f"Step {record.step:,} of {record.steps:,} · {record.seconds:.1f} s · loss plain {last['plain']:.3f}, "
            f"residual {last['residual']:.3f} nats",
        )
        plain, residual, losses = st.columns([3, 3, 4], gap="medium")
        points = spirals(POINTS, race.settings[-1])
        for place, i in ((plain, 0), (residual, 1)):
            picture = pictures.data_url(pictures.to_png(belief(record.maps[i], *points), compression=1))
            place.html(
                f"<figure style='margin:0'><figcaption style='font-size:.9rem;margin-bottom:.3rem'><b style='color:"
                f"{COLOURS[NAMES[i]]}'>{NAMES[i].capitalize()}</b> {100 * record.accuracy[i]:.0f} % right</figcaption>"
                f"<img alt='p(y|x) of the {NAMES[i]} network' src='{picture}' style='width:100%;border-radius:8px;"
                f"outline:3px solid {COLOURS[NAMES[i]]}'></figure>"
            )
        losses.markdown("**Loss**: plain, :blue[residual]; :red[dotted: guessing, log 2]")
        losses.plotly_chart(loss_figure(race), key=f"race-loss-{record.step}", config=STILL)
        st.markdown("**Gradient norm ‖∂L/∂W‖** of each layer; dotted: before the first step")
        st.plotly_chart(gradient_figure(race), key=f"race-gradients-{record.step}", config=STILL)


def belief(p: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """p(y = 1|x) (S, S) as uint8 (10S, 10S, 3) from one class's colour to the other's, and the points on it."""
    ends = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in CLASSES], float)
    share = pictures.enlarge(p, FACTOR)[..., None]
    picture = 255 - 0.55 * (255 - (ends[0] + (ends[1] - ends[0]) * share))
    side = len(picture)
    places = np.rint(np.stack([REACH - x[:, 1], x[:, 0] + REACH], 1) / (2 * REACH) * (side - 1)).astype(int)
    for (row, column), label in zip(np.clip(places, 3, side - 4), y, strict=True):
        picture[row - 3 : row + 4, column - 3 : column + 4] = 255
        picture[row - 2 : row + 3, column - 2 : column + 3] = ends[label]
    return picture.astype(np.uint8)


def loss_figure(race: Race) -> go.Figure:
    """Both losses over the steps, and the loss of guessing."""
    figure = blank(310)
    steps = [each["step"] for each in race.history]
    for name in NAMES:
        figure.add_trace(stroke(steps, [each[name] for each in race.history], COLOURS[name], 3))
    figure.add_hline(np.log(2), line={"color": roles.ANOMALY, "dash": "dot", "width": 1})
    figure.update_xaxes(range=[0, race.record.steps], title="step")
    return figure.update_yaxes(range=[0, 1.05], showgrid=True).update_layout(margin_t=8)


def gradient_figure(race: Race) -> go.Figure:
    """‖∂L/∂W‖ of each layer, now and before training."""
    figure = blank(250)
    layers = np.arange(1, race.first.shape[1] + 1)
    for i, name in enumerate(NAMES):
        now, before = (np.maximum(gradients[i], 1e-12) for gradients in (race.record.gradients, race.first))
        figure.add_trace(stroke(layers, before, COLOURS[name], 2, "dot"))
        figure.add_trace(stroke(layers, now, COLOURS[name], 3))
    figure.update_xaxes(title="layer, from the input to the loss")
    return figure.update_yaxes(type="log", showgrid=True, exponentformat="power", dtick=1).update_layout(margin_t=8)


def lesson(race: Race, settings: dict) -> None:
    """Why a sum helps, with this race's numbers."""
    left, right = st.columns(2, gap="large")
    plain, residual = race.first[:, 0] / race.first[:, -1]
    last = race.history[-1]
    with left:
        st.markdown(
            "#### One plus sign\n"
            f"Both networks have {settings['depth']} layers $f(h) = W\\,\\mathrm{{relu}}(\\mathrm{{norm}}(h))$ of 16 "
            "numbers, and begin with the very same weights. The one passes on $f(h)$, the other $h + f(h)$. The second "
            "can leave a layer alone by making $f$ small; the first has to learn to copy, layer after layer."
        )
        st.latex(
            r"\frac{\partial L}{\partial h_0} = \frac{\partial L}{\partial h_{%d}} \prod_{l}\textcolor{%s}{J_l}"
            r"\qquad\text{against}\qquad \frac{\partial L}{\partial h_{%d}} \prod_{l}"
            r"\left(\textcolor{%s}{I} + \textcolor{%s}{J_l}\right)"
            % (settings["depth"], roles.GRADIENT, settings["depth"], roles.LATENT, roles.GRADIENT)
        )
        st.caption(
            f"Before the first step, the first layer's gradient is {plain:.2g} times that of the last layer in the "
            f"plain network, {residual:.2g} times in the residual one. After step {last['step']:,} the losses are "
            f"{last['plain']:.4f} and {last['residual']:.4f} nats; guessing costs {np.log(2):.4f}."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Five layers: the plain network is as good. Where does it begin to fall behind?\n"
            "2. Forty layers: its *training* loss is worse. That is not overfitting; it is a failure to learn "
            "(He et al. 2016, figure 1).\n"
            "3. **Break it**: switch the normalisation off. Now the sums of the residual network grow from layer to "
            "layer, and the plain one has the better start: a sum alone is not the cure.\n"
            "4. With few layers, a smaller learning rate and more steps: can you save the plain one?\n"
            "5. Another seed: is it always so? One race is an anecdote."
        )
        show_code("blocks/networks.py", "Layer", "DeepNet")
        show_code("blocks/live.py", "race")
