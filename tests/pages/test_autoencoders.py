"""/autoencoders: every exhibit runs, answers its controls, and survives bad input."""

import base64
import shutil

import numpy as np
import pytest

from engine import cards

EXHIBITS = (
    "Atlas", "5-D and 20-D", "Your own", "Arithmetic", "Corrupt and restore", "VQ codes", "Break it", "Why variational",
    "Train it now",
)  # fmt: skip
PAGE = "autoencoders.py"


def texts(app) -> str:
    """Everything written on the page."""
    return "\n".join(element.value for kind in (app.markdown, app.latex, app.caption) for element in kind)


def walls(app) -> list[str]:
    """The pictures on the page, as the HTML that holds them."""
    return [block.proto.body for block in app.get("html") if "<img" in block.proto.body]


def healthy(app) -> bool:
    """No exception and no error sentence."""
    return not app.exception and not app.error


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_every_exhibit_opens_finished(visit, exhibit):
    app = visit(PAGE, exhibit=exhibit)
    assert healthy(app), [e.value for e in (*app.exception, *app.error)]
    assert app.segmented_control(key="exhibit").value == exhibit


@pytest.mark.parametrize("exhibit", EXHIBITS[:7])
def test_every_exhibit_knows_garments(visit, exhibit):
    app = visit(PAGE, exhibit=exhibit, data="Garments", arith="Garments")
    assert healthy(app), [e.value for e in (*app.exception, *app.error)]


def test_junk_in_the_address_is_ignored(visit):
    junk = {"exhibit": "?", "beta": "abc", "pins": "1,2;x;;nan,0;1e99,0;3", "data": "🙂", "seed": "-5", "d": "999"}
    app = visit(PAGE, **junk)
    assert healthy(app)
    assert app.segmented_control(key="exhibit").value == "Atlas"
    for exhibit in EXHIBITS[1:]:
        assert healthy(visit(PAGE, **junk | {"exhibit": exhibit}))


def test_two_pins_in_the_address_can_be_taken_home(visit):
    assert not visit(PAGE, pins="1.00,0.50").get("download_button")
    app = visit(PAGE, pins="-1.00,0.50;1.00,-0.50")
    assert {button.label for button in app.get("download_button")} == {"Strips PNG", "Path GIF", "Path NPZ"}


def test_every_beta_has_its_own_map_and_figures(visit):
    figures = {beta: texts(visit(PAGE, beta=beta)) for beta in ("0", "1", "100")}
    assert len(set(figures.values())) == 3


def test_arithmetic_adds_nothing_at_strength_zero(visit):
    app = visit(PAGE, exhibit="Arithmetic", strength="0.0")
    assert healthy(app)
    before = walls(app)
    app.slider(key="strength").set_value(1.5).run()
    assert walls(app) != before


def test_the_denoiser_wins_on_noise_and_the_masked_one_on_holes(visit):
    assert "**denoising** restores best" in texts(visit(PAGE, exhibit="Corrupt and restore", sigma="0.6", share="0.0"))
    assert "**masked** restores best" in texts(visit(PAGE, exhibit="Corrupt and restore", sigma="0.0", share="0.5"))


def test_a_drawing_goes_through_every_lane(visit):
    app = visit(PAGE, exhibit="Your own")
    ink = np.zeros((28, 28), np.uint8)
    ink[5:23, 13:15] = 255
    before = walls(app)
    app.session_state["own-sketch"] = {"pixels": base64.b64encode(ink.tobytes()).decode()}
    app.run()
    assert healthy(app)
    assert walls(app) != before
    assert walls(app)[0].count("<figure") == 11
    assert "Looks like the data" in texts(app)


def test_noise_is_an_anomaly(visit):
    app = visit(PAGE, exhibit="Your own")
    noise = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    app.session_state["own-sketch"] = {"pixels": base64.b64encode(noise.tobytes()).decode()}
    app.run()
    assert "An anomaly" in texts(app)


def test_the_posterior_collapses_at_a_high_beta(visit):
    assert "Collapsed." in texts(visit(PAGE, exhibit="Break it", broken="Posterior collapse", **{"broken-beta": "100"}))
    assert "Collapsed." not in texts(visit(PAGE, exhibit="Break it", broken="Posterior collapse"))


def test_the_lectures_divergences(visit):
    app = visit(PAGE, exhibit="Why variational", why_part="Divergences")
    values = " ".join([texts(app), *(metric.value for metric in app.metric)])
    assert "0.0853" in values
    assert "0.0975" in values


def test_training_in_the_page_runs_to_the_end_and_can_be_kept(visit):
    app = visit(PAGE, exhibit="Train it now")
    app.slider(key="live-steps").set_value(100)
    next(button for button in app.button if button.label == "Train").click().run()
    assert healthy(app)
    record = app.session_state["live"]["record"]
    assert record.step == record.steps == 100
    assert record.weights
    next(button for button in app.button if button.label == "Keep for the atlas").click().run()
    title = next(iter(app.session_state["kept"]))
    app.segmented_control(key="exhibit").set_value("Atlas").run()
    assert title in app.segmented_control(key="data").options


def test_a_training_that_diverges_says_so_in_a_sentence(visit):
    app = visit(PAGE, exhibit="Train it now")
    app.select_slider(key="live-lr").set_value(0.1)
    app.slider(key="live-steps").set_value(400)
    next(button for button in app.button if button.label == "Train").click().run()
    assert not app.exception


def test_a_missing_checkpoint_is_named_and_other_exhibits_go_on(visit, tmp_path, monkeypatch):
    folder = tmp_path / "pretrained"
    shutil.copytree(cards.PRETRAINED, folder)
    monkeypatch.setattr(cards, "PRETRAINED", folder)
    shutil.rmtree(folder / "vae2-fashion")
    damaged = folder / "vqvae-fashion" / "weights.safetensors"
    damaged.write_bytes(damaged.read_bytes()[:100])

    app = visit(PAGE, data="Garments")
    assert not app.exception
    assert "git checkout pretrained/vae2-fashion" in app.error[0].value
    assert healthy(visit(PAGE))
    listing = visit("model_cards.py")
    assert "vqvae-fashion/weights.safetensors is damaged" in listing.error[0].value
