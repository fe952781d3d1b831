"""Scenes out of seeds: which things there are, and where they find room."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import hypot
from random import Random
from typing import TypeVar

from engine.scenes.truth import BACKGROUNDS, SEEN, SIZES, TEXTURES, Background, Pairs, Scene, Thing

Choice = TypeVar("Choice")

MOST = 4
"""A scene has 1 to this many things."""

OVERLAP = 0.12
"""The discs of two things may reach into each other by this share of the sum of their radii."""

EDGE = 0.015
"""The least distance of a thing's disc from the edge of the picture."""

TILT = 0.25
"""Things are turned by at most this angle in radians."""


def scene(seed: int, n: int, pairs: Pairs = SEEN) -> Scene:
    """Scene `n` of the endless row that belongs to `seed`, with combinations of colour and shape from `pairs`."""
    return composed(Random(f"scene {seed} {n}"), pairs)


def composed(rng: Random, pairs: Pairs) -> Scene:
    """A scene that `rng` decides. Where the things drawn first leave no room for the rest, it begins again."""
    count = 1 + int(MOST * rng.random())
    while True:
        things: list[Thing] = []
        for _ in range(10 * count):
            thing = one_more(rng, things, pairs)
            if has_room(thing, things):
                things.append(thing)
            if len(things) == count:
                return Scene(tuple(things), some_background(rng))


def one_more(rng: Random, things: Sequence[Thing], pairs: Pairs) -> Thing:
    """A thing for a scene; one in four is of the colour and shape of an earlier one, so that there is more to count."""
    if things and rng.random() < 0.25:
        model = pick(rng, things)
        colour, shape = model.colour, model.shape
    else:
        colour, shape = pick(rng, pairs)
    size = pick(rng, tuple(SIZES))
    texture = pick(rng, TEXTURES) if rng.random() < 0.6 else "plain"
    thing = Thing(shape, colour, size, texture, 0.5, 0.5, some_radius(rng, size), TILT * (2 * rng.random() - 1))
    return elsewhere(rng, thing)


def some_background(rng: Random) -> Background:
    """Every second background is plain, or a little more."""
    texture = pick(rng, TEXTURES) if rng.random() < 0.6 else "plain"
    return Background(pick(rng, tuple(BACKGROUNDS)), texture, 6.28 * rng.random())


def some_radius(rng: Random, size: str) -> float:
    """A radius that the word `size` stands for."""
    return SIZES[size] * (0.92 + 0.16 * rng.random())


def elsewhere(rng: Random, thing: Thing) -> Thing:
    """The same thing anywhere in the picture."""
    reach = thing.radius + EDGE
    room = 1 - 2 * reach
    return replace(thing, x=reach + room * rng.random(), y=reach + room * rng.random())


def placed(rng: Random, thing: Thing, others: Sequence[Thing], wanted: Callable[[Thing], bool]) -> Thing | None:
    """The same thing at a place that is `wanted` and has room among `others`; None where 60 tries find none."""
    for _ in range(60):
        moved = elsewhere(rng, thing)
        if wanted(moved) and has_room(moved, others):
            return moved
    return None


def has_room(thing: Thing, others: Sequence[Thing]) -> bool:
    """Whether a thing lies within the picture and reaches into no other one by more than `OVERLAP` allows."""
    reach = thing.radius + EDGE - 1e-9
    if not (reach <= thing.x <= 1 - reach and reach <= thing.y <= 1 - reach):
        return False
    return all(
        hypot(thing.x - other.x, thing.y - other.y) >= (1 - OVERLAP) * (thing.radius + other.radius) for other in others
    )


def pick(rng: Random, options: Sequence[Choice]) -> Choice:
    """One of `options`, at the price of one number whatever their count."""
    return options[int(len(options) * rng.random())]
