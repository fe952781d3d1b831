"""History: how masks became sharp. Three networks on one picture, ways to up-sample, and weights between cells."""

import streamlit as st

from pages.segmentation_exhibits import history_borders, history_networks, history_upsampling

VIEWS = {
    "Three networks": history_networks,
    "Up-sampling": history_upsampling,
    "Border weights": history_borders,
}


def render() -> None:
    """The exhibit."""
    names = list(VIEWS)
    chosen = st.segmented_control(
        "Step", names, default=names[0], required=True, key="history", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    VIEWS[chosen].render()
