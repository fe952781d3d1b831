"""What the page asks for, through the host: streams with attention maps, and sentences for what cannot be done."""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine import cards
from engine.cards import Card
from engine.editing.painting import BEGIN
from engine.editing.tokens import LENGTH
from engine.errors import BadRequest
from engine.host import Host
from engine.scenes import draw, words
from engine.scenes import scene as some_scene

OLD, NEW = "a red circle left of a blue square", "a red circle left of a blue star"
PICTURE = draw(some_scene(0, 1)).image[None].astype(np.float32) / 255
PAINTERS = [("text2scene", OLD, PICTURE), ("ddpm-mnist", 3, PICTURE[:, :1, :28, :28])]


@pytest.fixture
def host(models: SimpleNamespace, companions: Callable, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """A host that holds the small models under their published names."""
    monkeypatch.setattr(cards, "PRETRAINED", tmp_path)
    host = Host(torch.device("cpu"))
    for name in ("text2scene", "instruct-scenes", "judge-scenes", "scene-autoencoder"):
        (tmp_path / name).mkdir()
        text = dict.fromkeys(("kind", "dataset", "licence", "split", "objective", "device", "sha256"), "")
        numbers = dict.fromkeys(("parameters", "seed", "minutes", "steps_done", "steps_full"), 0)
        Card(name=name, title=name, family="editing", config={}, **text, **numbers).save(tmp_path / name)
        host.models.put(name, companions(name, torch.device("cpu")))
    return host


def test_painting_streams_pictures_and_where_each_word_was_looked_for(host: Host):
    records = list(host.stream("text2scene", "paint_words", {"texts": [OLD, NEW], "seed": 1, "steps": 5, "every": 2}))
    assert [record.step for record in records] == [0, 2, 4, 5]
    assert records[0].t == BEGIN and records[-1].t == 0
    for record in records:
        assert record.x0_hat.shape == record.x_t.shape == (2, 3, 64, 64)
        for layer, side in (("down", 8), ("middle", 4), ("up", 8)):
            assert record.attention[layer].shape == (2, LENGTH, side, side)
            np.testing.assert_allclose(record.attention[layer].sum(1), 1, atol=0.01)
            assert record.attention[layer][0, len(words(OLD)) + 1 :].max() == 0
    assert records[0].x is None
    decoded = host.call("scene-autoencoder", "decode", {"z": records[-1].x})
    np.testing.assert_allclose(decoded, records[-1].x_t, atol=2e-3)


def test_the_same_seed_paints_the_same_and_alike_begins_alike(host: Host):
    def first(**options) -> np.ndarray:
        asked = {"texts": [OLD, OLD], "seed": 1, "steps": 3} | options
        return next(host.stream("text2scene", "paint_words", asked)).x_t

    assert np.array_equal(first(), first())
    assert not np.array_equal(first(), first(seed=2))
    apart, alike = first(), first(alike=True)
    assert not np.array_equal(apart[0], apart[1])
    assert np.array_equal(alike[0], alike[1])


def test_rewriting_with_the_same_words_changes_nothing(host: Host):
    asked = {"old": OLD, "new": [OLD, NEW], "steps": 4, "cross": 1.0, "self_": 1.0}
    *_, last = host.stream("text2scene", "rewrite", asked)
    np.testing.assert_allclose(last.x[0], last.x[1], atol=1e-4)
    *_, alone = host.stream("text2scene", "paint_words", {"texts": [OLD], "seed": 0, "steps": 4})
    np.testing.assert_allclose(last.x[0], alone.x[0], atol=1e-4)


def test_rewriting_may_be_confined_to_what_changes(host: Host):
    asked = {"old": OLD, "new": [NEW], "steps": 4, "cross": 0.5, "self_": 0.2, "blend": 0.8}
    *_, last = host.stream("text2scene", "rewrite", asked)
    mask = np.broadcast_to(last.mask, last.x[1:].shape)
    assert 0 < mask.mean() < 1
    assert np.array_equal(last.x[:1][~mask], last.x[1:][~mask])


def test_a_picture_of_ones_own_comes_back_from_its_noise(host: Host):
    """The old text is painted without guidance then, so the first picture is the autoencoder's of the original."""
    x_T = host.call("text2scene", "invert_scene", {"x": PICTURE, "text": OLD, "steps": 20, "rounds": 4})
    *_, last = host.stream("text2scene", "rewrite", {"old": OLD, "new": [NEW], "steps": 20, "x_T": x_T})
    code = host.call("scene-autoencoder", "encode", {"x": PICTURE})
    np.testing.assert_allclose(last.x[0], code[0], atol=0.02)


def test_instructions_are_followed_with_every_pair_of_scales(host: Host):
    w, w_picture = np.float32([1, 3, 7]), np.float32([1, 1, 2])
    asked = {"x": PICTURE, "instruction": "make the circle red", "seed": 0, "steps": 3}
    *_, last = host.stream("instruct-scenes", "follow", asked | {"w": w, "w_picture": w_picture})
    assert last.x.shape == (3, 4, 16, 16)
    *_, alone = host.stream("instruct-scenes", "follow", asked | {"w": 3.0, "w_picture": 1.0})
    np.testing.assert_allclose(last.x[1], alone.x[0], atol=1e-4)


@pytest.mark.parametrize(("model", "said", "picture"), PAINTERS)
def test_what_is_not_marked_stays_to_the_last_bit(host: Host, model: str, said: str | int, picture: np.ndarray):
    keep = np.ones((1, 1, *picture.shape[2:]), bool)
    keep[..., 5:15, 8:20] = False
    asked = {"model": model, "x": picture, "keep": keep, "said": said, "n": 2, "seed": 0, "steps": 3, "rounds": 2}
    *_, last = host.stream("editing", "fill_in", asked)
    mask = np.broadcast_to(keep, last.x_t.shape)
    whole = np.broadcast_to(picture, last.x_t.shape).astype(np.float16)
    assert np.array_equal(last.x_t[mask], whole[mask])
    assert not np.allclose(last.x_t[~mask], whole[~mask], atol=1e-2)
    assert not np.allclose(last.x_t[0], last.x_t[1], atol=1e-2)


@pytest.mark.parametrize(("model", "said", "picture"), PAINTERS)
def test_strength_takes_a_picture_away_from_itself(host: Host, model: str, said: str | int, picture: np.ndarray):
    asked = {"model": model, "x": picture, "said": said, "strengths": [0.0, 0.3, 1.0], "seed": 0, "steps": 6, "w": 1.0}
    none, some, all_ = host.stream("editing", "vary", asked)
    assert [v.strength for v in (none, some, all_)] == [0, 0.3, 1]
    assert np.array_equal(none.picture, none.start)
    if model == "ddpm-mnist":
        np.testing.assert_allclose(none.picture, picture, atol=2e-3)
    drift = [np.abs(v.picture.astype(float) - none.picture).mean() for v in (some, all_)]
    assert 0 < drift[0] < drift[1]


def test_the_judge_says_what_it_sees_and_what_is_missing(host: Host):
    (seen,) = host.call("judge-scenes", "read", {"x": PICTURE})
    assert seen.background.colour
    asked = {"x": PICTURE, "instruction": "make the background white"}
    assert host.call("judge-scenes", "what_is_missing", asked) == ""


@pytest.mark.parametrize(
    ("target", "operation", "asked", "message"),
    [
        ("text2scene", "paint_words", {"texts": ["a dragon"], "seed": 0}, "I never learned 'dragon'. I know: circle"),
        ("text2scene", "paint_words", {"texts": ["  "], "seed": 0}, "Say what to paint"),
        ("text2scene", "paint_words", {"texts": [OLD] * 37, "seed": 0}, "Paint 1…36 pictures at once"),
        ("text2scene", "paint_words", {"texts": [OLD], "seed": 0, "steps": 0}, "in 1…990 steps"),
        ("text2scene", "rewrite", {"old": OLD, "new": [NEW], "weights": np.ones((1, 32))}, r"the shape \(2, 32\)"),
        ("instruct-scenes", "follow", {"x": PICTURE, "instruction": "", "seed": 0}, "Say what to change"),
        ("instruct-scenes", "follow", {"x": PICTURE[..., :9], "instruction": OLD, "seed": 0}, "64×64 pixels in colour"),
        (
            "editing", "fill_in",
            {"model": "text2scene", "x": PICTURE, "keep": np.ones((1, 1, 64, 64), bool), "said": "", "n": 1, "seed": 0},
            "Nothing is marked: brush over",
        ),
        (
            "editing", "vary",
            {"model": "judge-scenes", "x": PICTURE, "said": OLD, "strengths": [0.5], "seed": 0},
            "'judge-scenes' paints neither scenes",
        ),
        (
            "editing", "vary",
            {"model": "ddpm-mnist", "x": PICTURE[:, :1, :28, :28], "said": 12, "strengths": [0.5], "seed": 0},
            "A class lies in 0…9",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(host: Host, target: str, operation: str, asked: dict, message: str):
    with pytest.raises(BadRequest, match=message):
        list(host.stream(target, operation, asked))
