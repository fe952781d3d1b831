"""/diffusion: Forward, Lanes, Three readings and Break it open finished, answer their controls, and survive junk."""

import re
from dataclasses import replace

import numpy as np
import pytest

from engine import cards
from engine.cards import Metric
from engine.errors import BadRequest
from pages.components.diffusion_film import Film
from pages.diffusion_exhibits import quality
from pages.diffusion_exhibits.break_it import FAULTS
from pages.diffusion_exhibits.in_step import MOMENTS, calls, in_step
from pages.diffusion_exhibits.runs import Run, result
from pages.diffusion_exhibits.shelf import signed

PAGE = "diffusion.py"
EXHIBITS = ("Forward", "Lanes", "Three readings", "Break it")


def healthy(app) -> bool:
    """No exception and no error sentence."""
    return not app.exception and not app.error


def troubles(app) -> list[str]:
    """What went wrong, in words."""
    return [element.value for element in (*app.exception, *app.error, *app.warning)]


def pictures(app) -> list[bytes]:
    """Everything on show that is a picture: walls, shelves and films."""
    walls = [block.proto.body.encode() for block in app.get("html") if "<img" in block.proto.body]
    films = [block.proto.SerializeToString() for block in app.get("bidi_component")]
    return walls + films


def texts(app) -> str:
    """Everything written on the page."""
    return "\n".join(element.value for kind in (app.markdown, app.latex, app.caption) for element in kind)


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_the_exhibit_opens_finished(visit, exhibit):
    app = visit(PAGE, exhibit=exhibit)
    assert healthy(app), troubles(app)
    assert app.segmented_control(key="exhibit").value == exhibit
    assert pictures(app)
    assert app.get("download_button")


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_junk_in_the_address_is_ignored(visit, exhibit):
    junk = {
        "data": "🙂", "source": "?", "subject-mnist": "eleven", "seed": "-5", "t": "1e9", "t-reading": "0",
        "schedule": "x", "told": "maybe", "lanes": "99", "lane1": "euler", "lane1-steps": "0", "lane2-w": "nan",
        "lane3-eta": "7", "lane2-schedule": "sigmoid", "lanes-class-mnist": "ten", "lanes-view": "y", "fault": "all",
        "break-class-mnist": "ten",
    }  # fmt: skip
    app = visit(PAGE, exhibit=exhibit, **junk)
    assert healthy(app), troubles(app)
    assert app.segmented_control(key="exhibit").value == exhibit


def test_another_class_is_destroyed(visit):
    app = visit(PAGE, exhibit="Forward")
    before = pictures(app)
    app.selectbox(key="subject-mnist").set_value("3").run()
    assert healthy(app), troubles(app)
    assert pictures(app) != before


def test_both_schedules_say_what_is_left_of_the_picture(visit):
    app = visit(PAGE, exhibit="Forward", t="500")
    cosine = texts(app)
    assert r"q(x_t|x_0):\quad x_{500}" in cosine
    app.segmented_control(key="schedule").set_value("linear").run()
    assert healthy(app), troubles(app)
    assert texts(app) != cosine


def test_one_output_is_read_anew_at_another_t(visit):
    app = visit(PAGE, exhibit="Three readings")
    before = pictures(app)
    app.slider(key="t-reading").set_value(900).run()
    assert healthy(app), troubles(app)
    assert pictures(app) != before


def test_a_lane_of_another_sampler_paints_other_pictures_and_the_other_lanes_stay(visit):
    app = visit(PAGE, exhibit="Lanes", **{"lane1-steps": "3", "lane2-steps": "3", "lane3-steps": "3"})
    assert healthy(app), troubles(app)
    before = pictures(app)
    app.selectbox(key="lane1").set_value("ddpm").run()
    assert healthy(app), troubles(app)
    kept = set(before) & set(pictures(app))
    assert len(kept) == len(before) - 2  # the first wall and the film


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_shows_in_the_pictures(visit, fault):
    app = visit(PAGE, exhibit="Break it", fault=FAULTS[fault].title)
    assert healthy(app), troubles(app)
    assert FAULTS[fault].happens in texts(app)
    sound, broken = [re.findall(rb'src="(.+?)"', block) for block in pictures(app) if b"wall-row" in block]
    assert len(sound) == len(broken) == 2
    assert not set(sound) & set(broken)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"steps": 0}, "number of steps"), ({"classes": (0, 10)}, "class in 0…9"), ({"sampler": "x"}, "no sampler 'x'")],
)
def test_a_run_that_makes_no_sense_is_refused_in_a_sentence(change, sentence):
    run = Run(**{"model": "ddpm-mnist", "classes": (0, 1), "pictures": 2, "steps": 2} | change)
    with pytest.raises(BadRequest, match=sentence):
        result(run)


def test_the_curve_of_quality_needs_several_measured_points_and_says_on_how_many_samples_they_rest():
    card = replace(cards.read("ddpm-mnist"), metrics={"frechet_lenet_ddim_50": Metric(3.0, 10_000)})
    assert list(quality.measured(card, quality.DDIM)) == [50]
    more = {"frechet_lenet_ddim_10": Metric(9.0, 2_000), "frechet_lenet_ddpm_1000": Metric(6.0, 200)}
    card = replace(card, metrics=card.metrics | more)
    ddim, ddpm = (quality.measured(card, names) for names in (quality.DDIM, quality.DDPM))
    line, point = quality.chart(ddim, ddpm, [20]).data
    assert (line.x, line.y, line.customdata) == ((10, 50), (9.0, 3.0), (2_000, 10_000))
    assert (point.x, point.y, point.customdata) == ((1000,), (6.0,), (200,))


@pytest.mark.parametrize(
    "change", [{}, {"w": 3.0}, {"w": 0.0}, {"sampler": "langevin"}, {"sampler": "dpm_solver"}], ids=str
)
def test_the_work_of_a_run_is_known_beforehand(change):
    run = Run("ddpm-mnist", (0, 1), 2, steps=3, **change)
    assert calls(run) == pytest.approx(result(run).calls, abs=run.pictures)  # Langevin looks once more at the end


def film_of(steps: int, grey: int) -> Film:
    """A film of two 4×4 pictures whose frames have the greys `grey`, `grey` + 1, …"""
    t = np.rint(np.linspace(1000, 0, steps + 1)).astype(int)
    view = np.broadcast_to((grey + np.arange(steps + 1, dtype=np.uint8))[:, None, None, None], (steps + 1, 2, 4, 4))
    return Film(t, view, view, view, np.linspace(0, 1, steps + 1), np.zeros((steps + 1, 2)))


def test_runs_in_step_are_at_the_same_t():
    frames = in_step([film_of(1, 10), film_of(4, 100)], columns=2)
    assert len(frames) == len(MOMENTS)
    for t, frame in zip(MOMENTS, frames, strict=True):
        assert frame[0, 0] == (11 if t == 0 else 10)
        assert frame[0, -1] == 100 + (1000 - t) // 250


def test_a_signed_picture_is_black_coloured_and_white():
    shades = signed(np.array([[-9.0, -3.0, 0.0, 3.0, 9.0]]), "#CC79A7", 3.0)
    np.testing.assert_array_equal(shades[0], [[0] * 3, [0] * 3, [0xCC, 0x79, 0xA7], [255] * 3, [255] * 3])
