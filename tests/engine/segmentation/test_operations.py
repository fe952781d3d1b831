from pathlib import Path

import numpy as np
import pytest
import torch

from engine import cards, checkpoints
from engine.cards import Card
from engine.client import InlineEngine
from engine.errors import BadRequest

MODEL = "unet-tiny"
CONFIG = {"data": "horses", "classes": 2, "widths": [4, 6, 8], "patch": 2, "side": 64}


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InlineEngine:
    """An engine over one untrained network."""
    torch.manual_seed(0)
    folder = tmp_path / "pretrained" / MODEL
    module = checkpoints.build("segmentation", "unet", CONFIG)
    for _ in range(20):
        module(torch.rand(4, 3, 64, 64))  # the norms get to know their pictures
    digest = checkpoints.save_weights(module, folder)
    Card(
        MODEL, "Tiny", "segmentation", "unet", CONFIG, 1, "none", "none", "none", "none", 0, "CPU", 0.0, 0, 1, digest
    ).save(folder)  # fmt: skip
    monkeypatch.setattr(cards, "PRETRAINED", folder.parent)
    return InlineEngine()


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (90, 120, 3)).astype(np.uint8)


def test_a_picture_is_segmented_at_the_size_asked_for(engine, picture):
    answer = engine.call(MODEL, "segment", picture=picture, size=(45, 60), logits=True)
    assert answer["probabilities"].shape == answer["logits"].shape == (2, 48, 64)
    assert answer["classes"].shape == (45, 60)
    np.testing.assert_allclose(answer["probabilities"].astype(int).sum(0), 255, atol=1)
    p = 1 / (1 + np.exp(answer["logits"][0].astype(float) - answer["logits"][1]))
    np.testing.assert_allclose(answer["probabilities"][1] / 255, p, atol=0.004)
    assert engine.call(MODEL, "segment", picture=picture)["classes"].shape == (90, 120)


def test_a_picture_can_be_seen_larger_or_smaller(engine, picture):
    for side, seen in ((32, (24, 32)), (128, (96, 128))):
        answer = engine.call(MODEL, "segment", picture=picture, side=side)
        assert answer["probabilities"].shape == (2, *seen)
        assert answer["classes"].shape == (90, 120)
        p = answer["probabilities"][1]
        opacity = engine.call(MODEL, "cut_out", picture=picture, refined=False, side=side)
        assert float(opacity.mean()) == pytest.approx(float(p.mean()), abs=2)
    with pytest.raises(BadRequest, match="32…1024"):
        engine.call(MODEL, "segment", picture=picture, side=5000)


def test_several_looks_at_a_picture_count_as_one(engine, picture):
    answer = engine.call(MODEL, "segment", picture=picture, twice=True)
    assert answer["probabilities"].shape == (2, 76, 102)  # 1.6 times its own 64
    assert answer["classes"].shape == (90, 120)
    opacity = engine.call(MODEL, "cut_out", picture=picture, refined=False, twice=True)
    assert float(opacity.mean()) == pytest.approx(float(answer["probabilities"][1].mean()), abs=2)
    plain = engine.call(MODEL, "segment", picture=picture, side=90)["probabilities"]
    assert not np.array_equal(plain, answer["probabilities"])


def test_the_microscope_looks_at_the_size_that_is_asked_for(engine, picture):
    found = {block.name: tuple(block.shape) for block in engine.call(MODEL, "blocks", height=90, width=120, side=128)}
    assert found["head"] == (2, 96, 128)
    for block, shape in found.items():
        assert engine.call(MODEL, "features", picture=picture, block=block, side=128)["maps"].shape == shape
    maps = engine.call(MODEL, "features", picture=picture, block="encoder0", side=128)["maps"]
    value = {"block": "encoder0", "row": 40, "column": 60, "side": 128}
    sum_of = engine.call(MODEL, "arithmetic", picture=picture, channel=1, **value)
    assert sum_of["output"] == pytest.approx(float(maps[1, 40, 60]), rel=2e-3, abs=1e-4)
    large = engine.call(MODEL, "receptive_field", height=90, width=120, **value)
    small = engine.call(MODEL, "receptive_field", height=90, width=120, **value | {"row": 20, "column": 30, "side": 64})
    assert large["bottom"] - large["top"] < small["bottom"] - small["top"]


