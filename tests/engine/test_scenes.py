"""Which scenes there are: seeds, combinations, room."""

import subprocess
import sys
from collections import Counter
from itertools import combinations
from math import hypot

import numpy as np
import pytest

from engine.scenes import HELD_OUT, PAIRS, SEEN, draw, draw_all, scene
from engine.scenes.composing import OVERLAP
from engine.scenes.shapes import SHAPES
from engine.scenes.truth import BACKGROUNDS, COLOURS, SIZES, TEXTURES


@pytest.fixture(scope="module")
def scenes():
    return [scene(7, n) for n in range(2000)]


def pairs_of(scenes) -> Counter:
    return Counter((thing.colour, thing.shape) for one in scenes for thing in one.things)


def test_a_scene_is_the_same_whatever_came_before(scenes):
    assert [scene(7, n) for n in (1999, 3, 3)] == [scenes[1999], scenes[3], scenes[3]]
    assert scene(8, 3) != scenes[3]
    assert len(set(scenes)) == len(scenes)


def test_a_scene_is_the_same_in_another_process(scenes):
    """Not so if anything hung on the order of a set or on `hash` of a text."""
    script = "from engine.scenes import scene; print(*(scene(7, n) for n in range(50)), sep='\\n')"
    command = [sys.executable, "-c", script]
    told = subprocess.run(command, env={"PYTHONHASHSEED": "5"}, capture_output=True, text=True, check=True).stdout
    assert told.splitlines() == [str(one) for one in scenes[:50]]


def test_a_picture_is_the_same_in_any_batch(scenes):
    batch = draw_all(scenes[:6], 48)
    for layer in ("image", "classes", "instances"):
        one_by_one = [getattr(draw(one, 48), layer) for one in reversed(scenes[:6])]
        assert np.array_equal(getattr(batch, layer), one_by_one[::-1])


def test_everything_there_is_comes_up(scenes):
    things = [thing for one in scenes for thing in one.things]
    assert {len(one.things) for one in scenes} == {1, 2, 3, 4}
    assert {thing.size for thing in things} == set(SIZES)
    assert {thing.texture for thing in things} == set(TEXTURES)
    assert {(one.background.colour, one.background.texture) for one in scenes} == {
        (colour, texture) for colour in BACKGROUNDS for texture in TEXTURES
    }
    assert set(pairs_of(scenes)) == set(SEEN)


def test_held_out_combinations_come_only_when_asked_for():
    assert set(pairs_of(scene(0, n, HELD_OUT) for n in range(200))) == set(HELD_OUT)
    assert set(HELD_OUT) | set(SEEN) == set(PAIRS)
    assert not set(HELD_OUT) & set(SEEN)


def test_every_colour_and_every_shape_is_held_out_once():
    colours, shapes = zip(*HELD_OUT, strict=True)
    assert sorted(colours) == sorted(COLOURS)
    assert sorted(shapes) == sorted(SHAPES)


def test_sizes_are_told_apart_by_their_radius(scenes):
    """No radius is nearer to another word's."""
    for thing in (thing for one in scenes for thing in one.things):
        assert min(SIZES, key=lambda size: abs(SIZES[size] - thing.radius)) == thing.size


def test_things_lie_within_the_picture_and_hardly_reach_into_each_other(scenes):
    for one in scenes:
        for thing in one.things:
            assert thing.radius < min(thing.x, thing.y)
            assert thing.radius < 1 - max(thing.x, thing.y)
        for a, b in combinations(one.things, 2):
            assert hypot(a.x - b.x, a.y - b.y) >= (1 - OVERLAP) * (a.radius + b.radius) - 1e-9
