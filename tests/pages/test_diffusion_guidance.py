"""/diffusion: Guidance, Noise space, Latent and Public models under AppTest."""

import base64
import re

import numpy as np
import pytest
import streamlit as st

from engine import cards, client
from engine.errors import BrokenCheckpoint
from pages.diffusion_exhibits import public

PAGE = "diffusion.py"
EXHIBITS = ("Guidance", "Noise space", "Latent", "Public models")
INVERSION = {"exhibit": "Noise space", "noise-view": "The noise of a picture"}

pytestmark = pytest.mark.skipif("ddpm-mnist" not in cards.names(), reason="ddpm-mnist is not published")


def healthy(app) -> bool:
    """No exception and no error sentence."""
    return not app.exception and not app.error


def texts(app) -> str:
    """Everything written on the page."""
    return "\n".join(element.value for kind in (app.markdown, app.latex, app.caption, app.info) for element in kind)


def walls(app) -> list[str]:
    """The pictures on the page, as the HTML that holds them."""
    return [block.proto.body for block in app.get("html") if "<img" in block.proto.body]


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_an_exhibit_opens_finished(visit, exhibit):
    app = visit(PAGE, exhibit=exhibit)
    assert healthy(app), [e.value for e in (*app.exception, *app.error)]
    assert app.segmented_control(key="exhibit").value == exhibit
    assert app.get("download_button") or exhibit == "Public models"


@pytest.mark.parametrize("exhibit", EXHIBITS)
def test_junk_in_the_address_is_ignored(visit, exhibit):
    junk = dict.fromkeys(
        ("data", "seed", "guide-w", "guide-view", "guide-steps", "noise-view", "walk-w", "seed-to", "latent-w"), "?!"
    )
    assert healthy(visit(PAGE, exhibit=exhibit, **junk, **{"public-steps": "1e9", "latent-steps": "-3"}))


# guidance


def test_one_noise_without_a_class_is_one_picture(visit):
    app = visit(PAGE, exhibit="Guidance")
    rows = walls(app)[0].split("<tr")[2:]
    sources = [{part.split("'")[0] for part in row.split("src='")[1:]} for row in rows]
    assert len(rows) == 5
    assert len(sources[0]) == 1
    assert len(sources[1]) == 10


def test_the_dial_adds_its_own_row_and_its_numbers(visit):
    app = visit(PAGE, exhibit="Guidance")
    app.slider(key="guide-w").set_value(5.5).run()
    assert healthy(app)
    assert "w = 5.5" in walls(app)[0]
    assert any("+ 5.5 " in latex.value for latex in app.latex)


def test_the_judge_marks_exactly_what_it_misreads(visit):
    app = visit(PAGE, exhibit="Guidance")
    table = walls(app)[0]
    right = sum(int(part.rsplit(">", 1)[1]) for part in table.split("/10 right")[:-1])
    assert table.count("class='picture wrong'") == 50 - right
    assert right < 50  # nine of ten are misread where the class goes unheard


def test_many_noises_show_what_guidance_costs(visit):
    app = visit(PAGE, exhibit="Guidance", **{"guide-view": "Noises"})
    assert healthy(app)
    assert walls(app)[0].count("spread") == 5
    assert "whatever the class does not share" in texts(app)


@pytest.mark.skipif("noisy-classifier-mnist" not in cards.names(), reason="noisy-classifier-mnist is not published")
def test_a_classifier_guides_to_other_pictures(visit):
    app = visit(PAGE, exhibit="Guidance")
    free = walls(app)
    app.segmented_control(key="guide").set_value("classifier").run()
    assert healthy(app), [e.value for e in (*app.exception, *app.error)]
    assert walls(app) != free
    assert any("log p(y" in latex.value for latex in app.latex)


def test_fewer_classes_are_fewer_columns(visit):
    app = visit(PAGE, exhibit="Guidance")
    app.pills(key="guide-classes-mnist").set_value(["3", "8"]).run()
    assert healthy(app)
    assert walls(app)[0].count("<img") == 10


# noise space


def test_a_walk_goes_from_seed_to_seed(visit):
    app = visit(PAGE, exhibit="Noise space")
    before = walls(app)
    app.number_input(key="seed-to").set_value(5).run()
    assert healthy(app)
    assert walls(app) != before


