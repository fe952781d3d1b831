"""/gans, Race and Break it: what races, the films that are shared, and what a component reads of them."""

import io
import json
import struct
import time
from dataclasses import replace

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from engine.gans.methods import Settings
from engine.gans.toys import ring
from pages.gan_exhibits import race_films, race_records
from pages.gan_exhibits.gan_break_it import FAULTS
from pages.gan_exhibits.race import TITLES
from pages.gan_exhibits.race_films import Race
from pages.gan_exhibits.race_presets import CHOICES, DATA
from pages.routes import ROUTES

PAGE = "gans.py"
SMALL = Settings(width=16, batch=32, horizon=0)


@pytest.fixture
def film():
    """A film that nobody else asks for."""
    return race_films.film_of(Race("ring", ring(), ("vanilla", "r3"), replace(SMALL, seed=time.monotonic_ns() % 2**31)))


def made(film, steps: int):
    """The film, once it has reached that step."""
    while film.step < steps and not film.sentence:
        film.watch("test", steps)
        time.sleep(0.02)
    return film


def read(news: bytes) -> tuple[dict, list[tuple]]:
    """What a component makes of an answer: header and records."""
    (length,) = struct.unpack_from("<I", news)
    header, start, records = json.loads(news[4 : 4 + length]), 4 + length, []
    for size in header["sizes"]:
        records.append(race_records.unpacked(news[start : start + size]))
        start += size
    assert start == len(news)
    return header, records


def healthy(app) -> bool:
    return not app.exception and not app.error


def test_it_opens_with_four_lanes_and_every_preset_sets_the_controls(visit):
    app = visit(PAGE)
    assert healthy(app)
    assert app.multiselect(key="race-methods").value == ["vanilla", "ns", "wgan-gp", "r3"]
    for name, preset in CHOICES.items():
        app.button(key=f"race-preset-{name}").click().run()
        assert healthy(app)
        assert app.multiselect(key="race-methods").value == list(preset.lanes)
        assert app.select_slider(key="race-steps").value == preset.steps
        assert app.slider(key="race-k").value == preset.settings.critics
        assert app.toggle(key="race-noise").value is preset.settings.noise


def test_every_toy_races(visit):
    for name in DATA:
        app = visit(PAGE, **{"race-data": TITLES[name]})
        assert healthy(app)
        assert app.selectbox(key="race-data").value == name


def test_nothing_drawn_and_nobody_chosen_are_asked_for(visit):
    app = visit(PAGE, **{"race-data": TITLES["drawn"]})
    assert healthy(app)
    assert "draw" in app.info[0].value
    app = visit(PAGE)
    app.multiselect(key="race-methods").set_value([]).run()
    assert healthy(app)
    assert "Choose at least one method" in app.info[0].value


def test_junk_in_the_address_is_ignored(visit):
    app = visit(PAGE, **{"race-data": "?", "race-k": "99", "race-seed": "-1", "race-methods": "magic"})
    assert healthy(app)
    assert app.slider(key="race-k").value == 3


def test_every_fault_opens(visit):
    for name, fault in FAULTS.items():
        app = visit(PAGE, **{"exhibit": "Break it", "gan-fault": fault.title})
        assert healthy(app)
        assert app.radio(key="gan-fault").value == name


def test_equal_races_share_a_film_and_other_seeds_do_not(film):
    assert race_films.film_of(film.race) is film
    other = replace(film.race, settings=replace(film.race.settings, seed=1))
    assert race_films.film_of(other) is not film


def test_a_film_holds_every_step_and_ends_at_the_goal(film):
    made(film, 12)
    header, records = read(film.news(0))
    assert header["count"] == len(records)
    assert records[0][0]["step"] == 0
    assert records[-1][0]["step"] == film.step == 12
    assert sum(arrays["d_loss"].shape[1] for _, arrays in records) == 12
    assert np.isfinite(np.concatenate([arrays["g_loss"] for _, arrays in records], 1)).all()
    assert [head["at"] for head, _ in records] == sorted({head["at"] for head, _ in records})
    known = len(records) - 1
    assert read(film.news(known))[1][0][0] == records[-1][0]


def test_who_stops_asking_stops_the_race(film):
    film.watch("test", 20_000)
    film.watch("test", 0)
    while film.running:
        time.sleep(0.02)
    assert film.step < 20_000


def test_a_pause_changes_no_number(film):
    made(made(film, 4), 9)
    again = race_films.Film(film.race)
    made(again, 9)
    (_, resumed), (_, straight) = (read(each.news(0))[1][-1] for each in (film, again))
    assert np.array_equal(resumed["fakes"], straight["fakes"])


def test_an_update_by_hand_moves_one_player_of_a_copy(film):
    made(film, 3)
    own = race_films.own(film)
    own.update("discriminator")
    before, after = (race_records.unpacked(own.records[i]) for i in (-2, -1))
    assert after[0]["side"] == "discriminator"
    assert np.array_equal(before[1]["fakes"], after[1]["fakes"])
    assert not np.array_equal(before[1]["landscape"], after[1]["landscape"])
    own.update("generator")
    moved = race_records.unpacked(own.records[-1])[1]
    assert not np.array_equal(after[1]["fakes"], moved["fakes"])
    assert film.step == 3
    assert race_films.own(own) is own


def test_the_archive_holds_the_whole_film(film):
    made(film, 6)
    arrays = np.load(io.BytesIO(race_records.archive(film.records, ("a", "b"))))
    assert arrays["lanes"].tolist() == ["a", "b"]
    assert arrays["fakes"].shape == (len(film.records), 2, 512, 2)
    assert arrays["d_real"].shape == (2, 6)
    assert np.load(io.BytesIO(race_records.archive([], ("a",))))["lanes"].tolist() == ["a"]


def test_the_browser_reads_and_updates_a_film_by_url(film):
    browser = TestClient(Starlette(routes=ROUTES))
    url = f"/api/race/{film.token}"
    while film.step < 2:
        assert browser.get(url, params={"goal": 2, "watcher": "me"}).status_code == 200
    answer = browser.post(f"{url}/generator", params={"known": len(film.records)})
    header, records = read(answer.content)
    assert header["token"] != film.token
    assert [head["side"] for head, _ in records] == ["generator"]
    assert read(browser.get(url, params={"known": "🙂", "goal": "-1"}).content)[0]["count"] == len(film.records)
    assert browser.post(f"{url}/nobody").status_code == 404
    assert browser.get("/api/race/unknown").status_code == 404


def test_an_engine_that_fails_says_so_and_the_race_can_go_on(film, monkeypatch):
    wrong = replace(film.race, settings=replace(film.race.settings, batch=30))
    failing = race_films.Film(wrong)
    made(failing, 1)
    assert "multiple of 4" in failing.sentence
    assert read(failing.news(0))[0]["sentence"] == failing.sentence
