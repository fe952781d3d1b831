"""/segmentation under AppTest over untrained networks: pictures of every kind in, a result or a sentence out."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine import cards, checkpoints, client
from engine.cards import Card, Metric
from engine.segmentation.classes import LABELS
from pages.components.mask_view import View
from pages.kit import shown
from pages.segmentation_exhibits import models, photo_view, pictures
from pages.segmentation_exhibits.pictures import Chosen

PAGE = "segmentation.py"
EXHIBITS = ("Your photo", "Skips", "Why is it black?")


def publish(name: str, data: str, widths: list[int], kind: str = "unet", **options) -> None:
    """An untrained network under that name, with a card as training would write it."""
    torch.manual_seed(4)
    classes = len(LABELS[data])
    config = {"data": data, "classes": classes, "widths": widths, "patch": 2, "side": 64} | options
    module = checkpoints.build("segmentation", kind, config)
    for _ in range(20):
        module(torch.rand(4, 3, 64, 64))  # the norms get to know their pictures
    digest = checkpoints.save_weights(module, cards.PRETRAINED / name)
    statistics = {"histogram": torch.full((3, 32), 1 / 32), "mean": torch.full((3,), 0.5), "std": torch.full((3,), 0.3)}
    checkpoints.save_derived(statistics, cards.PRETRAINED / name)
    metrics = {"miou": Metric(0.5, 9)} | {f"miou_without_skip{i}": Metric(0.4, 9) for i in range(len(widths) - 1)}
    Card(
        name, f"U-Net, {data}", "segmentation", kind, config, 1, "none", "none", "none", "none", 0, "CPU", 0.0, 1, 2,
        digest, metrics, limits="Untrained.",
    ).save(cards.PRETRAINED / name)  # fmt: skip


@contextmanager
def bare_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder for networks, and an engine that has loaded nothing yet."""
    folder = tmp_path / "pretrained"
    folder.mkdir()
    monkeypatch.setattr(cards, "PRETRAINED", folder)
    client._chosen.cache_clear()
    yield
    client._chosen.cache_clear()


@pytest.fixture(autouse=True)
def networks(tmp_path, monkeypatch):
    """Two small networks in a folder of their own."""
    with bare_engine(tmp_path, monkeypatch):
        publish("unet-people", "people", [4, 6, 8])
        publish("unet-camvid", "camvid", [4, 6])
        yield


def healthy(app) -> bool:
    return not app.exception and not app.error


def png(array: np.ndarray) -> bytes:
    file = BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("exhibit", EXHIBITS)
@pytest.mark.parametrize("network", ["U-Net, people", "U-Net, camvid"])
def test_every_exhibit_opens_with_every_network(visit, exhibit, network):
    app = visit(PAGE, exhibit=exhibit, network=network)
    assert healthy(app)
    assert app.selectbox(key="network").value == {"U-Net, people": "unet-people"}.get(network, "unet-camvid")
    assert any("Try this" in block.value for block in app.markdown)
    assert app.code


@pytest.mark.parametrize("picture", ["Cameraman", "Coffee", "Temple", "Tissue", "Drawn scene", "Your own"])
def test_every_picture_can_be_chosen(visit, picture):
    app = visit(PAGE, picture=picture)
    assert healthy(app)
    assert app.selectbox(key="picture").value in pictures.SOURCES


