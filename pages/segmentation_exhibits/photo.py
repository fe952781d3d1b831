"""Your photo: what a network sees in it, and what can be done with that."""

import streamlit as st

from pages.segmentation_exhibits.pictures import choose_picture


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([3, 1], gap="large")
    with controls:
        chosen = choose_picture()
    view.image(chosen.picture)
