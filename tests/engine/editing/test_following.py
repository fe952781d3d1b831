"""Instructions followed by rule: they lead where the edit pairs say that they do."""

from dataclasses import replace

import pytest

from engine.editing.checking import verdict
from engine.editing.following import fairly, meant
from engine.scenes import Background, Edit, Scene, Thing, edit

CIRCLE = Thing("circle", "red", "medium", "plain", 0.3, 0.5, 0.155, 0.0)
STAR = Thing("star", "blue", "small", "plain", 0.7, 0.5, 0.11, 0.0)
SCENE = Scene((CIRCLE, STAR), Background("white", "plain", 0.0))


def without_sizes(scene: Scene) -> Scene:
    """How large a large thing is, is a matter of chance."""
    return replace(scene, things=tuple(replace(thing, radius=0.0) for thing in scene.things))


@pytest.mark.parametrize("kind", ["recolour", "remove", "reshape", "retexture", "background", "resize"])
def test_the_rule_makes_what_the_pair_says(kind):
    for n in range(40):
        pair = edit(11, n, [kind])
        made = meant(pair.instruction, pair.before)
        assert made is not None, pair.instruction
        assert without_sizes(made.after) == without_sizes(pair.after), pair.instruction
        assert (made.kind == "remove") == (kind == "remove")


@pytest.mark.parametrize("kind", ["add", "move"])
def test_what_is_added_or_moved_lies_where_the_words_want_it(kind):
    made = 0
    for n in range(40):
        pair = edit(11, n, [kind])
        mine = meant(pair.instruction, pair.before)
        if mine:  # a colour may be left open, and then no rule knows it
            made += 1
            assert verdict(pair, mine.after).done or kind == "add", pair.instruction
            assert verdict(fairly(mine, pair.after), pair.after).done, pair.instruction
    assert made > 20


def test_what_is_left_open_of_a_new_thing_may_be_anything_and_what_is_said_may_not():
    pair = meant("add a yellow heart at the top", SCENE)
    new = pair.after.things[-1]
    big = replace(pair.after, things=(CIRCLE, STAR, replace(new, size="large", texture="dotted")))
    pink = replace(pair.after, things=(CIRCLE, STAR, replace(new, colour="pink")))
    assert not verdict(pair, big).done and verdict(fairly(pair, big), big).done
    assert not verdict(fairly(pair, pink), pink).done


@pytest.mark.parametrize(
    "instruction",
    [
        "",
        "hello",
        "make the green circle blue",
        "make the thing red",
        "turn the red circle",
        "add a star",
        "the red circle",
        "make the background",
    ],
)
def test_what_no_rule_follows_is_none(instruction):
    assert meant(instruction, SCENE) is None


def test_several_attributes_at_once():
    made = meant("replace the red circle with a big green heart", SCENE)
    assert isinstance(made, Edit)
    assert made.after.things[0] == replace(CIRCLE, shape="heart", colour="green", size="large", radius=0.215)
