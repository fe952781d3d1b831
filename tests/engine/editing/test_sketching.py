"""Words → scenes by rule: what is said of a scene is true of what is drawn from it."""

import pytest

from engine.editing.sketching import sketched
from engine.editing.tokens import UnknownWords
from engine.scenes import Background, Claim, Ground, Phrase
from engine.scenes.claims import PLACES, SIDES
from engine.scenes.composing import has_room

BOTH = (Phrase("circle", "red"), Phrase("star", "blue"))


@pytest.mark.parametrize("relation", SIDES)
def test_two_things_lie_as_they_are_said_to(relation):
    scene = sketched(f"a small red circle {relation} a big blue star, on a striped mint background")
    assert Claim(BOTH, relation).holds(scene)
    assert [thing.size for thing in scene.things] == ["small", "large"]
    assert scene.background == Background("mint", "striped", 0.0)


@pytest.mark.parametrize("place", PLACES)
def test_a_thing_is_drawn_where_it_is_said_to_be_and_has_room(place):
    scene = sketched(f"a large red circle {place} and a small blue star")
    assert Claim(BOTH, place).holds(scene)
    first, second = scene.things
    assert has_room(first, [second]) and has_room(second, [first])


def test_a_thing_against_its_background_and_textures_behind_nouns():
    scene = sketched("the yellow hoop with dots on a grey backdrop")
    assert Claim((Phrase("ring", "yellow", "medium", "dotted"),), ground=Ground("grey")).holds(scene)


@pytest.mark.parametrize(
    "text, answer",
    [
        ("", "Name 1 to 4"),
        ("on mint", "Name 1 to 4"),
        ("a red circle, a red circle, a red circle, a red circle, a red circle", "Name 1 to 4"),
        ("a circle", "Which colour has the circle"),
        ("a red thing", "A shape is one of"),
        ("a red circle on the left, a big one", "A background is one of"),
        ("a large red circle in the middle, a large blue star in the middle", "no room for the large blue star"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_a_sentence(text, answer):
    with pytest.raises(ValueError, match=answer):
        sketched(text)


def test_unknown_words_are_named():
    with pytest.raises(UnknownWords, match="'dragon'"):
        sketched("a red dragon")
