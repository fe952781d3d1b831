"""What a sentence says about a scene, as data: a checker asks whether it holds and need not read English."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.scenes.truth import Background, Scene, Thing

CLEARLY = 0.08
"""Centres this far apart along an axis, in shares of the side, are left and right of each other, or above and below."""

SIDES: dict[str, Callable[[Thing, Thing], bool]] = {
    "left of": lambda a, b: a.x + CLEARLY < b.x,
    "right of": lambda a, b: a.x > b.x + CLEARLY,
    "above": lambda a, b: a.y + CLEARLY < b.y,
    "below": lambda a, b: a.y > b.y + CLEARLY,
}
"""How two things may lie to each other."""

OPPOSITES = {"left of": "right of", "right of": "left of", "above": "below", "below": "above"}

PLACES = {
    "in the top left corner": (0, 0),
    "at the top": (1, 0),
    "in the top right corner": (2, 0),
    "on the left": (0, 1),
    "in the middle": (1, 1),
    "on the right": (2, 1),
    "in the bottom left corner": (0, 2),
    "at the bottom": (1, 2),
    "in the bottom right corner": (2, 2),
}
"""The nine (column, row) parts of a picture, one of which holds a thing's centre."""

BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exactly `count` things that have all the named attributes; what is None is left open."""

    shape: str | None = None
    colour: str | None = None
    size: str | None = None
    texture: str | None = None
    count: int = 1

    def fits(self, thing: Thing) -> bool:
        """Whether a thing has the named attributes."""
        return (
            self.shape in (None, thing.shape)
            and self.colour in (None, thing.colour)
            and self.size in (None, thing.size)
            and self.texture in (None, thing.texture)
        )

    def among(self, things: Sequence[Thing]) -> list[Thing]:
        """The things that fit."""
        return [thing for thing in things if self.fits(thing)]


@dataclass(frozen=True, slots=True)
class Ground:
    """What is said of the background; what is None is left open."""

    colour: str | None = None
    texture: str | None = None

    def fits(self, background: Background) -> bool:
        return self.colour in (None, background.colour) and self.texture in (None, background.texture)


@dataclass(frozen=True, slots=True)
class Claim:
    """Phrases about the things, a relation that binds them in their order, and the background.

    `relation` is None, one of `SIDES` (where the first thing lies from the second), `BETWEEN` (the first is between the
    other two) or one of `PLACES` (where the first lies in the picture).
    """

    phrases: tuple[Phrase, ...]
    relation: str | None = None
    ground: Ground = Ground()

    def holds(self, scene: Scene) -> bool:
        """Whether all of it is true of a scene: each phrase's count is exact, and the relation binds what fits."""
        found = [phrase.among(scene.things) for phrase in self.phrases]
        if any(len(things) != phrase.count for things, phrase in zip(found, self.phrases, strict=True)):
            return False
        if not self.ground.fits(scene.background):
            return False
        return self.relation is None or related(self.relation, [things[0] for things in found])


def related(relation: str, things: Sequence[Thing]) -> bool:
    """Whether `relation` binds things in their order. Raises ValueError for an unknown relation."""
    if relation in SIDES:
        return SIDES[relation](*things[:2])
    if relation in PLACES:
        return place_of(things[0]) == PLACES[relation]
    if relation == BETWEEN:
        return _is_between(*things[:3])
    raise ValueError(f"There is no relation '{relation}'.")


def place_of(thing: Thing) -> tuple[int, int]:
    """The (column, row) of the part of the picture that holds a thing's centre."""
    return min(2, int(3 * thing.x)), min(2, int(3 * thing.y))


def side_of(a: Thing, b: Thing) -> str | None:
    """The one of `SIDES` that tells best where a is seen from b: along the longer axis. None where neither is clear."""
    across = abs(a.x - b.x) > abs(a.y - b.y)
    sides = ("left of", "right of") if across else ("above", "below")
    return next((side for side in sides if SIDES[side](a, b)), None)


def _is_between(a: Thing, b: Thing, c: Thing) -> bool:
    """Whether a is seen on the way from b to c: in its middle part, and not far from the straight line."""
    way_x, way_y = c.x - b.x, c.y - b.y
    length = (way_x**2 + way_y**2) ** 0.5
    if length < CLEARLY:
        return False
    along = ((a.x - b.x) * way_x + (a.y - b.y) * way_y) / length**2
    aside = abs((a.x - b.x) * way_y - (a.y - b.y) * way_x) / length
    return 0.2 < along < 0.8 and aside < 0.1
