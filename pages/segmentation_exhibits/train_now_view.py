"""How a training looks: pictures, truth and masks in rows, the losses, and the film of the masks."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine import pictures
from engine.segmentation.classes import LABELS
from pages.autoencoder_exhibits.ink import STILL, blank, stroke
from pages.components.frame_player import frame_player
from pages.kit import roles
from pages.kit.downloads import gif_button, npz_button
from pages.kit.walls import wall
from pages.segmentation_exhibits.colours import colours, rgb
from pages.segmentation_exhibits.train_now_run import Training

LABEL = LABELS["scenes"]
COLOURS = colours(LABEL.names, LABEL.background)
PALETTE = np.array([(22, 28, 36), *map(rgb, COLOURS[1:])], np.uint8)
ROWS = ("A new scene", "Truth", "Found")
SPACE = 2


def coloured(masks: np.ndarray) -> np.ndarray:
    """Classes (…, H, W) in their colours, uint8 (…, H, W, 3)."""
    return PALETTE[masks]


def headline(training: Training) -> str:
    """Where the training stands, in a line."""
    record = training.record
    loss = f" · cross-entropy {training.history[-1]['cross_entropy']:.3f} nats" if training.history else ""
    return (
        f"Step {record.step:,} of {record.steps:,} · {record.seconds:.1f} s of training{loss} · "
        f"mean IoU {record.miou:.2f}"
    )


def show(training: Training, stage) -> None:
    """The newest masks under the truth, the loss, and how well each class is found."""
    record = training.record
    with stage.container():
        st.progress(record.step / record.steps, headline(training))
        rows = np.concatenate([record.pictures, coloured(record.truth), coloured(record.masks)])
        wall(rows, len(record.pictures), ROWS, "Scenes, their true masks and those that the network finds.")
        losses, classes = st.columns([3, 2], gap="medium")
        losses.markdown(":blue[**Cross-entropy**] and :orange[**mean IoU**]")
        losses.plotly_chart(curves(training), key=f"train-curves-{record.step}", config=STILL)
        classes.markdown("**IoU of each class** on these eight")
        classes.plotly_chart(bars(record.iou), key=f"train-bars-{record.step}", config=STILL)


def curves(training: Training) -> go.Figure:
    """Loss and mean IoU over the steps."""
    figure = blank(240).update_layout(margin_t=8)
    figure.add_trace(
        stroke(
            [each["step"] for each in training.history],
            [each["cross_entropy"] for each in training.history],
            roles.LATENT,
            2,
        )
    )
    steps, miou = zip(*training.marks, strict=True)
    figure.add_trace(stroke(steps, miou, roles.GENERATED, 3, yaxis="y2"))
    figure.update_layout(
        yaxis={"rangemode": "tozero"},
        yaxis2={
            "overlaying": "y", "side": "right", "range": [0, 1], "tickvals": [0, 0.5, 1], "showgrid": False,
            "fixedrange": True,
        },
    )
    return figure.update_xaxes(range=[0, training.record.steps], title="step")


def bars(iou: np.ndarray) -> go.Figure:
    """The IoU of each class that occurs."""
    there = [i for i in range(len(LABEL)) if not np.isnan(iou[i])][::-1]
    figure = blank(240).update_layout(margin_t=8)
    figure.add_bar(
        x=[float(iou[i]) for i in there], y=[LABEL.names[i] for i in there], orientation="h",
        marker_color=[COLOURS[i] for i in there], text=[f"{iou[i]:.2f}" for i in there], hoverinfo="skip",
        textposition="outside", cliponaxis=False,
    )  # fmt: skip
    return figure.update_xaxes(range=[0, 1.12], showticklabels=False)


def sheet(masks: np.ndarray) -> np.ndarray:
    """The masks of one record (8, 96, 96) in two rows, uint8 (194, 390, 3)."""
    return pictures.grid(coloured(masks), 4, SPACE, 1.0)


def film(training: Training) -> None:
    """The masks over all records, to be played and scrubbed."""
    if len(training.frames) < 2:
        return
    st.markdown("**The masks again, from the first step on**")
    frame_player(
        key="train-film",
        frames=np.stack([sheet(masks) for masks in training.frames]),
        fps=8,
        height=260,
        caption=[f"step {step:,} · mean IoU {miou:.2f}" for step, miou in training.marks],
        hold=2,
        label="Masks forming",
    )


def downloads(training: Training) -> None:
    """The film as GIF, and the numbers."""
    record = training.record
    with st.container(horizontal=True):
        if len(training.frames) > 1:
            gif_button("Film GIF", np.stack([sheet(m) for m in training.frames]), "masks-forming", 8, False)
        npz_button(
            "Masks NPZ", "masks", pictures=record.pictures, truth=record.truth, masks=record.masks, iou=record.iou,
            cross_entropy=np.array([each["cross_entropy"] for each in training.history]),
        )  # fmt: skip
