"""How far two scenes agree: what a judge read in a picture, and what should be there. No torch: pages ask too."""

from math import hypot

from engine.scenes import Scene, Thing
from engine.scenes.shapes import SHAPES
from engine.scenes.truth import BACKGROUNDS, COLOURS, SIZES, TEXTURES

ATTRIBUTES = {"shape": tuple(SHAPES), "colour": tuple(COLOURS), "size": tuple(SIZES), "texture": TEXTURES}
"""What is asked of each thing."""

GROUND = {"colour": tuple(BACKGROUNDS), "texture": TEXTURES}
"""What is asked of the background."""

NEAR = 0.1
"""A thing found this near to where one is, in shares of the side, is taken for that one."""


def matched(truth: Scene, found: Scene) -> list[tuple[Thing, Thing | None]]:
    """Each true thing with what was found at its place, the nearest first; each is taken once."""
    left, pairs = list(found.things), []
    for thing in truth.things:
        nearest = min(left, key=lambda other: _apart(thing, other), default=None)
        if nearest is not None and _apart(thing, nearest) <= NEAR:
            left.remove(nearest)
            pairs.append((thing, nearest))
        else:
            pairs.append((thing, None))
    return pairs


def attributes_right(truth: Scene, found: Scene) -> float:
    """The share of the attributes of all things and of the background that were found; what is missing counts as
    wrong, and so does what is too much."""
    right, asked = _agreeing(truth.background, found.background, GROUND), len(GROUND)
    for thing, other in matched(truth, found):
        right += 0 if other is None else _agreeing(thing, other, ATTRIBUTES)
        asked += len(ATTRIBUTES)
    surplus = max(0, len(found.things) - len(truth.things))
    return right / (asked + surplus * len(ATTRIBUTES))


def same(truth: Scene, found: Scene) -> bool:
    """Whether both scenes have the same things in the same places, on the same background."""
    return attributes_right(truth, found) == 1


def _agreeing(one: object, other: object, options: dict[str, tuple[str, ...]]) -> int:
    return sum(getattr(one, attribute) == getattr(other, attribute) for attribute in options)


def _apart(one: Thing, other: Thing) -> float:
    return hypot(one.x - other.x, one.y - other.y)
