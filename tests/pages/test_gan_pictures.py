"""/gans: Pictures, Conditional, Discriminator and Three families under AppTest, with whatever is published."""

import base64
import json
import re

import numpy as np
import pytest

from engine import cards, client
from pages.components.sample_walls import Lane, sample_walls
from pages.gan_exhibits.conditional import origins
from pages.gan_exhibits.discriminator import auc
from pages.gan_exhibits.families_measured import Family
from pages.gan_exhibits.pictures_models import METHODS, best, counted, entropy, model_of, published

PAGE = "gans.py"
EXHIBITS = ("Pictures", "Conditional", "Discriminator", "Three families")
VIEWS = ("Side by side", "The collapse", "Between two latents", "A slice to touch")
TRAINED = published("mnist")
needs_generators = pytest.mark.skipif(not TRAINED, reason="no picture GAN is published")
needs_two = pytest.mark.skipif(len(TRAINED) < 2, reason="fewer than two picture GANs are published")
needs_conditional = pytest.mark.skipif(
    "gan-conditional-mnist" not in cards.names(), reason="gan-conditional-mnist is not published"
)


def healthy(app) -> bool:
    """No exception and no error sentence."""
    return not app.exception and not app.error


def texts(app) -> str:
    """Everything written on the page."""
    return "\n".join(element.value for kind in (app.markdown, app.latex, app.caption, app.info) for element in kind)


def walls(app) -> dict:
    """What the walls' component was sent: its header."""
    return next(header for header in headers(app) if "lanes" in header)


def headers(app) -> list[dict]:
    """The headers of all the components on the page that are sent bytes."""
    blocks = [block.proto.bytes for block in app.get("bidi_component") if block.proto.bytes]
    return [json.loads(block[4 : 4 + int.from_bytes(block[:4], "little")]) for block in blocks]


@pytest.mark.parametrize("exhibit", EXHIBITS)
@pytest.mark.parametrize("data", ("Digits", "Garments"))
def test_an_exhibit_opens_finished_or_says_what_is_missing(visit, exhibit, data):
    app = visit(PAGE, exhibit=exhibit, data=data)
    assert healthy(app), [e.value for e in (*app.exception, *app.error)]
    assert app.get("download_button") or "make train NAME=gan-" in texts(app)


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_opens_finished_or_says_what_is_missing(visit, view):
    app = visit(PAGE, exhibit="Pictures", **{"gan-view": view})
    assert healthy(app), [e.value for e in (*app.exception, *app.error)]
    assert app.get("download_button") or "make train NAME=gan-" in texts(app)


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_nothing_published_is_a_sentence(visit, exhibit, monkeypatch):
    genuine = cards.names
    monkeypatch.setattr(cards, "names", lambda: [name for name in genuine() if not name.startswith("gan-")])
    app = visit(PAGE, exhibit=exhibit)
    assert healthy(app), [e.value for e in (*app.exception, *app.error)]
    assert "make train NAME=gan-" in texts(app)


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_junk_in_the_address_is_ignored(visit, exhibit):
    junk = dict.fromkeys(
        ("data", "seed", "gan-view", "gan-lanes-mnist", "gan-length", "d-of-mnist", "conditional-rows"), "?!"
    )
    assert healthy(visit(PAGE, exhibit=exhibit, **junk, **{"families-steps": "1e9"}))


# pictures


@needs_two
def test_every_lane_is_given_the_same_latents_and_counted(visit, monkeypatch):
    engine, asked = client.engine(), {}
    genuine = engine.call

    def call(target, operation, **arguments):
        if operation == "generate":
            asked[target] = arguments["z"]
        return genuine(target, operation, **arguments)

    monkeypatch.setattr(engine, "call", call)
    app = visit(PAGE, exhibit="Pictures")
    assert healthy(app)
    assert len({z.tobytes() for z in asked.values()}) == 1
    lanes = walls(app)["lanes"]
    assert [lane["title"] for lane in lanes] == [METHODS[name.split("-", 1)[1].rsplit("-", 1)[0]] for name in asked]
    for lane in lanes:
        classes = len(set(lane["readings"][0]))
        assert f"| {lane['title']} | **{classes}** |" in texts(app)


