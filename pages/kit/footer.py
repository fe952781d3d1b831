"""The small line at the bottom: time and device of the last computation, and the projector switch."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from engine import client
from engine.errors import EngineError
from pages.components.share_link import share_link
from pages.kit.projector import projector_switch


@contextmanager
def timed() -> Iterator[None]:
    """Measure the engine's part of this run; `footer` shows it."""
    started = time.perf_counter()
    yield
    spent = st.session_state.get("spent_ms", 0.0)
    st.session_state.spent_ms = spent + 1000 * (time.perf_counter() - started)


def footer() -> None:
    """Write the line and start counting anew."""
    spent = st.session_state.pop("spent_ms", 0.0)
    computed = f"{spent:.0f} ms in the engine · " if spent else ""
    st.space("small")
    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        st.caption(f"{computed}{device()}", width="content")
        projector_switch()
        share_link()


def device() -> str:
    """The device in use, as a person would say it."""
    try:
        status = _status()
    except EngineError:
        return "the engine is not there"
    return f"{status['device']} · torch {status['torch'].split('+')[0]}"


@st.cache_data(ttl=300, show_spinner=False)
def _status() -> dict:
    return client.engine().status()
