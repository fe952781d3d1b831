"""Prompts read by rule: every prompt that training makes is understood as it was meant, and can be drawn."""

import numpy as np
import pytest

from engine.editing.prompts import calm_scene, prompt
from engine.editing.tokens import LENGTH
from engine.editing.understanding import drawn_from, groups, understood, with_namings
from engine.scenes import Claim, Ground, Phrase


def test_what_training_says_is_understood_as_it_was_meant():
    prompts = [prompt(calm_scene(41, n), n) for n in range(400)]
    assert [understood(each.text) for each in prompts] == [each.claim for each in prompts]


def test_the_words_of_a_naming_belong_together():
    assert groups("the big plus sign with dots is over a red ring, and a mint backdrop behind") == (
        [1, 1, 1, 1, 1, 1, 0, 0, 2, 2, 2, 0, 3, 3, 3, 0]
    )


def test_a_chosen_word_brings_its_naming_along_but_no_other_one():
    chosen = np.zeros(LENGTH, bool)
    chosen[[3, 4]] = True  # "circle" and "left"
    found = with_namings("a red circle left of a blue square", chosen)
    assert np.flatnonzero(found).tolist() == [1, 2, 3, 4]


def test_a_scene_drawn_from_a_claim_is_as_claimed_and_the_seed_decides_the_rest():
    claims = [prompt(calm_scene(42, n), n).claim for n in range(40)]
    scenes = [drawn_from(claim, 7) for claim in claims]
    assert all(claim.holds(scene) for claim, scene in zip(claims, scenes, strict=True))
    assert scenes == [drawn_from(claim, 7) for claim in claims]
    assert drawn_from(claims[0], 7) != drawn_from(claims[0], 8)


def test_a_place_binds_the_thing_beside_it():
    corner = "in the top left corner"
    circle, square = Phrase("circle", "red"), Phrase("square", "blue")
    assert understood(f"a blue square and a red circle {corner}") == Claim((circle, square), corner)
    assert understood(f"{corner} a red circle and a blue square, and a black background behind") == Claim(
        (circle, square), corner, Ground("black")
    )


@pytest.mark.parametrize(
    "text",
    ["", "a circle but no star", "a red dragon", "two circles left of a star", "a star above a ring above a moon"],
)
def test_what_it_cannot_read_it_does_not_guess(text):
    assert understood(text) is None


def test_a_claim_that_no_scene_can_fulfil_is_not_drawn():
    assert drawn_from(Claim((Phrase("star"),)), 1) is not None
    assert drawn_from(Claim((Phrase("star"), Phrase("star", "red", count=2))), 1) is None
