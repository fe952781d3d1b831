"""What the models learn from, what they minimise, how they are measured; on tiny copies of the data."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine import cards, checkpoints, datasets, scenes
from engine.clip import batches, data, evaluation, gallery, scene_pairs
from engine.clip.augmentation import View
from engine.clip.batches import NAMED, Classes, Pairs, PhotoBatches, drop, trimmed
from engine.clip.evaluation import UNNAMED, recalls
from engine.clip.recipes import RECIPES
from engine.clip.scene_batches import one_of
from engine.clip.tokenizer import Tokenizer
from engine.datasets import MissingData
from engine.training import Run
from tests.engine.clip.conftest import CONFIG

CPU = torch.device("cpu")
COLOURS = ("red", "green", "blue", "black")
SIZES = {"train": 12, "val": 2, "extra": 2, "test": 4}


@pytest.fixture
def tiny_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A few plain pictures with five captions each, and a CIFAR-10 of two pictures a class."""
    folder, rng = tmp_path / "flickr8k", np.random.default_rng(0)
    (folder / "images").mkdir(parents=True)
    split = {part: [f"{part}{i}.png" for i in range(n)] for part, n in SIZES.items()}
    captions = {}
    for i, name in enumerate(name for names in split.values() for name in names):
        captions[name] = [f"{COLOURS[i % 4]} picture {j} ." for j in range(5)]
        Image.fromarray(rng.integers(0, 255, (40, 40, 3), np.uint8)).save(folder / "images" / name)
    (folder / "splits.json").write_text(json.dumps(split))
    (folder / "captions.json").write_text(json.dumps(captions))
    labels = np.repeat(np.arange(10), 2)
    x = rng.integers(0, 255, (20, 32, 32, 3)).astype(np.uint8)
    np.savez(tmp_path / "cifar10.npz", x_train=x, y_train=labels, x_test=x, y_test=labels)
    monkeypatch.setenv("MANIFOLD_DATA", str(tmp_path))
    for memory in (data.flickr8k, datasets.load):
        memory.cache_clear()
    yield tmp_path
    for memory in (data.flickr8k, datasets.load):
        memory.cache_clear()


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_trains_measures_and_derives(name, tiny_data, monkeypatch):
    monkeypatch.setattr(gallery, "SIZE", 5)
    monkeypatch.setattr(gallery.pictures, "__defaults__", (range(5),))
    recipe = RECIPES[name]
    config = CONFIG | {key: recipe.config[key] for key in ("tokenizer",)}
    small = {"drawn": 12} if name == "clip-scenes" else {}
    budget = replace(recipe.budget, batch=4, steps=4)
    recipe = replace(recipe, config=config, batches=replace(recipe.batches, **small), budget=budget)
    torch.manual_seed(0)
    run = Run(checkpoints.build("clip", "clip", config), recipe.objective, budget, CPU)
    losses = [progress.losses["loss"] for progress in run.stream(recipe.batches(recipe, CPU), every=1)]
    assert np.isfinite(losses).all()
    measure = replace(recipe.evaluate, measured=8, alone=5) if name == "clip-scenes" else recipe.evaluate
    with torch.no_grad():
        metrics, derived = measure(run.ema.eval(), CPU), recipe.derive(run.ema, CPU)
    ways = ("text_to_image", "image_to_text")
    assert {f"recall_at_{k}_{way}" for k in (1, 5, 10) for way in ways} | {"zero_shot_accuracy"} <= set(metrics)
    assert all(0 <= metric.value <= 1 for metric in metrics.values())
    assert derived["gallery"].shape == (5, config["d"])


def test_all_weights_together_are_small():
    total = sum(checkpoints.parameters(checkpoints.build(r.family, r.kind, r.config)) for r in RECIPES.values())
    assert total <= 4_000_000


def test_first_things_are_named_then_photos_are_told_apart_small_ones_first(tiny_data):
    recipe = replace(RECIPES["clip-flickr8k"], budget=replace(RECIPES["clip-flickr8k"].budget, batch=4))
    batch = next(PhotoBatches(begun=0.2, sides=((0, 32), (0.5, 96)))(recipe, CPU))
    first, second, third = (batch(progress) for progress in (0.1, 0.3, 0.9))
    assert isinstance(first, Classes)
    assert first.pictures.shape == (8, 3, 32, 32)
    assert set(first.labels.tolist()) <= set(range(len(NAMED)))
    assert isinstance(second, Pairs) and second.pictures.shape == (4, 3, 32, 32)
    assert third.pictures.shape == (4, 3, 96, 96)
    assert second.texts.shape[:2] == (4, 2)


