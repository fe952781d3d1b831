"""Train it now: a 2-D VAE learns in the page, and its map forms while one watches."""

from types import SimpleNamespace

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from safetensors.numpy import save

from engine import cards, client, pictures
from engine.datasets import CLASSES
from pages.kit import kept, roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button, png_button
from pages.kit.guard import guard

TITLES = {"digits": "Tiny digits", "mnist": "MNIST", "fashion": "Garments"}
LIVE = "live"


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([3, 1], gap="large")
    with controls:
        data = st.segmented_control(
            "Pictures", list(TITLES), default="digits", required=True, key="live-data", bind="query-params",
            format_func=TITLES.get,
        )  # fmt: skip
        beta = st.slider("β", 0.0, 10.0, 1.0, 0.1, key="live-beta", bind="query-params")
        steps = st.slider("Steps", 100, 5000, 1500, 100, key="live-steps", bind="query-params")
        lr = st.select_slider(
            "Learning rate", [3e-4, 1e-3, 3e-3, 1e-2, 1e-1], 3e-3, key="live-lr", format_func="{:g}".format
        )
        seed = st.number_input("Seed", 0, 9999, 0, key="live-seed", bind="query-params")
        start = st.button("Train", type="primary", icon=":material/play_arrow:", width="stretch")
        st.button("Stop and look", icon=":material/stop_circle:", width="stretch")
        if st.button("Reset", icon=":material/restart_alt:", width="stretch"):
            st.session_state.pop(LIVE, None)
        fetch = data != "digits" and st.button("Fetch the data", icon=":material/download:", width="stretch")
    with view:
        stage = st.empty()
        if fetch:
            with guard():
                prepare(stage, data, download=True)
        if start:
            with guard():
                run(stage, data, dict(dataset=data, beta=beta, steps=steps, seed=int(seed), lr=lr))
        else:
            show(stage)
    with controls:
        if LIVE in st.session_state:
            keep()
    lesson()


def run(stage, data: str, settings: dict) -> None:
    """Read the stream and draw each record; leaving the page or pressing a button ends the stream and the work."""
    if not prepare(stage, data, download=False):
        stage.warning(f"{TITLES[data]} is not on this machine: 12 to 30 MB to fetch.", icon=":material/download:")
        st.session_state.pop(LIVE, None)
        return
    state = st.session_state[LIVE] = {"settings": settings, "data": data, "history": [], "record": None}
    for record in client.engine().stream("autoencoders", "train_map", **settings):
        state["history"] += record.history
        state["record"] = record
        show(stage)


def prepare(stage, data: str, download: bool) -> bool:
    """Bring the data set into the engine's memory, with progress; whether it is there."""
    for progress in client.engine().stream("autoencoders", "prepare_data", dataset=data, download=download):
        stage.progress(progress.done / progress.files, f"Reading {TITLES[data]} …")
    return progress.ready


def show(stage) -> None:
    """The last record on the stage: map, codes, loss. Before the first training, where it leads."""
    state = st.session_state.get(LIVE) or {"record": finished(), "data": "mnist", "history": []}
    record = state["record"]
    if record is None:
        return
    with stage.container():
        st.progress(record.step / record.steps, _headline(record, state["history"]))
        manifold, codes = st.columns(2)
        sheet = pictures.grid(record.manifold.reshape(-1, 28, 28), 15, 0)
        manifold.image(pictures.to_png(sheet), width="stretch", caption="decoded from −3 … 3 in both directions")
        codes.plotly_chart(_codes(record, state["data"]), key=f"codes-{record.step}", config={"displayModeBar": False})
        if state["history"]:
            st.line_chart(
                state["history"], x="step", y=["reconstruction", "kl"], color=[roles.LATENT, roles.GENERATED],
                height=260, x_label="", y_label="nats a picture",
            )  # fmt: skip


def _headline(record, history: list[dict]) -> str:
    if not history:
        return (
            f"Where it leads: {record.steps:,} steps, made earlier. Press Train and watch a map form in front of you."
        )
    last = history[-1]
    return (
        f"Step {record.step:,} of {record.steps:,} · {record.seconds:.1f} s of training · "
        f"reconstruction {last['reconstruction']:.1f} + KL {last['kl']:.2f} nats"
    )


@st.cache_data(show_spinner=False)
def finished() -> SimpleNamespace:
    """The published 2-D model, in the shape of a record."""
    name = "vae2-mnist"
    across = np.linspace(-3, 3, 15, dtype=np.float32)
    z = np.stack(np.meshgrid(across, across[::-1]), -1).reshape(-1, 2)
    decoded = client.engine().call(name, "decode", z=z).reshape(15, 15, 28, 28)
    derived, steps = cards.derived(name), cards.read(name).steps_done
    return SimpleNamespace(
        step=steps, steps=steps, seconds=0.0, manifold=pictures.to_uint8(decoded), weights=b"",
        codes=derived["mu"][:1000].astype(np.float32), labels=derived["labels"][:1000],
    )  # fmt: skip


def _codes(record, data: str) -> go.Figure:
    """The codes of a thousand training pictures by class, over the prior's circles."""
    figure = go.Figure()
    for radius in (1, 2, 3):
        figure.add_shape(
            type="circle", x0=-radius, x1=radius, y0=-radius, y1=radius, line={"color": roles.NOISE, "width": 1}
        )
    for label, name in enumerate(CLASSES[data]):
        chosen = record.codes[record.labels == label]
        figure.add_scatter(
            x=chosen[:, 0], y=chosen[:, 1], name=name, mode="markers", marker={"size": 4, "color": roles.CLASSES[label]}
        )
    reach = max(3.2, float(np.quantile(np.abs(record.codes), 0.99)))
    figure.update_xaxes(range=[-reach, reach], zeroline=False)
    figure.update_yaxes(range=[-reach, reach], zeroline=False, scaleanchor="x")
    figure.update_layout(height=430, margin={"l": 0, "r": 0, "t": 0, "b": 0}, legend={"orientation": "h"})
    return figure


def keep() -> None:
    """Downloads, and the trained map among the atlas's pictures."""
    state = st.session_state[LIVE]
    record = state["record"]
    if record is None:
        return
    png_button("Map PNG", pictures.grid(record.manifold.reshape(-1, 28, 28), 15, 0), "live-map", 2)
    npz_button("Codes NPZ", "live-codes", codes=record.codes, labels=record.labels)
    if not record.weights:
        return
    st.download_button(
        "Decoder weights", record.weights, "decoder.safetensors", icon=":material/save:", on_click="ignore"
    )
    if st.button("Keep for the atlas", icon=":material/bookmark_add:", width="stretch"):
        title = f"{TITLES[state['data']]}, β = {state['settings']['beta']:g}, seed {state['settings']['seed']}"
        codes = save({"mu": record.codes.astype(np.float32), "labels": record.labels.astype(np.uint8)})
        model = kept.keep(title, CLASSES[state["data"]], record.weights, codes)
        st.session_state.setdefault("kept", {})[title] = model
        st.toast("Kept: choose it under Pictures in the atlas.", icon=":material/bookmark:")


def lesson() -> None:
    """What to look for."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### Two forces, one map\n"
            "First the reconstruction pulls the classes apart; then the KL squeezes them into the circles of the prior "
            "until they touch. Watch the blue line climb from zero: those are the nats that the code has begun "
            "to carry."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. β = 0: the codes fly apart, far beyond the circles.\n"
            "2. β = 10: the blue line stays at zero. That is posterior collapse, live.\n"
            "3. Learning rate 0.1: break the training, and read the sentence."
        )
        show_code("autoencoders/live.py", "train_map")
