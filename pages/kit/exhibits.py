"""A page of several exhibits, one on show."""

from types import ModuleType

import streamlit as st

from pages.kit.footer import footer
from pages.kit.guard import guard


def show_exhibits(rooms: dict[str, ModuleType]) -> None:
    """Let the person choose among modules with a `render()`; the first one opens, the address keeps the choice."""
    names = list(rooms)
    chosen = st.segmented_control(
        "Exhibit", names, default=names[0], required=True, key="exhibit", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    with guard():
        rooms[chosen].render()
    footer()
