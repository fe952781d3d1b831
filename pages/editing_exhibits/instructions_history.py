"""Edit after edit: the result of one is the picture that the next begins with, and each can be taken back."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.editing_exhibits.figures import figure, row
from pages.editing_exhibits.scene_pictures import Painting
from pages.kit import roles

KEY = "instructions-history"
MOST = 8


@dataclass(frozen=True)
class Done:
    """An instruction and the picture that came of it."""

    instruction: str
    picture: Painting


def history(start: Painting) -> list[Done]:
    """What was done so far to the picture that one began with; another beginning forgets it."""
    begun, done = st.session_state.get(KEY, ("", []))
    if begun != start.digest:
        done = []
    st.session_state[KEY] = (start.digest, done)
    return done


def go_on(instruction: str, picture: np.ndarray) -> None:
    """A callback: the next edit begins with this picture."""
    begun, done = st.session_state[KEY]
    st.session_state[KEY] = (begun, [*done, Done(instruction, Painting(np.ascontiguousarray(picture)))][-MOST:])


def undo() -> None:
    """A callback: the last edit was never made."""
    begun, done = st.session_state[KEY]
    st.session_state[KEY] = (begun, done[:-1])


def show(start: Painting, done: list[Done]) -> None:
    """The pictures so far, in a row, each over what led to it."""
    st.markdown("**So far**")
    steps = [figure("", each.instruction, each.picture.pixels / 255, roles.GENERATED) for each in done]
    row([figure("", "begin", start.pixels / 255, roles.REAL), *steps], MOST + 1, "strip")
