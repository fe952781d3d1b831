"""Guidance grid: pictures over two dials; a click on one turns both dials to where it was painted."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from pages.components.assets import component

HTML = """
<div class="surface guidance" data-testid="guidance-grid">
  <p class="across"></p>
  <div class="body"><p class="down"></p><table></table></div>
</div>
"""


@dataclass(frozen=True)
class Cell:
    """A picture by a URL; `mark` stands in its corner in the colour `role`, `text` says all of it in words."""

    source: str
    mark: str
    role: str
    text: str


@dataclass(frozen=True)
class Dial:
    """What is turned along a side of the grid: its name, its places, and how each is written."""

    name: str
    places: Sequence[float]

    def as_data(self) -> dict:
        return {"name": self.name, "places": [f"{place:g}" for place in self.places]}


def guidance_grid(
    *, key: str, down: Dial, across: Dial, cells: Sequence[Cell], chosen: tuple[int, int] | None,
    on_pick: Callable[[int, int], None],
) -> None:  # fmt: skip
    """Show `cells`, row by row; `on_pick` is called with (row, column) before the page runs again."""
    data = {
        "down": down.as_data(),
        "across": across.as_data(),
        "cells": [asdict(cell) for cell in cells],
        "chosen": list(chosen) if chosen else None,
    }

    def picked() -> None:
        value = st.session_state[key]["picked"]
        if value:
            on_pick(*inside(value, len(down.places), len(across.places)))

    component("guidance_grid", HTML)(key=key, data=data, on_picked_change=picked)


def inside(value: object, rows: int, columns: int) -> tuple[int, int]:
    """The (row, column) that a browser sent, within the grid."""
    row, column = (int(part) for part in value)
    return min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
