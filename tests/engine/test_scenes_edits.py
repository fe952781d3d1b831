"""Edit pairs change what they say, and nothing else."""

from collections import Counter
from dataclasses import fields

import numpy as np
import pytest

from engine.scenes import HELD_OUT, SEEN, Background, Scene, Thing, draw, edit, edit_of, may_change
from engine.scenes.composing import has_room
from engine.scenes.edits import KINDS

CHANGES = {
    "recolour": {"colour"},
    "move": {"x", "y"},
    "resize": {"size", "radius"},
    "reshape": {"shape"},
    "retexture": {"texture"},
}
"""The attributes of a thing that an edit may change."""


@pytest.fixture(scope="module")
def edits():
    return [edit(5, n) for n in range(800)]


def test_edits_come_from_their_seed_in_all_kinds_alike(edits):
    assert [edit(5, n) for n in (799, 0)] == [edits[799], edits[0]]
    assert edit(6, 0) != edits[0]
    counts = Counter(pair.kind for pair in edits)
    assert set(counts) == set(KINDS)
    assert min(counts.values()) > 60
    assert {edit(5, n, ["remove", "add"]).kind for n in range(30)} == {"remove", "add"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_truth_changes_in_one_place(edits, kind):
    for pair in (pair for pair in edits if pair.kind == kind):
        before, after = pair.before.things, pair.after.things
        if kind == "background":
            assert before == after and pair.before.background != pair.after.background
            continue
        assert pair.before.background == pair.after.background
        if kind == "add":
            assert after[:-1] == before
        elif kind == "remove":
            assert len(after) == len(before) - 1 > 0
            assert [thing for thing in before if thing in after] == list(after)
        else:
            ((old, new),) = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
            changed = {field.name for field in fields(Thing) if getattr(old, field.name) != getattr(new, field.name)}
            assert changed == CHANGES[kind], pair.instruction


@pytest.mark.parametrize("size", [48, 64])
def test_pixels_change_where_they_may_and_nowhere_else(edits, size):
    for pair in edits[:240]:
        before, after = draw(pair.before, size), draw(pair.after, size)
        may = may_change(pair, size)
        differ = (before.image != after.image).any(0) | (before.classes != after.classes)
        assert differ.any(), pair.instruction
        assert not (differ & ~may).any(), pair.instruction
        assert pair.kind == "background" or may.mean() < 0.7


def test_a_new_background_leaves_the_things_alone(edits):
    for pair in (pair for pair in edits if pair.kind == "background"):
        before, after = draw(pair.before), draw(pair.after)
        assert np.array_equal(before.instances, after.instances)
        within = ~may_change(pair)
        assert (before.instances[within] > 0).all()
        assert within.sum() > 0.4 * (before.instances > 0).sum()


def test_there_is_room_after_an_edit_as_before(edits):
    for pair in edits:
        things = pair.after.things
        for i, thing in enumerate(things):
            assert has_room(thing, [*things[:i], *things[i + 1 :]]), pair.instruction


@pytest.mark.parametrize("pairs", [SEEN, HELD_OUT], ids=["seen", "held out"])
def test_edits_keep_to_the_combinations_asked_for(pairs):
    kinds = [kind for kind in KINDS if pairs is SEEN or kind not in ("recolour", "reshape")]
    for pair in (edit(9, n, kinds, pairs) for n in range(200)):
        assert {(thing.colour, thing.shape) for thing in pair.after.things} <= set(pairs), pair.instruction


@pytest.mark.parametrize("kind", ["recolour", "reshape"])
def test_where_nothing_can_change_it_says_so(kind):
    with pytest.raises(ValueError, match=f"nothing to {kind}"):
        edit(0, 0, [kind], HELD_OUT)


@pytest.mark.parametrize("kind", KINDS)
def test_an_edit_of_a_given_scene_begins_there_and_comes_from_its_seed(kind):
    scene = edit(4, 1, [kind]).before
    found = [edit_of(scene, kind, seed) for seed in range(20)]
    assert found == [edit_of(scene, kind, seed) for seed in range(20)]
    assert {pair.kind for pair in found if pair} == {kind}
    assert all(pair.before == scene != pair.after for pair in found if pair)


def test_nothing_can_be_done_to_nothing():
    assert edit_of(Scene((), Background("white", "plain", 0.0)), "recolour", 0) is None
