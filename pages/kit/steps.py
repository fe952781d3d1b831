"""How far a run of steps has come."""

from types import SimpleNamespace

import streamlit as st


def progress(frame: SimpleNamespace) -> None:
    """A bar for a frame of the engine: `step` of `steps`, at time `t`."""
    st.progress(frame.step / frame.steps, f"t = {frame.t} · step {frame.step} of {frame.steps}")
