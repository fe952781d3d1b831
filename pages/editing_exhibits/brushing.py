"""Strokes that a person has put onto a photo, kept for as long as the session lasts."""

from collections.abc import Sequence

import streamlit as st

from engine.editing.strokes import Stroke
from pages.components.mask_brush import mask_brush

MOST = 12
"""So many masks of a session are kept, the latest."""


def brushed(key: str, *, at_first: Sequence[Stroke] = (), **look) -> tuple[Stroke, ...]:
    """The strokes on what `key` stands for, after a hand has had its turn; `look` goes to `mask_brush`."""
    kept = st.session_state.setdefault("editing-strokes", {})
    kept[key] = mask_brush(key=f"brush-{key}", strokes=kept.pop(key, tuple(at_first)), **look)
    while len(kept) > MOST:
        del kept[next(iter(kept))]
    return kept[key]