def test_shorter_noise_breaks_the_pictures(visit):
    app = visit(PAGE, exhibit="Noise space")
    before = walls(app)
    app.slider(key="walk-length").set_value(0.5).run()
    assert healthy(app)
    assert walls(app) != before


def test_equal_seeds_are_no_walk(visit):
    app = visit(PAGE, exhibit="Noise space", seed="4", **{"seed-to": "4"})
    assert healthy(app)
    assert "cos = 1.000" in texts(app)


def test_corrections_bring_a_picture_back_more_truly(visit):
    plain, corrected = (visit(PAGE, **INVERSION, **{"invert-rounds": rounds}) for rounds in ("0", "3"))
    assert healthy(plain) and healthy(corrected)
    errors = [float(re.search(r"error of \*\*([\d.]+)", texts(app))[1]) for app in (plain, corrected)]
    assert errors[1] < errors[0] / 2


def test_a_drawing_takes_the_place_of_the_dreamt_one(visit):
    app = visit(PAGE, **INVERSION)
    before = walls(app)
    ink = np.zeros((28, 28), np.uint8)
    ink[4:24, 13:16] = 255
    app.session_state["invert-sketch"] = {"pixels": base64.b64encode(ink).decode()}
    app.run()
    assert healthy(app)
    assert walls(app) != before


# latent


def test_what_is_missing_is_one_sentence_and_the_pixels_play(visit):
    app = visit(PAGE, exhibit="Latent")
    assert "| 1,024 |" in texts(app) and "| 1 × 32 × 32 |" in texts(app)
    if "latent-ddpm-mnist" in cards.names():
        assert "| 98 |" in texts(app)
    else:
        assert "`latent-ddpm-mnist` is not in pretrained/ yet" in app.info[0].value


# public models


def visiting_from(monkeypatch, address: str | None) -> None:
    """AppTest knows no address; None is the machine itself."""
    monkeypatch.setattr(type(st.context), "ip_address", property(lambda _: address))


def test_a_public_model_plays_in_the_same_player(visit, tmp_path, monkeypatch):
    diffusers = pytest.importorskip("diffusers")
    visiting_from(monkeypatch, None)
    unet = diffusers.UNet2DModel(
        sample_size=8, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4, attention_head_dim=4,
        down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2,
    )  # fmt: skip
    diffusers.DDPMPipeline(unet, diffusers.DDPMScheduler()).save_pretrained(tmp_path)
    app = visit(PAGE, exhibit="Public models", public=str(tmp_path))
    assert "our own `ddpm-mnist` stands in" in texts(app)
    next(button for button in app.button if button.label == "Fetch and play").click().run()
    assert healthy(app), [e.value for e in (*app.exception, *app.error)]
    assert "80 pictures through the network" in texts(app)
    app.slider(key="public-count").set_value(2).run()
    assert "press the button for the new settings" in texts(app)


def test_what_cannot_be_fetched_is_a_sentence_and_the_film_stays(visit, monkeypatch):
    app = visit(PAGE, exhibit="Public models")
    engine, sentence = client.engine(), "There is no public model 'a/b' on the Hugging Face hub."
    genuine = engine.stream

    def stream(target, operation, **arguments):
        if operation == "fetch_public":
            raise BrokenCheckpoint(sentence)
        return genuine(target, operation, **arguments)

    monkeypatch.setattr(engine, "stream", stream)
    next(button for button in app.button if button.label == "Fetch and play").click().run()
    assert not app.exception
    assert [error.value for error in app.error] == [sentence]
    assert "our own `ddpm-mnist` stands in" in texts(app)


@pytest.mark.parametrize(("source", "refused"), [("/etc", True), ("../other", True), ("someone/model", False)])
def test_a_visitor_from_afar_names_models_on_the_hub_only(visit, monkeypatch, source, refused):
    visiting_from(monkeypatch, "203.0.113.7")
    app, asked = visit(PAGE, exhibit="Public models", public=source), []
    monkeypatch.setattr(client.engine(), "stream", lambda *_, source, **__: asked.append(source) or iter(()))
    monkeypatch.setattr(public, "live_result", lambda *_, **__: None)
    next(button for button in app.button if button.label == "Fetch and play").click().run()
    assert any("From afar" in warning.value for warning in app.warning) == refused
    assert asked == ([] if refused else [source])
