"""What a scene is, in words and numbers: things, from back to front, on a background.

Lengths are shares of the picture's side, x goes to the right and y downwards, and (0.5, 0.5) is the middle.
"""

from dataclasses import dataclass

from engine.scenes.shapes import SHAPES

COLOURS = {
    "red": "#C8281E",
    "orange": "#EE8418",
    "yellow": "#F5E53C",
    "green": "#0B8457",
    "cyan": "#62CDF2",
    "blue": "#1C6BC0",
    "purple": "#4A1766",
    "pink": "#EC6DA9",
}
"""Colours of things. They differ in lightness too, so that colour-blind eyes tell them apart."""

BACKGROUNDS = {
    "white": "#F6F4EF",
    "grey": "#BFC1C6",
    "beige": "#E6D0A6",
    "mint": "#C3E8D2",
    "lavender": "#DED6F2",
    "black": "#26272D",
}
"""Colours of backgrounds, on which every thing is seen."""

SIZES = {"small": 0.11, "medium": 0.155, "large": 0.215}
"""The radius of the disc around a thing, give or take 8 %."""

TEXTURES = ("plain", "striped", "dotted", "checked")

CLASSES = ("background", *SHAPES)
"""The classes of a mask, in the order of their numbers."""

PAIRS = tuple((colour, shape) for colour in COLOURS for shape in SHAPES)
"""Every combination of a colour and a shape."""

HELD_OUT = tuple(
    (colour, shape) for i, colour in enumerate(COLOURS) for j, shape in enumerate(SHAPES) if (i + j) % len(SHAPES) == 0
)
"""Combinations that training never shows. Every colour and every shape is in one of them, and seen in seven others."""

SEEN = tuple(pair for pair in PAIRS if pair not in HELD_OUT)
"""The combinations to train on."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: a `shape` in a disc of `radius` around (x, y), turned clockwise by `turn` radians."""

    shape: str
    colour: str
    size: str
    texture: str
    x: float
    y: float
    radius: float
    turn: float


@dataclass(frozen=True, slots=True)
class Background:
    """What lies behind the things; `turn` is the direction of its texture in radians."""

    colour: str
    texture: str
    turn: float


@dataclass(frozen=True, slots=True)
class Scene:
    """Things from back to front: the later hides the earlier."""

    things: tuple[Thing, ...]
    background: Background


Pairs = tuple[tuple[str, str], ...]
"""Combinations of a colour and a shape that things may have."""
