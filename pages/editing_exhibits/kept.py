"""What a session has computed, so that turning a dial back costs nothing."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import streamlit as st

MOST = 16
"""So many results of an exhibit are kept, the latest."""
T = TypeVar("T")


def kept_or(exhibit: str, request: Hashable, compute: Callable[[], T]) -> T:
    """What came of an equal request before, or what comes of it now; one that a rerun ends midway is not kept."""
    kept = st.session_state.setdefault(f"editing-kept-{exhibit}", {})
    kept[request] = kept.pop(request) if request in kept else compute()
    while len(kept) > MOST:
        del kept[next(iter(kept))]
    return kept[request]
