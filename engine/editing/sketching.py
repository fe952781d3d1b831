"""Words → a scene drawn by rule, to begin an edit with: "a big red circle left of a blue star, on mint". NumPy only."""

import re
from dataclasses import dataclass
from random import Random

from engine.editing.instructions import SHAPES_SAID, TEXTURES_SAID, phrase_in, plainly
from engine.editing.tokens import encode
from engine.scenes import Background, Phrase, Scene, Thing, words
from engine.scenes.claims import PLACES, place_of
from engine.scenes.composing import EDGE, MOST, has_room, placed
from engine.scenes.shapes import SHAPES
from engine.scenes.truth import BACKGROUNDS, SIZES
from engine.scenes.wording import RELATIONS

LYING = {
    "left of": ("on the left", "on the right"),
    "right of": ("on the right", "on the left"),
    "above": ("at the top", "at the bottom"),
    "below": ("at the bottom", "at the top"),
}
"""Where the first and the second of two things are drawn."""

APART = re.compile(r"[,;:.\n]|\band\b|\bon (?!the\b)|\bagainst\b")
"""What stands between things, and between them and the background."""

FREE = ("in the middle", *(place for place in PLACES if place != "in the middle"))
"""Where things are tried of which nobody says where they are."""


@dataclass(frozen=True)
class Wanted:
    """A thing that is asked for, and its place, one of `PLACES` if there is one."""

    phrase: Phrase
    place: str | None


def sketched(text: str) -> Scene:
    """The scene that a text lists, each thing at the place that is named or where there is room.

    Raises ValueError, whose text says what cannot be drawn; `UnknownWords` for words that nobody here knows.
    """
    encode(text)
    wanted, background = [], Background("white", "plain", 0.0)
    for part in filter(str.strip, APART.split(text.lower())):
        if SHAPES_SAID.keys().isdisjoint(words(part)):
            background = _background(part)
        else:
            wanted += _things(part)
    if not 1 <= len(wanted) <= MOST:
        raise ValueError(f"Name 1 to {MOST} things, for example: a big red circle left of a blue star, on mint.")
    return Scene(_laid_out(text, wanted), background)


def _things(part: str) -> list[Wanted]:
    """One thing and its place, or two and how they lie."""
    for relation, places in LYING.items():
        for form in sorted(RELATIONS[relation], key=len, reverse=True):
            sides = re.split(rf"\b{form}\b", part, maxsplit=1)
            if len(sides) == 2 and all(not SHAPES_SAID.keys().isdisjoint(words(side)) for side in sides):
                return [Wanted(_phrase(side), place) for side, place in zip(sides, places, strict=True)]
    return [Wanted(_phrase(part), next((place for place in PLACES if place in part), None))]


def _phrase(part: str) -> Phrase:
    said = words(part)
    named = (phrase_in(said[start:]) for start in range(len(said)))
    phrase = next(filter(None, named), None)
    if phrase is None or phrase.shape is None:
        raise ValueError(f"I cannot draw '{part.strip()}'. A shape is one of: {', '.join(SHAPES)}.")
    if phrase.colour is None:
        raise ValueError(f"Which colour has the {plainly(phrase)}?")
    return phrase


def _background(part: str) -> Background:
    said = words(part)
    colour = next((word for word in said if word in BACKGROUNDS), None)
    texture = next((TEXTURES_SAID[word] for word in said if word in TEXTURES_SAID), "plain")
    if colour is None:
        raise ValueError(f"I cannot draw '{part.strip()}'. A background is one of: {', '.join(BACKGROUNDS)}.")
    return Background(colour, texture, 0.0)


def _laid_out(text: str, wanted: list[Wanted]) -> tuple[Thing, ...]:
    """The things with room for each, those with a place first."""
    rng, things = Random(f"sketch {text}"), []
    for each in sorted(wanted, key=lambda one: one.place is None):
        phrase, size = each.phrase, each.phrase.size or "medium"
        thing = Thing(phrase.shape, phrase.colour, size, phrase.texture or "plain", 0.5, 0.5, SIZES[size], 0.0)
        places = (each.place,) if each.place else FREE
        centred = (_at(thing, place) for place in places)
        there = next((thing for thing in centred if has_room(thing, things)), None)
        there = there or placed(rng, thing, things, lambda moved, at=places: place_of(moved) in {PLACES[p] for p in at})
        if there is None:
            raise ValueError(f"There is no room for the {plainly(phrase)}: make something smaller.")
        things.append(there)
    return tuple(things)


def _at(thing: Thing, place: str) -> Thing:
    """The thing in the middle of one of the nine parts of the picture, as far from its edge as it must be."""
    reach = thing.radius + EDGE
    x, y = (min(max((part + 0.5) / 3, reach), 1 - reach) for part in PLACES[place])
    return Thing(thing.shape, thing.colour, thing.size, thing.texture, x, y, thing.radius, thing.turn)