def test_what_is_measured_was_never_learned_from(tiny_data):
    assert len(data.flickr8k(data.TRAIN)) == sum(SIZES.values()) - SIZES["test"]
    assert not set(data.TRAIN) & set(data.TEST)
    assert not set(NAMED) & set(UNNAMED)
    images, labels = batches.named_classes()
    assert len(images) == 2 * len(NAMED)
    assert labels.tolist() == sorted([*range(len(NAMED))] * 2)


def test_words_are_left_out_but_never_the_end():
    torch.manual_seed(0)
    tokens = torch.randint(2, 50, (400, 10))
    tokens[:, 9] = 1
    kept = drop(tokens, 0.25)
    assert (kept[:, 9] == 1).all()
    assert float((kept[:, :9] == 0).float().mean()) == pytest.approx(0.25, abs=0.02)
    assert torch.equal(trimmed(torch.tensor([[5, 1, 0, 0], [6, 7, 1, 0]])), torch.tensor([[5, 1, 0], [6, 7, 1]]))


def test_a_view_without_departures_is_its_picture():
    x = torch.randint(0, 256, (3, 3, 32, 32), dtype=torch.uint8)
    plain = View(area=1.0, stretch=1.0, turn=0.0, light=0.0, covered=0.0, mirror=False)
    torch.testing.assert_close(plain(x, 32), x / 255, atol=1e-5, rtol=0)
    mirrored = replace(plain, mirror=True)(x.repeat(20, 1, 1, 1), 32).view(20, 3, 3, 32, 32)
    straight, turned = ((mirrored - wanted).abs().amax((2, 3, 4)) < 1e-4 for wanted in (x / 255, x.flip(-1) / 255))
    assert (straight ^ turned).all()
    assert 0.2 < float(turned.float().mean()) < 0.8


def test_views_stay_in_range_and_cover_some_pictures():
    torch.manual_seed(0)
    x = torch.randint(0, 256, (200, 3, 40, 40), dtype=torch.uint8)
    seen = View(covered=1.0)(x, 32)
    assert seen.shape == (200, 3, 32, 32)
    assert (seen == seen.clamp(0, 1)).all()
    grey = (seen == 0.5).all(1).float().mean((1, 2))
    assert 0.02 < float(grey.mean()) < 0.2
    assert float((View(covered=0.0)(x, 32) == 0.5).all(1).float().mean()) == 0


def test_recall_counts_every_true_answer_and_no_question_without_one():
    similarities = torch.tensor([[0.9, 0.1], [0.2, 0.8], [0.5, 0.4]])
    right = torch.tensor([[False, False], [True, False], [True, False]])
    found = recalls(similarities, right)
    assert found["recall_at_1_text_to_image"] == cards.Metric(0.0, 1)
    assert found["recall_at_5_text_to_image"] == cards.Metric(1.0, 1)
    assert found["recall_at_1_image_to_text"] == cards.Metric(0.5, 2)


def test_a_pool_of_scenes_says_what_is_true_and_what_is_false():
    tokenizer = Tokenizer("scenes", 48)
    pool = scene_pairs.pool(3, 20, 2, 32, tokenizer)
    assert pool.pictures.shape == (20, 3, 32, 32)
    assert pool.captions.shape[:2] == (20, 2)
    same = (pool.negatives == pool.captions[:, :, None]).all(-1)
    assert not (same & pool.false).any()
    for i in range(20):
        things = scenes.scene(3, i).things
        assert not {(thing.colour, thing.shape) for thing in things} & set(scenes.HELD_OUT)
        tokens = tokenizer(pool.texts[i]).numbers
        for row, wanted in zip(pool.captions[i], tokens, strict=True):
            assert [n for n in row.tolist() if n] == [n for n in wanted.tolist() if n]


def test_one_of_the_false_sentences_is_chosen():
    torch.manual_seed(0)
    negatives = torch.arange(1, 13).view(1, 3, 4).repeat(300, 1, 1)
    false = torch.tensor([[True, False, True]]).repeat(300, 1)
    false[0] = False
    chosen = one_of(negatives, false)
    assert not chosen[0].any()
    firsts = {int(row[0]) for row in chosen[1:]}
    assert firsts == {1, 9}


def test_the_gallery_is_drawn_again_the_same():
    assert np.array_equal(gallery.pictures(32, [7]), gallery.pictures(32, range(7, 8)))
    pairs = {(thing.colour, thing.shape) for n in range(gallery.SIZE) for thing in gallery.scene(n).things}
    assert pairs == set(scenes.PAIRS)


def test_missing_data_is_told_in_a_sentence(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("MANIFOLD_DATA", str(tmp_path))
    data.flickr8k.cache_clear()
    with pytest.raises(MissingData, match="Flickr8k.*MANIFOLD_DATA"):
        data.flickr8k()


def test_evaluation_names_no_class_that_was_learned():
    assert evaluation.UNNAMED == ("airplane", "automobile", "horse", "ship")
