"""Prompts: true of their scenes, and whose each word and each place is."""

import numpy as np
import pytest

from engine.editing.prompts import (
    BEHIND,
    GLUE,
    MOST_THINGS,
    NOBODY,
    OWNERS,
    calm_scene,
    edit_owners,
    edit_shares,
    prompt,
    shares,
)
from engine.scenes import HELD_OUT, SEEN, Ground, draw, edit, may_change, words
from engine.scenes.truth import BACKGROUNDS, COLOURS

ROWS = range(300)


@pytest.fixture(scope="module")
def told() -> list[tuple]:
    scenes = [calm_scene(5, n) for n in ROWS]
    return [(scene, prompt(scene, n)) for n, scene in zip(ROWS, scenes, strict=True)]


def test_prompts_are_true_and_speak_of_everything(told):
    for scene, said in told:
        assert said.claim.holds(scene), said.text
        assert sum(phrase.count for phrase in said.claim.phrases) == len(scene.things) <= MOST_THINGS
    assert {said.claim.relation for _, said in told} >= {None, "left of", "above", "in the middle"}


def test_training_shows_no_held_out_pair():
    pairs = {(thing.colour, thing.shape) for n in ROWS for thing in calm_scene(5, n).things}
    assert pairs <= set(SEEN)
    unseen = {(thing.colour, thing.shape) for n in ROWS for thing in calm_scene(5, n, HELD_OUT).things}
    assert unseen == set(HELD_OUT)


def test_every_colour_belongs_to_the_thing_or_the_background_that_has_it(told):
    for _, said in told:
        for word, owner in zip(words(said.text), said.owners[1:], strict=False):
            if owner == BEHIND:
                assert word not in COLOURS or word in BACKGROUNDS
            elif owner == GLUE:
                assert word not in COLOURS, said.text
            elif word in COLOURS:
                assert said.claim.phrases[owner - 1].colour == word, said.text
        assert said.owners[0] == NOBODY


def test_places_belong_to_what_is_drawn_there(told):
    for scene, said in told[:60]:
        drawing = draw(scene)
        share = shares(said.claim, scene, drawing)
        np.testing.assert_allclose(share.sum(0), 1, atol=1e-6)
        free = NOBODY if said.claim.ground == Ground() else BEHIND
        np.testing.assert_allclose(share[free].mean(), (drawing.instances == 0).mean(), atol=1e-6)
        for owner, phrase in enumerate(said.claim.phrases, 1):
            numbers = [k for k, thing in enumerate(scene.things, 1) if phrase.fits(thing)]
            np.testing.assert_allclose(share[owner].mean(), np.isin(drawing.instances, numbers).mean(), atol=1e-6)


def test_an_edit_owns_what_it_may_change():
    for n in range(40):
        pair = edit(5, n)
        share = edit_shares(pair)
        assert share.shape[0] == OWNERS
        np.testing.assert_allclose(share[1].mean(), may_change(pair).mean(), atol=1e-6)
        assert edit_owners(pair.instruction).sum() == len(words(pair.instruction))
