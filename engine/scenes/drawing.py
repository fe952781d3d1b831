"""Scenes → pictures and masks. A pixel is covered by as much as the edge of a shape leaves of it.

A drawing depends on its scene and its size alone, and a thing touches no pixel beyond its `stamp`: what an edit leaves
alone stays the same to the last bit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, cos, floor, sin

import numpy as np

from engine.scenes.shapes import SHAPES
from engine.scenes.textures import coverage, pattern
from engine.scenes.truth import BACKGROUNDS, CLASSES, COLOURS, Background, Scene, Thing

SHIFT, BLUR, DARKNESS = 0.024, 0.06, 0.3
"""A shadow falls this share of the side to the right and downwards, fades out over `BLUR`, and takes up to `DARKNESS`
of the light."""

PERIOD, RIM = 0.09, 0.014
"""A texture repeats after `PERIOD` of the side, twice that on backgrounds, and leaves a rim to the thing's colour."""

NUMBERS = {name: number for number, name in enumerate(CLASSES)}


@dataclass(frozen=True)
class Drawing:
    """A picture and its truth, or several with a leading N.

    image: uint8 (3, S, S), red, green and blue.
    classes: uint8 (S, S), indices into `CLASSES`; a pixel belongs to a thing where at least half of it is covered.
    instances: uint8 (S, S), 0 for the background, k for things[k − 1] of the scene.
    """

    image: np.ndarray
    classes: np.ndarray
    instances: np.ndarray


@dataclass(frozen=True)
class Stamp:
    """What a thing does to the pixels in `window` (rows, columns) of a picture.

    paint: (3, P, Q) its colours in 0…1.
    cover: (P, Q) how much of a pixel it covers.
    shadow: (P, Q) the share of the light that it takes from what lies below.
    """

    window: tuple[slice, slice]
    paint: np.ndarray
    cover: np.ndarray
    shadow: np.ndarray


def draw(scene: Scene, size: int = 64) -> Drawing:
    """A scene as a picture of size × size pixels."""
    canvas = _ground(scene.background, size)
    classes, instances = np.zeros((2, size, size), np.uint8)
    for number, thing in enumerate(scene.things, 1):
        mark = stamp(thing, size)
        below = canvas[:, *mark.window]
        below *= 1 - mark.shadow
        below += mark.cover * (mark.paint - below)
        inside = mark.cover >= 0.5
        classes[mark.window][inside] = NUMBERS[thing.shape]
        instances[mark.window][inside] = number
    return Drawing((255 * canvas + 0.5).astype(np.uint8), classes, instances)


def draw_all(scenes: Sequence[Scene], size: int = 64) -> Drawing:
    """Several scenes: image (N, 3, S, S), classes and instances (N, S, S)."""
    drawings = [draw(scene, size) for scene in scenes]
    layers = ([getattr(drawing, layer) for drawing in drawings] for layer in ("image", "classes", "instances"))
    return Drawing(*map(np.stack, layers))


def stamp(thing: Thing, size: int) -> Stamp:
    """A thing and its shadow on a picture of size × size pixels: one distance field, seen from two places."""
    shift = max(1, round(SHIFT * size))
    window, down, across = _surroundings(thing, size, shift)
    c, s = cos(thing.turn) / thing.radius, sin(thing.turn) / thing.radius
    x, y = c * across + s * down, s * across - c * down
    distance = thing.radius * SHAPES[thing.shape](x, y)
    falloff = np.minimum(np.maximum(1 - distance[:-shift, :-shift] / BLUR, 0), 1)
    x, y, distance = x[shift:, shift:], y[shift:, shift:], distance[shift:, shift:]
    grain = pattern(thing.texture, x * (thing.radius / PERIOD), y * (thing.radius / PERIOD), PERIOD * size)
    if thing.texture != "plain":
        grain = grain * coverage((distance + RIM) * size)
    base, tone = _colour_and_tone(COLOURS[thing.colour])
    paint = (base + grain * tone) * (0.94 + 0.06 * y)
    return Stamp(window, paint, coverage(distance * size), DARKNESS * falloff * falloff)


def touched(thing: Thing, size: int) -> np.ndarray:
    """bool (S, S): the pixels that a thing or its shadow changes."""
    pixels = np.zeros((size, size), bool)
    mark = stamp(thing, size)
    pixels[mark.window] = (mark.cover > 0) | (mark.shadow > 0)
    return pixels


def _surroundings(thing: Thing, size: int, shift: int) -> tuple[tuple[slice, slice], np.ndarray, np.ndarray]:
    """The window that holds a thing and its shadow, and where its pixels and `shift` more above and to the left lie.

    down (P + shift, 1) and across (1, Q + shift) count from the thing's centre, in shares of the side.
    """
    reach = thing.radius + 1 / size
    sides = []
    for centre in (thing.y, thing.x):
        start = max(0, floor((centre - reach - BLUR) * size) + shift)
        stop = min(size, ceil((centre + reach + BLUR) * size) + shift)
        sides.append((slice(start, max(start, stop)), centre))
    down, across = (
        (np.arange(side.start - shift, side.stop, dtype=np.float32) + 0.5) / size - np.float32(centre)
        for side, centre in sides
    )
    return (sides[0][0], sides[1][0]), down[:, None], across[None]


def _ground(background: Background, size: int) -> np.ndarray:
    """The background alone, float32 (3, S, S) in 0…1: light comes from above, and the texture is faint."""
    place = (np.arange(size, dtype=np.float32) + 0.5) / size - 0.5
    c, s = cos(background.turn) / (2 * PERIOD), sin(background.turn) / (2 * PERIOD)
    x, y = c * place + s * place[:, None], c * place[:, None] - s * place
    grain = pattern(background.texture, x, y, 2 * PERIOD * size)
    base, tone = _colour_and_tone(BACKGROUNDS[background.colour])
    canvas = np.empty((3, size, size), np.float32)
    canvas[:] = (base + 0.3 * grain * tone) * (0.97 - 0.06 * place[:, None])
    return canvas


@cache
def _colour_and_tone(colour: str) -> tuple[np.ndarray, np.ndarray]:
    """A colour (3, 1, 1) in 0…1, and the step to its textures' second tone: darker if it is light, else lighter."""
    base = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32).reshape(3, 1, 1) / 255
    lightness = base[0] * 0.3 + base[1] * 0.59 + base[2] * 0.11
    return base, np.where(lightness > 0.6, -0.4 * base, 0.6 * (1 - base))
