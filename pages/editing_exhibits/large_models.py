"""Large models: InstructPix2Pix and Stable Diffusion inpainting on a person's own photo, fetched when asked for."""

from dataclasses import replace

import streamlit as st

from engine.editing.strokes import Stroke
from pages.diffusion_exhibits.public import allowed
from pages.editing_exhibits.brushing import brushed
from pages.editing_exhibits.large_models_choices import AT_FIRST, Request, choose
from pages.editing_exhibits.large_models_lesson import lesson
from pages.editing_exhibits.large_models_means import is_ready, tell
from pages.editing_exhibits.large_models_run import fetch, kept, run
from pages.editing_exhibits.large_models_view import TALLEST, after, downloads, film
from pages.editing_exhibits.photos import Photo, choose_photo
from pages.kit import roles
from pages.kit.guard import guard
from pages.segmentation_exhibits.photo_view import photo_url

BADGE = (Stroke(False, 0.165, ((0.332, 0.752),)),)
"""What stands marked on the first photo, until a person brushes something else."""
AFAR = "From afar only names on the hub can be used: folders are for whoever sits at this machine."


def render() -> None:
    """The exhibit."""
    before, view, controls = st.columns([4, 4, 2.6], gap="medium")
    with controls:
        request, photo = choose(lambda: choose_photo(AT_FIRST))
        go = buttons(request)
    with before:
        request = replace(request, strokes=brush(request, photo))
    with view:
        stage = st.empty()
        if go:
            with guard():
                fetch(request, stage)
                run(request, photo, stage)
        editing = kept(request)
        after(request, photo, editing, stage)
        if editing:
            film(editing)
        if allowed(request.source):
            tell(request.source)
    if editing:
        with controls:
            downloads(editing, photo)
    lesson(request, photo, editing)


def buttons(request: Request) -> bool:
    """The button that does it, and one that ends it; whether to begin."""
    if not allowed(request.source):
        st.warning(AFAR, icon=":material/folder_off:")
        return False
    ready, lacking = is_ready(request.source)
    go = st.button(
        "Edit the photo" if ready else "Fetch the model and edit", type="primary", width="stretch", disabled=lacking,
        icon=":material/auto_fix_high:" if ready else ":material/cloud_download:",
    )  # fmt: skip
    st.button("Halt", icon=":material/stop_circle:", width="stretch", help="Ends the download or the run at once.")
    return go


def brush(request: Request, photo: Photo) -> tuple[Stroke, ...]:
    """The strokes on the photo, for each task apart."""
    fills = request.task == "fill"
    only = "**Your photo**: brush, and only there it changes"
    st.markdown("**Brush over what should be painted anew**" if fills else only)
    return brushed(
        f"large-{request.task}-{photo.small.digest}",
        at_first=BADGE if fills and photo.name == AT_FIRST else (),
        photo=photo_url(photo.small),
        size=photo.small.picture.shape[:2],
        colour=roles.TEXT,
        label="What of the photo may change.",
        hint="Brush a hole" if fills else "",
        tallest=TALLEST,
    )
