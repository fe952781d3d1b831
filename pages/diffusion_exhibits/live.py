"""A run that is watched while it is computed: previews on a stage, then the finished film; the last good one stays."""

import time

import streamlit as st

from engine.errors import EngineError
from pages.diffusion_exhibits.runs import Result, Run, finished, to_grey_levels
from pages.kit.footer import timed
from pages.kit.steps import progress
from pages.kit.walls import wall

SECONDS_BETWEEN_PREVIEWS = 0.08
COLUMNS = 4


def live_result(run: Run, stage, key: str, again: bool) -> Result:
    """The result of `run`: kept from before, or computed now while `stage` shows it, if it is new or wanted `again`.

    A rerun in the middle (any button) ends the run within a step and keeps what there is. If the run fails, its
    sentence stands on the page and the last good result stays. Raises `EngineError` if there is none.
    """
    kept = st.session_state.setdefault(f"{key}:kept", {})
    last_good(key)
    if kept.get("run") != run or again:
        before = dict(kept)
        try:
            with timed():
                _watch(run, stage, kept)
        except EngineError as error:
            if not before:
                raise
            stage.warning(f"{error} The last good film stays.", icon=":material/history:")
            kept |= before | {"run": run}
    return last_good(key)[1]


def last_good(key: str) -> tuple[Run, Result] | None:
    """The run that was kept last, and what it came to; of a halted one, as far as it came. None before the first."""
    kept = st.session_state.get(f"{key}:kept")
    if not kept:
        return None
    if kept["result"] is None:
        kept["result"] = finished(kept["run"], list(kept["frames"]))
    return kept["run"], kept["result"]


def _watch(run: Run, stage, kept: dict) -> None:
    """Read the stream to its end, with a preview now and then.

    The frames are in `kept` while they come, because the rerun that halts this one begins before this one ends.
    """
    frames, shown = [], 0.0
    for frame in run.frames():
        frames.append(frame)
        if len(frames) == 2:
            kept |= {"run": run, "frames": frames, "result": None}
        if time.monotonic() - shown > SECONDS_BETWEEN_PREVIEWS and frame.step < frame.steps:
            with stage.container():
                preview(frame)
            shown = time.monotonic()
    stage.empty()


def preview(frame) -> None:
    """x_t, x̂₀ and ε̂ as they are now, with how far the run has come; inside the page, since no file would live long
    enough to be fetched."""
    progress(frame)
    views = (("x_t", frame.x_t), ("x̂₀", frame.x0_hat), ("ε̂", frame.eps_hat / 3))
    for place, (name, view) in zip(st.columns(3), views, strict=True):
        with place:
            wall(to_grey_levels(view), min(COLUMNS, len(view)), alt=name)
            st.caption(name, text_alignment="center")
