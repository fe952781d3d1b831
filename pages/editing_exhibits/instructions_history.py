"""Edit after edit: the result of one is the picture that the next begins with, and each can be taken back."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from pages.editing_exhibits.scene_pictures import Painting
from pages.kit.walls import wall

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
    """The pictures so far, in a row."""
    st.markdown("**So far**: " + ", then ".join(f"*{each.instruction}*" for each in done))
    wall(np.stack([start.pixels, *(each.picture.pixels for each in done)]), MOST + 1, alt="The edits so far")
