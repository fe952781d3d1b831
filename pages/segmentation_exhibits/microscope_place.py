"""A value inside a network: block, map, row and column; in the address as text, `decoder1 5 20 31`."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np

Shapes = Mapping[str, tuple[int, int, int]]
"""Maps, rows and columns of each block."""


@dataclass(frozen=True)
class Place:
    """A value of a `block`; None for what is to be chosen from the maps themselves, see `settled`."""

    block: str
    channel: int | None = None
    row: int | None = None
    column: int | None = None

    @property
    def text(self) -> str:
        """As it stands in the address."""
        numbers = (self.channel, self.row, self.column)
        return " ".join([self.block, *(str(number) for number in numbers if number is not None)])


def first(shapes: Shapes) -> Place:
    """Where one begins to look: half-way up on the right, else in the middle."""
    names = list(shapes)
    return Place("decoder1" if "decoder1" in shapes else names[len(names) // 2])


def from_text(text: str, shapes: Shapes) -> Place:
    """The place in a text; what is not there in this network is left open, or begins anew."""
    block, *numbers = text.split() or [""]
    if block not in shapes:
        return first(shapes)
    try:
        return within(Place(block, *map(int, numbers[:3])), shapes)
    except ValueError:
        return Place(block)


def from_hand(edit: Mapping[str, Any] | None, shapes: Shapes) -> Place:
    """The place that the component sent; what makes no sense is left open."""
    edit = edit if isinstance(edit, Mapping) else {}
    numbers = takewhile(lambda number: number is not None, (edit.get(name) for name in ("channel", "row", "column")))
    return from_text(" ".join([str(edit.get("block")), *map(str, numbers)]), shapes)


def within(place: Place, shapes: Shapes) -> Place:
    """The same place if it is there in full; else the same map, else the same block, the rest open."""
    sides = shapes[place.block]
    inside = [
        number is not None and 0 <= number < side
        for number, side in zip((place.channel, place.row, place.column), sides, strict=True)
    ]
    if all(inside):
        return place
    return Place(place.block, place.channel) if inside[0] else Place(place.block)


def settled(place: Place, maps: np.ndarray) -> Place:
    """What was left open: of the maps (C, h, w) the one that varies most, of its values the largest."""
    maps = maps.astype(np.float32)
    channel = int(maps.std((1, 2)).argmax()) if place.channel is None else place.channel
    if place.row is not None:
        return place
    row, column = np.unravel_index(int(maps[channel].argmax()), maps.shape[1:])
    return Place(place.block, channel, int(row), int(column))
