"""Pictures: one grid of latents under every generator, so that mode collapse is seen and counted."""

import streamlit as st

from pages.gan_exhibits import pictures_between, pictures_collapse, pictures_models, pictures_slice, pictures_walls

VIEWS = {
    "walls": ("Side by side", pictures_walls),
    "collapse": ("The collapse", pictures_collapse),
    "between": ("Between two latents", pictures_between),
    "slice": ("A slice to touch", pictures_slice),
}


def render() -> None:
    """The exhibit: the view that the person chose."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            "View", list(VIEWS), default="walls", required=True, key="gan-view", bind="query-params",
            format_func=lambda name: VIEWS[name][0], wrap=True,
        )  # fmt: skip
        data, methods = pictures_models.pick()
    if not methods:
        st.info("No generator of these is published yet; the sentence above says how to make one.")
        return
    VIEWS[view][1].render(data, methods)
