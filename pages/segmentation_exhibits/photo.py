"""Your photo: what a network sees in it, and what can be done with that."""

import numpy as np
import streamlit as st

from engine.segmentation.agreement import shares
from pages.kit.downloads import npz_button, png_button
from pages.segmentation_exhibits.colours import rgb
from pages.segmentation_exhibits.models import Model, Seen, choose_model, choose_side, look_twice, see
from pages.segmentation_exhibits.photo_lesson import lesson
from pages.segmentation_exhibits.photo_retouch import retouch
from pages.segmentation_exhibits.photo_view import compare
from pages.segmentation_exhibits.pictures import Chosen, choose_picture

LEAST = 0.002
"""A class with a smaller part of the picture is not offered for more."""


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([3, 1], gap="large")
    with controls:
        chosen = choose_picture()
        model = choose_model(public=True)
    if model is None:
        view.image(chosen.picture)
        return
    with controls:
        model = look_twice(choose_side(model, chosen))
    with view:
        seen = see(model, chosen)
        compare("photo-mask", model, chosen, seen)
    with controls:
        facts(model, chosen, seen)
        downloads(model, chosen, seen)
    found = [i for i in model.things if shares(seen.classes, len(model.labels))[i] >= LEAST]
    retouch(model, chosen, found)
    lesson(model, seen)


def facts(model: Model, chosen: Chosen, seen: Seen) -> None:
    """In a sentence what is there."""
    height, width = chosen.picture.shape[:2]
    rows, columns = seen.probabilities.shape[1:]
    part = 1 - shares(seen.classes, len(model.labels))[0] if model.labels.background else None
    looks = ", smaller, and in a mirror," if model.twice else ""
    st.caption(
        f"{width:,} × {height:,} pixels; the network looked at {columns} × {rows}{looks}"
        + (f" and takes {100 * part:.1f} % for {model.labels.title}." if part is not None else ".")
    )


def downloads(model: Model, chosen: Chosen, seen: Seen) -> None:
    """The mask to take home."""
    name = f"{chosen.name}-{model.name}"
    with st.container(horizontal=True):
        png_button("Mask PNG", lambda: coloured(model, seen.classes), f"{name}-mask", 1)
        npz_button("Mask NPZ", name, classes=seen.classes, probabilities=seen.probabilities)


def coloured(model: Model, classes: np.ndarray) -> np.ndarray:
    """Classes (H, W) in their colours, uint8 (H, W, 3), background black."""
    palette = np.array([rgb(colour) for colour in model.colours], np.uint8)
    if model.labels.background:
        palette[0] = 0
    return palette[classes]
