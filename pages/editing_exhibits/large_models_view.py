"""How an edit by a large model looks: the photo with it put back, the film of the run, the files to take home."""

import numpy as np
import streamlit as st

from engine.editing.placing import seen
from pages.components.frame_player import frame_player
from pages.editing_exhibits.deeds import removed
from pages.editing_exhibits.kept import kept_or
from pages.editing_exhibits.large_models_choices import Request
from pages.editing_exhibits.large_models_run import Editing, looked_at
from pages.editing_exhibits.photos import Photo
from pages.kit.downloads import gif_button, png_button
from pages.segmentation_exhibits.models import shown_picture
from pages.segmentation_exhibits.photo_view import jpeg_url

TALLEST = 520
STYLE = "display: block; margin: 0 auto; border-radius: 8px"


def after(request: Request, photo: Photo, editing: Editing | None, stage) -> None:
    """What a model has made of the photo; before one has, the hole filled without a model, or what a model will see."""
    with stage.container():
        if editing:
            edited(request, photo, editing)
        elif request.task == "fill":
            mended(request, photo)
        else:
            foreseen(request, photo)


def edited(request: Request, photo: Photo, editing: Editing) -> None:
    """The photo with the model's picture put back, and with which settings it was made."""
    made, last = editing.request, editing.moments[-1]
    st.markdown(f"**{made.text}**".replace("$", r"\$"))
    key = (made, last.step)
    picture(kept_or("large-shown", key, lambda: shown_picture(editing.result(photo.full))), made.text)
    halted = "" if last.step == last.steps else f", halted after step {last.step} of {last.steps}"
    st.caption(f"{made.source} · seed {made.seed} · w = {made.w:g} · {editing.seconds:.1f} s of computing{halted}.")
    if made != request:
        st.caption("You have changed the settings since: press the button for a new picture.")


def mended(request: Request, photo: Photo) -> None:
    """The hole filled by the smoothest surface: what can be done without knowing anything."""
    opacity = request.opacity(photo.small.picture.shape[:2])
    if not opacity.any():
        st.markdown("**Nothing is marked yet**")
        picture(photo.small.picture, "The photo as it is")
        return
    st.markdown("**Until a model is here: the smoothest surface**")
    try:
        made = kept_or("large-mended", (photo.small.digest, request.strokes),
                       lambda: removed(photo.small.picture, opacity))  # fmt: skip
    except ValueError as error:
        st.warning(str(error), icon=":material/brush:")
        return
    picture(made, "The hole filled without a model")
    st.caption("It meets the edge and knows no words. The model will paint what you say.")


def foreseen(request: Request, photo: Photo) -> None:
    """The photo as small as the model will see it."""
    part = sight(request, photo)
    rows, columns = part.shape[:2]
    st.markdown(f"**What the model will see**: {columns} × {rows} pixels")
    picture(part, "The photo in the size in which a model sees it")
    st.caption("On scenes, a small model of our own follows instructions without any download: see *Instructions*.")


def sight(request: Request, photo: Photo) -> np.ndarray:
    """What of the photo goes to the model, uint8 (h, w, 3)."""
    opacity = request.opacity(photo.small.picture.shape[:2])
    return seen(photo.small.picture, opacity, looked_at(request, opacity), request.side)[0]


def picture(shown: np.ndarray, alt: str) -> None:
    """A picture as wide as there is room, as tall as the one beside it."""
    rows, columns = shown.shape[:2]
    width = f"min(100%, {TALLEST * columns / rows:.0f}px)"
    alt = alt.replace("'", "’").replace("<", "").replace("&", "")
    st.html(f"<img alt='{alt}' src='{jpeg_url(shown)}' style='{STYLE}; width: {width}'>")


def film(editing: Editing) -> None:
    """What the network expected at each step, to be played and scrubbed."""
    if len(editing.moments) < 2:
        return
    with st.expander("The film, from noise to the picture", icon=":material/movie:"):
        frame_player(
            key="large-film", frames=frames(editing), fps=5, height=300, hold=2, label="What it expects to come of it",
            caption=[f"t = {moment.t}" for moment in editing.moments],
        )  # fmt: skip


def frames(editing: Editing) -> np.ndarray:
    """The pictures of a run, uint8 (T, h, w, 3)."""
    return np.stack([moment.x0_hat for moment in editing.moments])


def downloads(editing: Editing, photo: Photo) -> None:
    """The photo at its own size and the film to take home."""
    name = f"{photo.name}-{editing.request.task}-seed{editing.request.seed}"
    with st.container(horizontal=True):
        png_button("PNG at full size", lambda: editing.result(photo.full), name, 1)
        if len(editing.moments) > 1:
            gif_button("Film GIF", frames(editing), name, 5, False)
    rows, columns = photo.full.shape[:2]
    st.caption(f"{columns:,} × {rows:,} pixels, without metadata.")
