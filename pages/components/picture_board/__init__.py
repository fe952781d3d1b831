"""Picture board: pictures in an order, each a button; a new order is walked to in the browser."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from pages.components.assets import component

HTML = """<div class="surface board" data-testid="picture-board"><ol class="tiles"></ol></div>"""


@dataclass(frozen=True)
class Tile:
    """A picture on the board: its id, a URL of it, a title and a note below, and how full its bar is (0…1; None: no
    bar). `copies` are the equal pictures that it stands for. `role` colours the frame, `mark` stands in its corner."""

    id: str
    source: str
    title: str
    note: str = ""
    bar: float | None = None
    copies: int = 1
    role: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Pick:
    """What a hand did to a picture: `way` is "only" (the picture itself), "add" or "away" (its small buttons)."""

    id: str
    way: str


def picture_board(
    *,
    key: str,
    tiles: Sequence[Tile],
    on_pick: Callable[[Pick], None] | None = None,
    mixing: bool = False,
    size: int = 132,
    pixelated: bool = False,
    label: str = "Pictures",
) -> None:
    """Show `tiles`, each at least `size` pixels wide. `on_pick` is called before the page runs again; with `mixing` a
    picture also has buttons to add it and to take it away."""
    data = {
        "tiles": [asdict(tile) for tile in tiles],
        "picking": on_pick is not None,
        "mixing": mixing,
        "size": size,
        "pixelated": pixelated,
        "label": label,
    }

    def picked() -> None:
        value = st.session_state[key]["picked"]
        if on_pick and value:
            on_pick(Pick(str(value["id"]), str(value["way"])))

    component("picture_board", HTML)(key=key, data=data, on_picked_change=picked)