SHAPES = (
    ((3000, 300), "RGB"), ((16, 16), "RGB"), ((1, 1), "RGB"), ((90, 60), "L"), ((90, 60), "RGBA"), ((20, 900), "RGB"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("exhibit", "size", "mode"),
    [("Your photo", *shape) for shape in SHAPES] + [(exhibit, (20, 900), "RGB") for exhibit in EXHIBITS[1:]],
)
def test_a_picture_of_any_shape_gets_a_mask(visit, exhibit, size, mode):
    app = visit(PAGE, exhibit=exhibit, picture="Your own")
    shape = size[::-1] if mode == "L" else (*size[::-1], len(mode))
    app.file_uploader[0].upload("mine.png", png(np.random.default_rng(0).integers(0, 256, shape, np.uint8))).run()
    assert healthy(app)
    assert not any("stands in" in caption.value for caption in app.caption)


def test_what_is_no_picture_gets_a_sentence_and_the_others_are_shown(visit):
    app = visit(PAGE, picture="Your own")
    app.file_uploader[0].set_value(
        [("broken.png", b"nothing", "image/png"), ("mine.png", png(np.zeros((40, 50, 3), np.uint8)), "image/png")]
    ).run()
    assert healthy(app)
    assert len(app.warning) == 1
    assert [chosen.name for chosen in app.session_state["segmentation-own"].values()] == ["mine"]


@pytest.mark.parametrize("deed", ["Cut out", "Blur behind", "New background", "Recolour"])
def test_everything_can_be_done_with_it(visit, deed):
    app = visit(PAGE, deed=deed)
    assert healthy(app)
    button = next(button for button in app.get("download_button") if button.proto.label == "PNG at full size")
    assert button


def test_people_are_looked_at_twice_and_the_address_can_say_once(visit):
    twice, once = visit(PAGE, picture="Cameraman"), visit(PAGE, picture="Cameraman", twice="false")
    assert healthy(twice)
    assert healthy(once)
    assert twice.toggle(key="twice").value
    assert not once.toggle(key="twice").value
    told = [next(c.value for c in app.caption if "the network looked at" in c.value) for app in (twice, once)]
    assert "looked at 102 × 102, smaller, and in a mirror," in told[0]
    assert "looked at 64 × 64 and" in told[1]
    with pytest.raises(KeyError):
        visit(PAGE, network="U-Net, camvid").toggle(key="twice")


def test_the_network_of_drawn_scenes_begins_with_one(visit):
    publish("unet-scenes", "scenes", [4, 6])
    app = visit(PAGE)
    app.selectbox(key="network").set_value("unet-scenes").run()
    assert healthy(app)
    assert app.selectbox(key="picture").value == "scene"
    app.selectbox(key="picture").set_value("cat").run()
    assert healthy(app)
    assert app.selectbox(key="picture").value == "cat"


def test_a_broken_picture_is_named(visit):
    app = visit(PAGE, exhibit="Why is it black?", broken="÷ 255 twice")
    assert healthy(app)
    assert any("Divided twice" in warning.value for warning in app.warning)


def test_without_networks_the_page_says_what_to_do(visit, tmp_path, monkeypatch):
    (tmp_path / "none").mkdir()
    monkeypatch.setattr(cards, "PRETRAINED", tmp_path / "none")
    app = visit(PAGE, exhibit="Skips")
    assert healthy(app)
    assert "make train NAME=unet-people" in app.info[0].value


def test_a_view_in_the_address_is_read_and_nonsense_is_ignored(visit):
    app = visit(PAGE, view="20-90-0-3-5", cut="x", broken="magic", picture="?", skip0="2", deed="", strength="9")
    assert healthy(app)
    assert app.session_state["mask-view"] == View(20, 90, False, (3, 5))
    assert photo_view.from_text("61-999-1") == View(61, 100)
    assert photo_view.from_text("one-two") == View()
    assert photo_view.from_text(photo_view.to_text(View(5, 6, False, (1, 2)))) == View(5, 6, False, (1, 2))


def test_a_picture_is_shown_no_larger_than_it_is_and_panoramas_stay_tall():
    assert models.shown_size(np.zeros((16, 16, 3))) == (16, 16)
    assert models.shown_size(np.zeros((1500, 2800, 3))) == (643, 1200)
    assert models.shown_size(np.zeros((600, 6000, 3))) == (300, 3000)


def test_the_digest_tells_pictures_apart_by_content_and_shape():
    flat = np.zeros((2, 8, 3), np.uint8)
    assert Chosen("a", flat).digest == Chosen("b", flat.copy()).digest
    assert Chosen("a", flat).digest != Chosen("a", flat.reshape(4, 4, 3)).digest
    assert Chosen("a", flat).digest != Chosen("a", flat + 1).digest


def test_a_shown_file_lives_as_long_as_a_session_holds_it(monkeypatch):
    sessions = [{}, {}]
    for session in sessions:
        monkeypatch.setattr(shown.st, "session_state", session)
        url = shown.url("key", "image/png", lambda: b"the same bytes")
        assert shown.url("key", "image/png", lambda: pytest.fail("made twice")) == url
    token = url.rsplit("/", 1)[-1]
    assert shown.find(token).data == b"the same bytes"
    sessions[0].clear()
    assert shown.find(token) is not None
    sessions[1].clear()
    assert shown.find(token) is None