@needs_generators
def test_new_latents_are_new_pictures(visit):
    app = visit(PAGE, exhibit="Pictures")
    before = walls(app)
    next(button for button in app.button if button.label == "New latents").click().run()
    assert healthy(app)
    assert app.number_input(key="seed").value == 8
    assert walls(app)["digest"] != before["digest"]


@needs_generators
def test_latents_without_length_are_all_one_picture(visit):
    app = visit(PAGE, exhibit="Pictures")
    app.slider(key="gan-length").set_value(0.0).run()
    assert healthy(app)
    assert all(len(set(lane["readings"][0])) == 1 for lane in walls(app)["lanes"])


@pytest.mark.skipif("gan-vanilla-mnist" not in cards.names(), reason="gan-vanilla-mnist is not published")
def test_a_training_has_a_frame_a_snapshot_that_ends_in_the_finished_generator(visit):
    film = walls(visit(PAGE, exhibit="Pictures", **{"gan-view": "The collapse"}))
    steps = cards.derived("gan-vanilla-mnist")["snapshot_steps"]
    assert film["count"] == film["lanes"][0]["frames"] == len(steps) == len(film["captions"])
    assert film["captions"][-1].startswith(f"step {int(steps[-1]):,} ")
    finished = next(
        lane for lane in walls(visit(PAGE, exhibit="Pictures"))["lanes"] if lane["title"] == METHODS["vanilla"]
    )
    agree = np.mean(np.array(film["lanes"][0]["readings"][-1]) == np.array(finished["readings"][0]))
    assert agree > 0.9  # the last snapshot is kept in half precision


@needs_generators
def test_a_walk_between_equal_seeds_stands_still(visit):
    app = visit(PAGE, exhibit="Pictures", seed="4", **{"gan-view": "Between two latents", "seed-to": "4"})
    assert healthy(app)
    assert "fastest / mean step" in texts(app)
    assert " → " not in texts(app)


@needs_generators
def test_a_slice_asks_the_route_of_its_own_generator(visit):
    app = visit(PAGE, exhibit="Pictures", **{"gan-view": "A slice to touch"})
    maps = next(header for header in headers(app) if "maps" in header)
    assert maps["maps"][0]["url"] == f"/api/generate/{model_of(TRAINED[0], 'mnist')}"
    assert np.allclose(np.array(maps["axes"]) @ np.array(maps["axes"]).T, np.eye(3), atol=1e-4)


def test_entropy_is_the_logarithm_of_how_many_share_alike():
    assert entropy(np.array([5, 5, 0, 0])) == pytest.approx(np.log(2))
    assert entropy(np.array([0, 7, 0])) == 0


@needs_generators
def test_the_best_method_has_the_least_distance():
    distances = {
        method: cards.read(model_of(method, "mnist")).metrics["frechet_lenet"].value
        for method in TRAINED
        if "frechet_lenet" in cards.read(model_of(method, "mnist")).metrics
    }
    if distances:
        assert distances[best(TRAINED, "mnist")] == min(distances.values())


@needs_generators
def test_counted_shares_add_up(visit):
    for method in TRAINED:
        shares = counted(model_of(method, "mnist"), "class_shares", 1)
        assert shares is None or np.allclose(shares.sum(1), 1, atol=0.01)


def test_lanes_of_different_lengths_do_not_fit():
    lanes = [Lane("a", np.zeros((n, 4, 28, 28), np.uint8), np.ones((n, 4, 10)) / 10) for n in (3, 2)]
    with pytest.raises(ValueError, match="equally many frames"):
        sample_walls(key="misfits", lanes=lanes, classes=tuple("0123456789"))


# conditional


@needs_conditional
def test_rows_share_noise_and_columns_share_the_class(visit):
    app = visit(PAGE, exhibit="Conditional", **{"conditional-rows": "3"})
    assert healthy(app)
    html = next(block.proto.body for block in app.get("html") if "verdicts" in block.proto.body)
    assert html.count("<img") == 30
    right = sum(int(count) for count in re.findall(r"(\d+)/10 right", html))
    assert html.count("class='picture wrong'") == 30 - right
    assert f"**{right} of 30**" in texts(app)


