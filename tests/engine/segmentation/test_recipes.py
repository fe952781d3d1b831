from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import checkpoints
from engine.datasets import MissingData
from engine.scenes import HELD_OUT
from engine.segmentation import batches, data, evaluation
from engine.segmentation.classes import IGNORED, LABELS
from engine.segmentation.recipes import RECIPES
from engine.training import Run

CPU = torch.device("cpu")
SMALL = {"unet": [4, 4, 4], "fcn": [4, 4, 4], "dilated": [4, 4]}


def small(name: str) -> torch.nn.Module:
    recipe = RECIPES[name]
    torch.manual_seed(0)
    return checkpoints.build(recipe.family, recipe.kind, recipe.config | {"widths": SMALL[recipe.kind]})


@pytest.mark.parametrize("name", RECIPES)
def test_every_recipe_trains_measures_and_derives(name, tiny_data, monkeypatch):
    monkeypatch.setattr(evaluation, "ELSEWHERE", 16)
    monkeypatch.setattr(evaluation, "SIDE", 32)
    recipe = RECIPES[name]
    recipe = replace(recipe, batches=replace(recipe.batches, size=32), budget=replace(recipe.budget, batch=4, steps=3))
    run = Run(small(name), recipe.objective, recipe.budget, CPU)
    losses = [progress.losses for progress in run.stream(recipe.batches(recipe, CPU), every=1)]
    assert len(losses) == 3
    assert all(np.isfinite(list(numbers.values())).all() for numbers in losses)
    with torch.no_grad():
        metrics = recipe.evaluate(run.ema, CPU)
        derived = recipe.derive(run.ema, CPU)
    assert 0 <= metrics["miou"].value <= 1
    assert {f"miou_without_skip{i}" for i in range(run.ema.skips)} <= set(metrics)
    assert float(derived["histogram"].sum()) == pytest.approx(3, abs=1e-3)
    assert len(derived["class_shares"]) == len(LABELS[recipe.config["data"]])


def test_all_weights_together_are_small():
    total = sum(
        checkpoints.parameters(checkpoints.build(recipe.family, recipe.kind, recipe.config))
        for recipe in RECIPES.values()
    )
    assert 2 * total < 3.2 * 2**20  # bytes in float16


def test_what_belongs_to_the_people_model_is_measured(tiny_data, monkeypatch):
    monkeypatch.setattr(evaluation, "ELSEWHERE", 16)
    monkeypatch.setattr(evaluation, "SIDE", 32)

    class Everywhere(torch.nn.Module):
        """Sees people in every pixel."""

        skips, classes, side, multiple, background = 0, 8, 0, 1, True

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 9.0 * (torch.arange(8) == 3).float().view(1, 8, 1, 1).expand(len(x), 8, *x.shape[2:])

    metrics = RECIPES["unet-people"].evaluate(Everywhere(), CPU)
    masks = np.stack([photo.mask for photo in data.load("people", "test")])
    assert metrics["iou_person"].value == pytest.approx(float((masks > 0).mean()), rel=1e-3)
    assert metrics["iou_person_averaged"] == metrics["iou_person"]
    assert metrics["false_person"].value == metrics["false_person_averaged"].value == 1
    assert metrics["false_person"].samples == 3 + 1
    assert 0 < metrics["iou_person_elsewhere"].value < 1


def test_nuclei_bring_weights_for_their_borders(tiny_data):
    recipe = RECIPES["unet-nuclei"]
    made = replace(recipe.batches, size=48)(replace(recipe, budget=replace(recipe.budget, batch=3)), CPU)
    x, y, weights = next(islice(made, 1))
    assert x.shape[2:] == y.shape[1:] == weights.shape[1:]
    assert float(weights.min()) >= 0.99
    assert float(weights[y == 0].max()) > 1.5  # between the two nuclei, two pixels apart


def test_scenes_for_training_never_show_what_is_kept_for_the_test_of_unseen_pairs(tiny_data):
    recipe = RECIPES["unet-scenes"]
    x, y = next(recipe.batches(replace(recipe, budget=replace(recipe.budget, batch=5)), CPU))
    assert x.shape == (5, 3, data.DRAWN_SIDE, data.DRAWN_SIDE)
    assert y.shape == (5, data.DRAWN_SIDE, data.DRAWN_SIDE)
    assert set(HELD_OUT).isdisjoint(data.DRAWN["train"][2])
    assert data.DRAWN["unseen"][2] == HELD_OUT
    unseen, test = data.load("scenes", "unseen"), data.load("scenes", "test")
    assert len(unseen) == 3
    assert not any(np.array_equal(one.image, other.image) for one, other in zip(unseen, test, strict=True))


def test_pixels_nobody_knows_are_marked(tiny_data):
    photos = data.load("camvid", "train")
    assert {int(value) for photo in photos for value in np.unique(photo.mask)} <= {*range(11), IGNORED}
    people = [photo.mask for photo in batches._streets("train")]
    assert {int(value) for mask in people for value in np.unique(mask)} <= {0, IGNORED}


def test_masks_of_clothes_are_grouped_into_eight_classes(tiny_data):
    values = {int(value) for photo in data.load("people", "train") for value in np.unique(photo.mask)}
    assert 0 in values
    assert max(values) <= 7


def test_nobody_is_named_in_the_captions_of_pictures_without_people(tiny_data):
    assert len(data.without_people("train")) == 1


def test_missing_data_is_told_in_a_sentence(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("MANIFOLD_DATA", str(tmp_path))
    with pytest.raises(MissingData, match="horses.*MANIFOLD_DATA"):
        data.load("horses", "train")
    data.without_people.cache_clear()
    assert data.without_people("train") == []
    data.without_people.cache_clear()
