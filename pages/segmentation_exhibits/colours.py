"""A colour for each class of a mask: Okabe and Ito's first, more where a model knows more classes."""

from collections.abc import Sequence

PALETTE = (
    "#E69F00", "#56B4E9", "#009E73", "#CC79A7", "#0072B2", "#D55E00", "#F0E442", "#882255", "#44AA99", "#6A5ACD",
    "#999933", "#CC6677", "#117733", "#88CCEE", "#AA4499", "#8C6D31", "#DDCC77", "#332288", "#A6761D", "#66A61E",
)  # fmt: skip
NOTHING = "#8c8c8c"
"""For class 0 where it is no thing of its own."""


def colours(names: Sequence[str], background: bool) -> list[str]:
    """`#rrggbb` by class."""
    things = [PALETTE[i % len(PALETTE)] for i in range(len(names) - background)]
    return [NOTHING] * background + things


def rgb(colour: str) -> tuple[int, int, int]:
    """`#rrggbb` → red, green, blue in 0…255."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
