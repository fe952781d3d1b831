"""Style: a second space between noise and picture, walks, truncation and mixing in it, and why it helps."""

import streamlit as st

from engine import cards
from pages.autoencoder_exhibits.sources import pick_data
from pages.gan_exhibits import style_grid, style_mapping, style_truncation, style_walk

VIEWS = {
    "walk": ("Z against W", style_walk),
    "truncation": ("Truncation", style_truncation),
    "mixing": ("Style mixing", style_grid),
}
TOY = "Why a mapping network"


def render() -> None:
    """The exhibit: the view that the person chose; the toy needs no generator of pictures."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control(
            "View", [*VIEWS, "toy"], default=_first(), required=True, key="style-view", bind="query-params",
            format_func=lambda name: TOY if name == "toy" else VIEWS[name][0], wrap=True,
        )  # fmt: skip
        data = None if view == "toy" else pick_data()
    if data is None:
        style_mapping.render()
    elif (model := f"gan-style-{data}") not in cards.names():
        st.info(
            f"The style-based generator `{model}` is not in pretrained/ yet: `make train NAME={model}` makes it. "
            f"The view *{TOY}* shows the same idea on points, without it."
        )
    else:
        VIEWS[view][1].render(data, model)


def _first() -> str:
    """The view to open on: the walk, or the toy while there is no generator of digits."""
    return "walk" if "gan-style-mnist" in cards.names() else "toy"
