import numpy as np
import pytest
import torch

from engine.segmentation import live
from engine.segmentation.live import train_scenes

CPU = torch.device("cpu")
SMALL = {"width": 4, "depth": 1, "seed": 3, "lr": 1e-2}


@pytest.fixture(autouse=True)
def few_scenes(monkeypatch):
    monkeypatch.setattr(live, "DRAWN", 24)


def test_the_loss_falls_and_all_records_come_from_the_same_pictures():
    first, *rest = train_scenes(CPU, steps=30, **SMALL)
    last, history = rest[-1], sum((record.history for record in rest), [])
    assert (first.step, last.step) == (0, 30)
    assert [entry["step"] for entry in history] == [*range(5, 31, 5)]
    assert first.history == []
    np.testing.assert_array_equal(first.pictures, last.pictures)
    assert last.masks.shape == last.truth.shape == (8, 96, 96)
    assert history[-1]["cross_entropy"] < 0.95 * history[0]["cross_entropy"]
    assert np.nanmean(last.iou) == pytest.approx(last.miou)


def test_a_seed_repeats_and_closed_skips_are_another_network():
    ends = []
    for skips in (True, True, False):
        *_, last = train_scenes(CPU, steps=10, skips=skips, **SMALL)
        ends.append((last.masks, last.history[-1]))
    np.testing.assert_array_equal(ends[0][0], ends[1][0])
    assert ends[0][1] == ends[1][1]
    assert ends[0][1] != ends[2][1]


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"steps": 5, "up": "magic"}, {"steps": 5, "depth": 9}])
def test_what_makes_no_sense_is_refused_in_words(wrong):
    with pytest.raises(ValueError, match="lie in|Up-sampling"):
        next(train_scenes(CPU, **{**SMALL, **wrong}))