@needs_conditional
def test_without_noise_all_rows_are_equal(visit):
    app = visit(PAGE, exhibit="Conditional", **{"conditional-length": "0"})
    html = next(block.proto.body for block in app.get("html") if "verdicts" in block.proto.body)
    rows = [re.findall(r"src='([^']+)'", row) for row in html.split("<tr")[2:]]
    assert all(row == rows[0] for row in rows)
    assert "the class alone explains **100%**" in texts(app)


def test_the_variance_of_a_table_is_divided_by_its_origins():
    rng = np.random.default_rng(0)
    by_class, by_noise = rng.normal(size=(1, 5, 8, 8)), rng.normal(size=(4, 1, 8, 8))
    assert origins(np.broadcast_to(by_class, (4, 5, 8, 8))) == pytest.approx((1, 0, 0), abs=1e-9)
    assert origins(np.broadcast_to(by_noise, (4, 5, 8, 8))) == pytest.approx((0, 1, 0), abs=1e-9)
    assert origins(by_class + by_noise)[2] == pytest.approx(0, abs=1e-9)
    assert origins(rng.normal(size=(40, 40, 8, 8)))[2] > 0.9
    assert origins(np.ones((4, 5, 8, 8))) == (0, 0, 0)


# discriminator


def test_a_blind_discriminator_ranks_half_of_the_pairs_rightly():
    assert auc(np.zeros(5), np.zeros(7)) == 0.5
    assert auc(np.array([1.0, 2.0]), np.array([0.0, -1.0])) == 1
    assert auc(np.array([0.0, 2.0]), np.array([1.0])) == 0.5


@needs_generators
def test_a_drawing_is_judged_beside_the_others(visit):
    app = visit(PAGE, exhibit="Discriminator")
    assert "| yours |" not in texts(app)
    ink = np.zeros((28, 28), np.uint8)
    ink[4:24, 13:16] = 255
    app.session_state["d-own-sketch"] = {"pixels": base64.b64encode(ink).decode()}
    app.run()
    assert healthy(app)
    assert "| yours | 1 |" in texts(app)


@needs_two
def test_fakes_of_another_generator_can_be_shown(visit):
    app = visit(PAGE, exhibit="Discriminator")
    chooser = app.selectbox(key="d-fakes-mnist")
    other = next(method for method in chooser.options if method != "its own generator")
    chooser.select(next(method for method, title in METHODS.items() if title == other)).run()
    assert healthy(app)
    assert f"generated, {other}" in texts(app)


# three families


def family(title: str, pictures: np.ndarray, **changes) -> Family:
    """A family for which the judge is sure of class 0."""
    p = np.eye(10)[np.zeros(len(pictures), int)]
    return Family(title, "vae20-mnist", pictures, p, **{"passes": 1, "seconds": 0.1, **changes})


def test_soft_pictures_are_measured_as_soft():
    hard = np.zeros((2, 28, 28))
    hard[:, 8:20, 8:20] = 1
    soft = (hard + np.roll(hard, 1, 1) + np.roll(hard, 2, 1) + np.roll(hard, 3, 1)) / 4
    soft = (soft + np.roll(soft, 1, 2) + np.roll(soft, 2, 2) + np.roll(soft, 3, 2)) / 4
    assert family("soft", soft).sharpness < family("hard", hard).sharpness


def test_diffusion_takes_as_many_passes_as_steps_and_the_others_one(visit):
    app = visit(PAGE, exhibit="Three families", **{"families-steps": "4"})
    assert healthy(app), [e.value for e in (*app.exception, *app.error)]
    passes = next(line for line in texts(app).splitlines() if line.startswith("| Passes a picture"))
    cells = [cell.strip() for cell in passes.strip("|").split("|")][1:]
    assert cells == ["1"] * (len(cells) - 1) + ["4"]


def test_a_guess_is_answered_by_the_measurement(visit):
    app = visit(PAGE, exhibit="Three families", **{"families-steps": "4", "quiz-passes": "VAE"})
    assert healthy(app)
    assert "Measured otherwise:** Diffusion" in texts(app).replace("]", "")
    app.segmented_control(key="quiz-passes").set_value("Diffusion").run()
    assert "Yes.**" in texts(app)
