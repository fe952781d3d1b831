"""Instructions, and scenes under noise and around holes: what is asked, what comes of it, and what is said of that."""

from io import BytesIO

import numpy as np
import pytest
import streamlit as st
from PIL import Image

from engine import cards
from engine.editing.following import meant
from engine.editing.strokes import Stroke
from engine.scenes import Background, Scene, Thing, draw
from pages.components.guidance_grid import inside
from pages.editing_exhibits import instructions
from pages.editing_exhibits.frames import as_pictures
from pages.editing_exhibits.instructions_runs import W_PICTURES, WS, Request, followed
from pages.editing_exhibits.instructions_verdict import Outcome, examples
from pages.editing_exhibits.scene_pictures import Painting, blots, squared
from pages.editing_exhibits.small_pictures import Small, hole_around
from pages.editing_exhibits.small_readings import read_all, right_of
from tests.pages.test_editing import healthy, opened

MOON = Thing("moon", "blue", "medium", "plain", 0.3, 0.5, 0.155, 0.0)
STAR = Thing("star", "pink", "large", "plain", 0.7, 0.5, 0.215, 0.0)
SCENE = Scene((MOON, STAR), Background("beige", "plain", 0.0))
FIRST = Painting.of(SCENE)
needs_judge = pytest.mark.skipif("judge-scenes" not in cards.names(), reason="not published")
needs_editor = pytest.mark.skipif(not set(instructions.NEEDED) <= set(cards.names()), reason="not published")
needs_painter = pytest.mark.skipif(
    not {"text2scene", "scene-autoencoder", "judge-scenes"} <= set(cards.names()), reason="not published"
)


# instructions


@needs_editor
def test_an_edit_is_followed_gone_on_with_and_undone():
    app = opened(exhibit="Instructions", edit_steps="5")
    assert healthy(app)
    first = app.text_input(key="instruction").value
    assert any("Before**, was drawn as" in block.value for block in app.markdown)
    next(button for button in app.button if button.label == "Go on with the result").click().run()
    assert not app.exception and not app.error
    assert any("So far" in block.value for block in app.markdown)
    next(button for button in app.button if button.label == "Undo").click().run()
    assert healthy(app) and app.text_input(key="instruction").value == first
    assert not any("So far" in block.value for block in app.markdown)


@pytest.mark.parametrize(
    "instruction, answer",
    [
        ("make the dragon blue", "I never learned 'dragon'"),
        ("make the green heart blue", "There is no green heart here. I see"),
    ],
)
def test_what_cannot_be_followed_is_said_in_a_sentence(instruction, answer):
    app = opened(exhibit="Instructions", instruction=instruction)
    assert healthy(app)
    assert answer in app.warning[0].value


def test_without_a_network_the_rule_alone_shows_what_should_come(tmp_path, monkeypatch):
    monkeypatch.setattr(cards, "PRETRAINED", tmp_path)
    app = opened(exhibit="Instructions")
    assert healthy(app)
    assert "Not trained yet: instruct-scenes" in app.info[0].value


@needs_editor
def test_the_film_has_every_step_and_the_maps_of_every_word():
    run = followed(Request(FIRST, "make the pink star blue", 3.0, 1.5, 7, 4), st.empty())
    assert run.x_t.shape == (5, 64, 64, 3) and run.picture.dtype == np.uint8
    assert run.attention["up"].shape == (5, 6, 8, 8)
    assert np.allclose(run.attention["down"][1:].astype(np.float32).sum(1), 1, atol=0.05)


def test_a_perfect_edit_is_done_and_an_untouched_picture_is_not():
    pair = meant("make the pink star blue", SCENE)
    after = np.moveaxis(draw(pair.after).image, 0, -1)
    perfect = Outcome(FIRST, after, pair.after, pair)
    idle = Outcome(FIRST, FIRST.pixels, SCENE, pair)
    assert perfect.verdict.done and perfect.verdict.kept == 1 and perfect.moved_outside == 0 < perfect.moved
    assert not idle.verdict.done and idle.moved == 0
    assert Outcome(FIRST, after, pair.after, None).verdict is None


def test_examples_fit_the_scene_that_they_are_for():
    offered = examples(SCENE, 3)
    assert len(offered) >= 6
    assert all(pair.before == SCENE and instructions.unclear(pair.instruction, SCENE) == "" for pair in offered)


def test_the_grid_takes_only_places_that_it_has():
    assert inside([1, 2], 4, 4) == (1, 2)
    assert inside([-5, 99], len(W_PICTURES), len(WS)) == (0, 3)


# scenes as the pictures that noise paints over


@needs_painter
@pytest.mark.parametrize("exhibit", ["SDEdit", "Fill a hole"])
def test_scenes_are_painted_over(exhibit):
    app = opened(exhibit=exhibit, data="Scenes", sdedit_steps="5", fill_steps="5", rounds="1")
    assert healthy(app)
    assert any("away from yours" in block.value or "of 4096 pixels" in block.value for block in app.markdown)


@needs_judge
def test_a_scene_is_read_against_what_was_said():
    small = Small("scenes", "a blue moon left of a pink star", 1, FIRST.pixels / np.float32(255), SCENE)
    reads = read_all(small, np.stack([small.picture, small.picture[:, ::-1]]))
    assert [read.right for read in reads] == [True, False] and right_of(reads) == "1 of 2"
    assert "moon" in reads[0].words and "background" not in reads[0].words
    tangled = Small("scenes", "a blue moon above a pink star below a red ring", 1, small.picture)
    unread = read_all(tangled, small.picture[None])
    assert unread[0].right is None and right_of(unread) == ""


def test_pictures_travel_there_and_back():
    small = Small("scenes", "a star", 1, FIRST.pixels / np.float32(255))
    assert small.x.shape == (1, 3, 64, 64) and np.array_equal(as_pictures(small.x)[0], small.picture)
    grey = Small("mnist", 3, 1, np.eye(28, dtype=np.float32))
    assert np.array_equal(as_pictures(grey.x)[0], grey.picture)


def test_the_first_hole_covers_the_last_thing():
    (dab,) = hole_around(SCENE)
    assert dab.points == ((STAR.x, STAR.y),) and dab.width > 2 * STAR.radius


def test_blots_have_their_colours_and_uploads_become_square():
    picture = blots("white", {"red": (Stroke(False, 0.3, ((0.25, 0.5),)),), "blue": ()})
    assert tuple(picture[32, 16]) == (200, 40, 30) and tuple(picture[0, 0]) == (246, 244, 239)
    file = BytesIO()
    Image.new("RGB", (300, 90), (10, 200, 30)).save(file, "PNG")
    assert squared(Image.open(file)).shape == (64, 64, 3)
