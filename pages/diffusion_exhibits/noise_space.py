"""Noise space: what lies between two noises, and which noise a picture of one's own came from."""

import streamlit as st

from pages.diffusion_exhibits import noise_inversion, noise_walk

VIEWS = {"Between two noises": noise_walk, "The noise of a picture": noise_inversion}


def render() -> None:
    """The exhibit."""
    view = st.segmented_control(
        "View", list(VIEWS), default="Between two noises", required=True, key="noise-view", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    VIEWS[view].render()
