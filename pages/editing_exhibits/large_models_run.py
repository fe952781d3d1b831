"""A run of a large model: the model is fetched, the stream is read while the page shows it, and the last one stays."""

from contextlib import closing
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
import streamlit as st

from engine import client
from engine.editing.placing import Window, put_back, seen, window
from engine.editing.public_names import TASKS
from engine.errors import BadRequest
from pages.editing_exhibits.large_models_choices import Request
from pages.editing_exhibits.large_models_means import forget
from pages.editing_exhibits.photos import Photo
from pages.kit.fetching import watch
from pages.kit.footer import timed

KEPT = "editing-large"
DECODED = 10
"""About so many pictures of a run are decoded and shown."""


@dataclass
class Editing:
    """What has come of a request so far: the `moments` of the run that have a picture."""

    request: Request
    where: Window
    moments: list[SimpleNamespace] = field(default_factory=list)
    seconds: float = 0.0

    def result(self, photo: np.ndarray) -> np.ndarray:
        """The photo uint8 (H, W, 3) at full size with the latest picture put back into it."""
        last = self.moments[-1]
        made = last.x0_hat if last.picture is None else last.picture
        return put_back(photo, made, self.where, self.request.opacity(photo.shape[:2]))


def looked_at(request: Request, opacity: np.ndarray) -> Window:
    """What of a photo the model sees: all of it, or what is around the hole."""
    return window(opacity if request.task == "fill" else np.zeros_like(opacity), request.side)


def fetch(request: Request, stage) -> None:
    """Wait until a model is on this machine, with a progress bar. Raises `EngineError`."""
    asked = client.engine().stream("editing", "fetch_public", source=request.source)
    with stage.container(), closing(asked) as reports:
        looking = f"Looking for {request.source}; the first time, the libraries take a while to start."
        watch(reports, looking, f"Fetching {request.source}: ")
    forget()


def run(request: Request, photo: Photo, stage) -> None:
    """Read the stream and show each picture. Any control ends it; what there is stays. Raises `EngineError`."""
    opacity = request.opacity(photo.full.shape[:2])
    check(request, opacity)
    editing = Editing(request, looked_at(request, opacity))
    part, hole = seen(photo.full, opacity, editing.where, request.side)
    asked = client.engine().stream(
        "editing", "edit_public", source=request.source, photo=part, text=request.text, seed=request.seed,
        hole=hole if request.task == "fill" else None, steps=request.steps, w=request.w, w_picture=request.w_picture,
        side=request.side, every=max(1, request.steps // DECODED),
    )  # fmt: skip
    with stage.container():
        bar, picture = st.progress(0.0, "The model is being loaded …"), st.empty()
    with timed(), closing(asked) as stream:
        for moment in stream:
            bar.progress(moment.step / moment.steps, f"Step {moment.step} of {moment.steps} · t = {moment.t} · "
                                                     f"{moment.seconds:.0f} s")  # fmt: skip
            editing.seconds = moment.seconds
            if moment.x0_hat is not None:
                editing.moments.append(moment)
                st.session_state[KEPT] = editing
                picture.image(moment.x0_hat, caption="What it expects to come of it", width="stretch")


def check(request: Request, opacity: np.ndarray) -> None:
    """Raises `BadRequest` for what cannot work, before anything is loaded."""
    if not request.text:
        raise BadRequest(TASKS[request.task].asks)
    if request.task == "fill" and not opacity.any():
        raise BadRequest("Nothing is marked: brush over what should be painted anew.")


def kept(request: Request) -> Editing | None:
    """What was last made of this photo for this task, whatever the other settings were."""
    editing = st.session_state.get(KEPT)
    same = editing and (editing.request.digest, editing.request.task) == (request.digest, request.task)
    return editing if same else None