def test_skips_can_be_switched_off(engine, picture):
    whole = engine.call(MODEL, "segment", picture=picture)["probabilities"]
    cut = engine.call(MODEL, "segment", picture=picture, skips=["zero", "on"])["probabilities"]
    assert not np.array_equal(whole, cut)


def test_what_all_values_see_is_what_each_one_sees(engine, picture):
    size = {"height": 90, "width": 120}
    for block, rows, columns in (("bottleneck", 6, 8), ("decoder0", 24, 32)):
        found = engine.call(MODEL, "receptive_fields", **size, block=block, rows=rows, columns=columns)
        assert found["rows"].shape == (rows, 2)
        assert found["columns"].shape == (columns, 2)
        for row, column in ((0, 0), (3, 7), (rows - 1, columns - 1)):
            box = engine.call(MODEL, "receptive_field", **size, block=block, row=row, column=column)
            assert [box["top"], box["bottom"]] == found["rows"][row].tolist()
            assert [box["left"], box["right"]] == found["columns"][column].tolist()


def test_the_overview_shows_the_map_that_varies_most(engine, picture):
    shown = engine.call(MODEL, "overview", picture=picture, largest=1000)
    for block, small in shown.items():
        answer = engine.call(MODEL, "features", picture=picture, block=block)
        maps = answer["maps"].astype(np.float32)
        assert answer["inner"] == [0, 0, 1, 1]
        telling = maps[maps.std((1, 2)).argmax()]
        expected = 255 * (telling - telling.min()) / np.ptp(telling)
        np.testing.assert_allclose(small, expected, atol=2.0)  # maps travel as float16
    assert max(engine.call(MODEL, "overview", picture=picture, largest=16)["encoder0"].shape) == 16


def test_the_microscope_agrees_with_itself(engine, picture):
    found = engine.call(MODEL, "blocks", height=90, width=120)
    assert [block.name for block in found] == ["encoder0", "encoder1", "bottleneck", "decoder1", "decoder0", "head"]
    for block in found:
        answer = engine.call(MODEL, "features", picture=picture, block=block.name)
        assert answer["maps"].shape == tuple(block.shape)
        assert all(0 <= share <= 1 for share in answer["inner"])
    maps = engine.call(MODEL, "features", picture=picture, block="decoder0")["maps"]
    numbers = engine.call(MODEL, "arithmetic", picture=picture, block="decoder0", channel=2, row=5, column=7)
    assert numbers["output"] == pytest.approx(float(maps[2, 5, 7]), rel=2e-3, abs=1e-4)
    assert numbers["kernel"].shape == numbers["inputs"].shape
    box = engine.call(MODEL, "receptive_field", height=90, width=120, block="bottleneck", row=3, column=4)
    assert 0 <= box["top"] <= box["bottom"] < 90
    assert 0 <= box["left"] <= box["right"] < 120


def test_a_cut_out_is_as_opaque_as_its_classes_are_likely(engine, picture):
    p = engine.call(MODEL, "segment", picture=picture)["probabilities"][1]
    opacity = engine.call(MODEL, "cut_out", picture=picture, refined=False)
    assert opacity.shape == picture.shape[:2]
    assert float(opacity.mean()) == pytest.approx(float(p.mean()), abs=2)
    assert (engine.call(MODEL, "cut_out", picture=picture, classes=[0, 1]) == 255).all()


def test_things_are_numbered(engine, picture):
    for how in ("watershed", "components"):
        numbers = engine.call(MODEL, "things", picture=picture, how=how)
        assert numbers.shape == (90, 120)
        assert numbers.min() >= 0


@pytest.mark.parametrize(
    ("operation", "arguments", "sentence"),
    [
        ("segment", {"skips": ["on"]}, "has 2 skips"),
        ("segment", {"skips": ["on", "half"]}, "on, zero or mean"),
        ("segment", {"twice": True, "logits": True}, "one look"),
        ("segment", {"size": (0, 9)}, "rows and columns"),
        ("features", {"block": "attic"}, "no block 'attic'"),
        ("arithmetic", {"block": "encoder0", "channel": 99, "row": 0, "column": 0}, "4 × 24 × 32|4 × 32 × 32"),
        ("cut_out", {"classes": [2]}, "0…1"),
        ("things", {"how": "magic"}, "not by 'magic'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(engine, picture, operation, arguments, sentence):
    with pytest.raises(BadRequest, match=sentence):
        engine.call(MODEL, operation, picture=picture, **arguments)
