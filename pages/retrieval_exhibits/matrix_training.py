"""Train it live: a tiny CLIP learns scenes while one watches its matrix light up along the diagonal."""

from contextlib import closing
from types import SimpleNamespace

import numpy as np
import streamlit as st

from engine import client, pictures
from pages.components.contrastive_matrix import contrastive_matrix
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import csv_button, npz_button
from pages.kit.guard import guard

LIVE = "clip-live"


def render() -> None:
    """The training: its controls, the matrix and the loss."""
    exhibit, controls = st.columns([5, 1], gap="medium")
    with controls:
        steps = st.slider("Steps", 50, 1500, 300, 50, key="live-steps", bind="query-params")
        batch = st.select_slider("Pairs in a batch", [2, 8, 16, 32, 64, 128], 64, key="live-batch", bind="query-params",
                                 help="A batch of two asks an easy question: there is one wrong answer.")  # fmt: skip
        lr = st.select_slider(
            "Learning rate", [3e-4, 1e-3, 3e-3, 1e-2, 1e-1], 3e-3, key="live-lr", bind="query-params",
            format_func="{:g}".format,
        )  # fmt: skip
        seed = st.number_input("Seed", 0, 9999, 0, key="live-seed", bind="query-params")
        start = st.button("Train", type="primary", icon=":material/play_arrow:", width="stretch")
        st.button("Halt and look", icon=":material/stop_circle:", width="stretch")
    with exhibit:
        stage = st.empty()
        if start or LIVE not in st.session_state:
            st.session_state.setdefault(LIVE, {"history": [], "record": None})
            with guard():
                run(stage, dict(steps=steps, seed=int(seed), lr=lr, batch=batch), only_begin=not start)
        show(stage)
        if record := st.session_state[LIVE]["record"]:
            st.session_state["matrix-numbers"] = (record.similarities.astype(np.float32), record.logit_scale)
    with controls:
        take_home()
    show_code("clip/live.py", "train_pairs")


def run(stage, settings: dict, only_begin: bool) -> None:
    """Read the stream and draw each record; any button ends the stream, the work, and keeps what there is.

    The first record comes before the first step: `only_begin` takes no more.
    """
    state = st.session_state[LIVE] = {"history": [], "record": None}
    with closing(client.engine().stream("clip", "train_pairs", **settings)) as records:
        for record in records:
            state["history"] += record.history
            state["record"] = record
            if only_begin:
                break
            watch(stage, record, state["history"])


def watch(stage, record: SimpleNamespace, history: list[dict]) -> None:
    """The matrix as it is now, beside the loss."""
    with stage.container():
        st.progress(record.step / record.steps, headline(record))
        left, right = st.columns([3, 2], gap="medium")
        with left:
            st.html(f"<style>{STYLE}</style>{matrix_html(record)}")
        with right:
            curve(history)


def show(stage) -> None:
    """The last record, to be pointed at; before the first training, that of a network that has learned nothing."""
    state = st.session_state.get(LIVE) or {}
    if (record := state.get("record")) is None:
        return
    with stage.container():
        st.progress(record.step / record.steps, headline(record))
        contrastive_matrix(
            key=f"live-matrix-{record.step}-{record.steps}", similarities=record.similarities.astype(np.float32),
            logit_scale=record.logit_scale, pictures=[picture_url(p) for p in record.pictures], texts=record.captions,
        )  # fmt: skip
        if len(state["history"]) > 1:
            curve(state["history"])


def headline(record: SimpleNamespace) -> str:
    """Where the training is, in words."""
    n = len(record.captions)
    found = f"{record.recall_at_1:.0%} of {n} pictures never shown choose their sentence (guessing: {1 / n:.0%})"
    if record.step == 0:
        return f"A network that has learned nothing: {found}. Press Train and watch the diagonal."
    return f"Step {record.step:,} of {record.steps:,} · {record.seconds:.1f} s of training · {found}"


def curve(history: list[dict]) -> None:
    """The loss over the steps, beside ln of the batch."""
    if len(history) > 1:
        rows = [{"step": each["step"], "loss": each["loss"]} for each in history if "loss" in each]
        st.line_chart(rows, x="step", y="loss", color=roles.LATENT, height=300, x_label="step", y_label="loss, nats")


def matrix_html(record: SimpleNamespace) -> str:
    """Pictures on the left, a cell a sentence, as deep a blue as the softmax along the row is large."""
    logits = record.logit_scale * record.similarities.astype(np.float32)
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    rows = "".join(
        f'<img alt="" src="{picture_url(picture)}">' + "".join(_cell(p[i, j], i == j) for j in range(len(p)))
        for i, picture in enumerate(record.pictures)
    )
    return f'<div class="lit" style="--n:{len(p)}">{rows}</div>'


def _cell(p: float, own: bool) -> str:
    return f'<i class="{"own" if own else ""}" style="--share:{100 * p:.0f}%"></i>'


STYLE = """
.lit { display: grid; grid-template-columns: repeat(calc(var(--n) + 1), minmax(0, 1fr)); gap: 2px; max-width: 36rem; }
.lit img { width: 100%; aspect-ratio: 1; border-radius: 4px; }
.lit i { aspect-ratio: 1; border-radius: 4px;
  background: color-mix(in oklab, #0072B2 var(--share), rgba(128, 128, 128, 0.14)); }
.lit .own { box-shadow: inset 0 0 0 2px #009E73; }
"""


def picture_url(picture: np.ndarray) -> str:
    """uint8 (64, 64, 3) as a URL."""
    return pictures.data_url(pictures.to_png(picture, compression=1))


def take_home() -> None:
    """The history and the matrix of the last training."""
    state = st.session_state.get(LIVE) or {}
    if state.get("history"):
        csv_button("Losses CSV", "clip-live", state["history"])
        npz_button("Matrix NPZ", "clip-live", similarities=state["record"].similarities)
