"""/blocks under AppTest: every exhibit opens, its address is read, and nonsense in it is ignored."""

import numpy as np
import pytest

from engine.blocks.convolution import KERNELS
from pages.block_exhibits import address, kernels, picture, quiz

PAGE = "blocks.py"
EXHIBITS = (
    "Convolution", "Which kernel?", "Output size", "Parameters", "Pooling", "Up-sampling", "Normalisation",
    "Linear as 1 × 1",
)  # fmt: skip


def healthy(app) -> bool:
    return not app.exception and not app.error and not app.warning


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_every_exhibit_opens(visit, exhibit):
    app = visit(PAGE, exhibit=exhibit)
    assert healthy(app)
    assert any("Try this" in block.value for block in app.markdown)
    assert app.code


def test_a_race_is_run_once_and_then_shared(visit):
    settings = {"exhibit": "Residual", "race-depth": "5", "race-steps": "50"}
    app = visit(PAGE, **settings)
    assert healthy(app)
    race = app.session_state["race"]
    assert race.record.step == 50
    assert len(race.history) == 50
    other = visit(PAGE, **settings)
    assert healthy(other)
    assert "race" not in other.session_state
    other.button(key="race-again").click().run()
    assert healthy(other)
    assert other.session_state["race"].history == race.history


def test_a_kernel_in_the_address_is_used(visit):
    app = visit(PAGE, exhibit="Convolution", kernel="0 0 0; 0 1/2 0; 0 0 0")
    assert healthy(app)
    assert app.latex[0].value.endswith("= 0.5\n$$")


def test_typing_a_kernel_takes_effect(visit):
    app = visit(PAGE, exhibit="Convolution")
    app.text_input(key="kernel").set_value("1 0 0; 0 0 0; 0 0 0").run()
    assert healthy(app)
    assert app.latex[0].value.endswith("= 1\n$$")
    assert app.text_input(key="kernel").value == "1 0 0; 0 0 0; 0 0 0"


@pytest.mark.parametrize(
    ("exhibit", "key", "nonsense"),
    [
        ("Convolution", "kernel", "1 2 3"),
        ("Convolution", "kernel", "a b c; d e f; g h i"),
        ("Convolution", "kernel", "1/0 0 0; nan 0 0; 0 0 🙂"),
        ("Output size", "walk", "7 3 1 9 1"),
        ("Parameters", "layers", "5x5"),
        ("Pooling", "pool", "9 9 9; 1 2"),
        ("Up-sampling", "up", "7; 1 2; 3 4; 1 1; 1 1"),
    ],
)
def test_nonsense_in_an_address_gives_the_lectures_numbers(visit, exhibit, key, nonsense):
    app, plain = visit(PAGE, exhibit=exhibit, **{key: nonsense}), visit(PAGE, exhibit=exhibit)
    assert healthy(app)
    assert [block.value for block in app.latex] == [block.value for block in plain.latex]


def test_layers_that_cannot_be_joined_are_named(visit):
    app = visit(PAGE, exhibit="Parameters", layers="3x3x3x8 1x1x4x2")
    assert not app.exception
    assert "Layer 1 gives 8 channels, layer 2 expects 4" in app.warning[0].value


def test_the_quiz_counts_the_first_try(visit):
    app = visit(PAGE, exhibit="Which kernel?")
    options, right = quiz.question(1)
    wrong = next(name for name in options if name != right)
    for name in (wrong, right):
        app.button(key=f"quiz-1-{name}").click().run()
        assert not app.exception
    assert right in app.success[0].value
    assert app.metric[0].value == "0 of 1"
    app.button(key="quiz-next").click().run()
    options, right = quiz.question(2)
    app.button(key=f"quiz-2-{right}").click().run()
    assert app.metric[0].value == "1 of 2"


def test_no_question_has_two_right_answers():
    """Kernels that differ make pictures that differ."""
    grey = np.asarray(picture.bundled("china").convert("L"))
    results = {name: kernels.filtered(grey, w) for name, w in quiz.ALL.items()}
    names = list(results)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert np.abs(results[one] - results[other]).max() > 1


def test_a_matrix_survives_the_way_through_the_address():
    for w in KERNELS.values():
        assert address.from_text(address.to_text(w.ravel().tolist(), 3), (9,)) == w.ravel().tolist()


def test_a_colour_picture_is_filtered_channel_by_channel():
    colour = np.asarray(picture.bundled("flower"))
    y = kernels.filtered(colour, KERNELS["blur"])
    assert y.shape == colour.shape
    np.testing.assert_allclose(y[..., 1], kernels.filtered(colour[..., 1], KERNELS["blur"]))
