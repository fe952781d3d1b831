"""Large models on /editing: what is said where they cannot work, and a tiny one from the button to the file."""

from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from engine import hub
from engine.editing import public
from engine.editing.public_names import CHOICES, TASKS
from engine.editing.strokes import Stroke
from pages.editing_exhibits import large_models, large_models_run
from pages.editing_exhibits.large_models_choices import AT_FIRST, Request
from pages.editing_exhibits.large_models_means import sentence
from pages.editing_exhibits.large_models_run import Editing, kept, looked_at
from pages.segmentation_exhibits.pictures import sample
from tests import tiny_pipelines

PHOTO = sample(AT_FIRST).picture
HOLE = (Stroke(False, 0.1, ((0.3, 0.3),)),)


def room() -> None:
    """The exhibit alone."""
    from pages.editing_exhibits import large_models
    from pages.kit.guard import guard

    with guard():
        large_models.render()


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_function(room, default_timeout=300)
    for name, value in parameters.items():
        app.query_params[name.replace("_", "-")] = value
    return app.run()


def healthy(app: AppTest) -> bool:
    return not app.exception and not app.error and any("Try this" in block.value for block in app.markdown)


def button(app: AppTest):
    return next(each for each in app.button if "dit" in each.label)


def request(**changes) -> Request:
    """A request that names no model."""
    settings = {"task": "fill", "source": "a/b", "text": "red", "seed": 1, "steps": 2, "w": 2.0, "w_picture": 1.5,
                "side": 256, "digest": "x", "strokes": HOLE}  # fmt: skip
    return Request(**settings | changes)


@pytest.fixture
def lacking(monkeypatch):
    """A machine without transformers and without a network."""
    monkeypatch.setattr(public, "find_spec", lambda name: None if name == "transformers" else object())
    monkeypatch.setattr(hub, "answers", lambda: False)


@pytest.mark.parametrize("task", list(TASKS))
def test_without_libraries_and_network_one_sentence_says_so_and_a_picture_stands_there(lacking, task):
    app = opened(large=TASKS[task].title)
    assert healthy(app) and app.code
    (said,) = [block.value for block in app.info]
    assert "`transformers`" in said and "pip install" in said and "network" in said and said.count(". ") == 0
    assert button(app).disabled
    wanted = "the smoothest surface" if task == "fill" else "What the model will see"
    assert any(wanted in block.value for block in app.markdown)
    assert any(CHOICES[task].licence in block.value for block in app.caption)


@pytest.mark.parametrize("means, said", [
    ({"here": True, "gpu": "H100"}, ""),
    ({"answers": True, "gpu": "H100"}, ""),
    ({"answers": True}, "Without a GPU this works"),
    ({"gpu": "H100"}, "A large model needs a network that reaches the Hugging Face hub; all"),
    ({"lacking": ["diffusers", "transformers"], "answers": True, "gpu": "H100"}, "`diffusers` and `transformers` ("),
])  # fmt: skip
def test_the_sentence_names_what_is_missing_and_nothing_else(means, said):
    text = sentence(SimpleNamespace(**{"lacking": [], "here": False, "answers": False, "gpu": ""} | means))
    assert text.startswith(said) if not means.get("lacking") else said in text
    assert bool(text) == bool(said)


@pytest.mark.parametrize("task", list(TASKS))
def test_from_the_button_to_a_photo_that_is_the_same_outside_the_mask(tmp_path, task, monkeypatch):
    monkeypatch.setattr(large_models, "allowed", lambda source: True)
    pytest.importorskip("diffusers")
    pytest.importorskip("transformers")
    tiny_pipelines.pipeline(task, tmp_path).save_pretrained(tmp_path)
    app = opened(large=TASKS[task].title, large_steps="5", large_side="256", **{f"large_{task}_model": str(tmp_path)})
    assert healthy(app) and button(app).label == "Edit the photo"
    button(app).click().run()
    assert healthy(app)
    editing = app.session_state[large_models_run.KEPT]
    assert editing.moments[-1].step == 5 and editing.request.task == task
    result, opacity = editing.result(PHOTO), editing.request.opacity(PHOTO.shape[:2])
    assert result.shape == PHOTO.shape and not np.array_equal(result, PHOTO)
    if task == "fill":
        assert 0 < (opacity > 0).mean() < 0.1
        assert np.array_equal(result[opacity == 0], PHOTO[opacity == 0])
        assert any("there the largest change is 0 of 255" in block.value for block in app.markdown)
    assert {"PNG at full size", "Film GIF"} <= {each.proto.label for each in app.get("download_button")}


def test_what_cannot_be_read_is_a_sentence_and_the_page_goes_on(tmp_path, monkeypatch):
    pytest.importorskip("diffusers")
    pytest.importorskip("transformers")
    monkeypatch.setattr(large_models, "allowed", lambda source: True)
    app = opened(large_fill_model=str(tmp_path))
    button(app).click().run()
    assert not app.exception and "is no pipeline of diffusers" in app.error[0].value
    assert any("Try this" in block.value for block in app.markdown)


def test_folders_are_not_for_visitors_from_afar_nor_looked_for(monkeypatch, tmp_path):
    monkeypatch.setattr(large_models, "allowed", lambda source: False)
    monkeypatch.setattr(public, "means", None)
    app = opened(large_fill_model=str(tmp_path))
    assert healthy(app) and "From afar" in app.warning[0].value
    assert not any("dit" in each.label for each in app.button)


def test_nothing_said_and_nothing_marked_are_asked_for():
    for wrong, said in ((request(text=""), "Say what should be there"), (request(strokes=()), "Nothing is marked")):
        with pytest.raises(large_models_run.BadRequest, match=said):
            large_models_run.check(wrong, wrong.opacity((20, 20)))
    large_models_run.check(request(task="follow", strokes=()), np.zeros((20, 20), np.uint8))


def test_a_hole_is_looked_at_with_its_surroundings_and_an_instruction_sees_all():
    opacity = request().opacity((2000, 3000))
    rows, columns = looked_at(request(), opacity)
    assert rows.stop - rows.start < 1000 and opacity[rows, columns].sum() == opacity.sum()
    assert looked_at(request(task="follow"), opacity) == (slice(0, 2000), slice(0, 3000))


def test_a_halted_run_keeps_what_there_was(monkeypatch):
    state = {}
    monkeypatch.setattr(large_models_run.st, "session_state", state)
    moment = SimpleNamespace(step=1, steps=4, x0_hat=np.full((16, 16, 3), 9, np.uint8), picture=None)
    where = looked_at(request(), request().opacity(PHOTO.shape[:2]))
    state[large_models_run.KEPT] = editing = Editing(request(), where, [moment])
    assert kept(request(seed=5)) is editing
    assert kept(request(task="follow")) is None and kept(request(digest="y")) is None
    result = editing.result(PHOTO)
    opacity = request().opacity(PHOTO.shape[:2])
    assert (result[opacity == 255] == 9).all() and np.array_equal(result[opacity == 0], PHOTO[opacity == 0])
