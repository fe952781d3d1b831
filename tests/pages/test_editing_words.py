"""Words on scenes under AppTest and room by room: what is asked, what is read, what is kept when it is halted."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine import cards
from engine.editing.prompts import calm_scene, prompt
from engine.editing.understanding import drawn_from, understood
from engine.errors import BadRequest
from engine.scenes import draw, words
from pages.editing_exhibits import words_film
from pages.editing_exhibits.words_choices import EXAMPLES, OPENING, checked, recoloured, to_weigh
from pages.editing_exhibits.words_film import Film, Request, painted
from pages.editing_exhibits.words_reading import Reading, change, found

PAGE = Path(__file__).resolve().parents[2] / "pages" / "editing.py"
OLD, NEW = OPENING
needs_painter = pytest.mark.skipif(
    not {"text2scene", "scene-autoencoder", "judge-scenes"} <= set(cards.names()), reason="not published"
)


@pytest.fixture(autouse=True)
def _nothing_kept():
    words_film._shared.clear()


def opened(**parameters: str) -> AppTest:
    app = AppTest.from_file(PAGE, default_timeout=300)
    for name, value in {"exhibit": "Words on scenes", "words_steps": "5", **parameters}.items():
        app.query_params[name.replace("_", "-")] = value
    return app.run()


def healthy(app: AppTest) -> bool:
    return not app.exception and not app.error and any("Try this" in block.value for block in app.markdown)


@needs_painter
def test_it_opens_on_a_picture_its_edit_and_what_a_judge_reads_in_both():
    app = opened()
    assert healthy(app)
    assert [text.value for text in app.text_input] == [OLD, NEW]
    assert sum("read by a judge" in block.value for block in app.markdown) == 2
    assert {button.proto.label for button in app.get("download_button")} == {"PNG", "GIF", "NPZ"}


@needs_painter
@pytest.mark.parametrize("broken", ["Injection off", "Text guidance 15"])
def test_what_breaks_it_is_painted_beside_the_kept_version(broken):
    app = opened(**{"break": broken})
    assert healthy(app)
    assert any(f"**{broken}**" in block.value for block in app.markdown)


@needs_painter
def test_a_drawn_scene_comes_back_from_its_noise_and_is_edited():
    app = opened(drawn="true", blend="0.3")
    assert healthy(app)
    assert any("is painted from its noise" in caption.value for caption in app.caption)


@needs_painter
def test_unknown_words_are_named_and_no_words_are_asked_for():
    app = opened(words_new="a red dragon left of a blue square")
    assert not app.exception and "I never learned 'dragon'" in app.error[0].value
    with pytest.raises(BadRequest, match="Say what to paint"):
        checked("  ")


def test_without_a_painter_it_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setattr(cards, "PRETRAINED", tmp_path)
    app = opened()
    assert not app.exception and not app.error
    assert "Not trained yet: text2scene" in app.info[0].value


@needs_painter
def test_an_example_takes_the_place_of_the_prompts():
    app = opened()
    app.get("button_group")[1].set_value("black → beige").run()
    assert healthy(app)
    assert [text.value for text in app.text_input] == list(EXAMPLES["black → beige"])


# what is asked


def test_examples_and_surprises_are_in_the_language_and_change_something():
    surprises = [prompt(calm_scene(11, n), n).text for n in range(50)]
    for old, new in [*EXAMPLES.values(), *((old, recoloured(old)) for old in surprises)]:
        assert checked(new) != old and understood(new) is not None
        assert Request(old, new).alignment.changed.any()


def test_a_naming_or_a_word_can_be_weighed():
    choices = to_weigh("a red star left of a blue star")
    assert choices["a red star"] == (1, 2, 3) and choices["a blue star"] == (6, 7, 8)
    assert choices["star, word 3"] == (3,) and choices["left, word 4"] == (4,)


# the run


def frame(step: int, steps: int, level: float) -> SimpleNamespace:
    """A moment of an even grey, in which every place looks at all tokens alike."""
    maps = {layer: np.full((2, 32, side, side), 1 / 32, np.float16) for layer, side in SIDES.items()}
    x = np.full((2, 3, 64, 64), level, np.float16)
    t = round(1000 * (1 - step / steps))
    return SimpleNamespace(
        step=step, steps=steps, t=t, alpha_bar=1 - t / 1000, x_t=x, x0_hat=x, seconds=0.1, attention=maps, mask=None
    )


SIDES = {"down": 8, "middle": 4, "up": 8}


@pytest.fixture
def run(monkeypatch):
    """A request whose frames are made here, and how often it was painted."""
    count = []

    def frames(self):
        count.append(self)
        yield from (frame(step, 4, step / 4) for step in range(5))

    monkeypatch.setattr(Request, "frames", frames)
    st.session_state.clear()
    return SimpleNamespace(request=Request(OLD, NEW), count=count)


def test_an_equal_request_is_painted_once_for_all_persons_and_again_when_wanted(run):
    film = painted(run.request, st.empty())
    st.session_state.clear()
    assert painted(Request(OLD, NEW), st.empty()) is film and len(run.count) == 1
    assert painted(run.request, st.empty(), again=True) is not film and len(run.count) == 2
    assert film.finished and (film.pictures == 255).all()
    assert film.attention["up"].shape == (5, 2, 1 + len(words(OLD)), 8, 8)


def test_a_halted_run_keeps_what_there_is(run, monkeypatch):
    class Halted(Exception):
        pass

    def halting(request, frame):
        if frame.step == 3:
            raise Halted

    monkeypatch.setattr(words_film, "preview", halting)
    monkeypatch.setattr(words_film, "SECONDS_BETWEEN_PREVIEWS", 0)
    with pytest.raises(Halted):
        painted(run.request, st.empty())
    film = painted(run.request, st.empty())
    assert len(run.count) == 1 and len(film.t) == 4 and not film.finished
    assert not words_film._shared


def test_joined_films_have_one_more_picture_and_the_shorter_length(run):
    whole = Film.of(run.request, [frame(step, 4, 0.0) for step in range(5)])
    short = Film.of(run.request, [frame(step, 4, 1.0) for step in range(3)])
    both = whole.joined(short)
    assert both.x_t.shape[:2] == (3, 3) and both.texts == (OLD, NEW, NEW)
    assert (both.x_t[:, :2] == 0).all() and (both.x_t[:, 2] == 255).all()


# what is read


def drawn(text: str) -> tuple[np.ndarray, Reading]:
    """A scene drawn from a text, as a picture uint8 (64, 64, 3) and as a judge without fault would read it."""
    claim = understood(text)
    scene = drawn_from(claim, 3)
    return np.moveaxis(draw(scene).image, 0, -1), Reading(claim, scene)


def test_a_change_is_told_apart_from_the_rest():
    (before, here), (after, there) = (
        drawn(f"a big {colour} circle left of a small blue square") for colour in ("red", "green")
    )
    found = change([before, after], here, there)
    assert found.inside > 0.2 and found.outside == 0 and 0.05 < found.share < 0.3
    assert change([before, 255 - before], here, there).outside > 0.2
    assert here.holds and here.right == 1
    wrong = Reading(here.claim, there.scene)
    assert not wrong.holds and wrong.right == pytest.approx(5 / 6)
    assert there.told.startswith("a large green circle and a small blue square on a ")


def test_another_background_counts_as_the_changed_place():
    (before, here), (after, there) = (drawn(f"a red circle on a {colour} background") for colour in ("white", "black"))
    assert change([before, after], here, there).inside > 0.5
    assert change([before, after], here, there).share > 0.6


def test_words_that_the_rules_cannot_read_leave_only_the_whole():
    picture, here = drawn("a red circle")
    unread = Reading(None, here.scene)
    assert change([picture, picture], unread, here).inside is None
    assert unread.holds is None and unread.right is None


@needs_painter
def test_the_judge_reads_what_was_drawn():
    picture, reading = drawn("a big yellow heart above a green ring on a black background")
    assert reading.claim.holds(found(picture[None])[0])
