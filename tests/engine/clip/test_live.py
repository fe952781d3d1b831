import numpy as np
import pytest
import torch

from engine.clip import live
from engine.clip.live import train_pairs

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def few_scenes(monkeypatch):
    monkeypatch.setattr(live, "DRAWN", 300)


def test_the_matrix_lights_up_on_pairs_that_training_never_shows():
    first, *rest = train_pairs(CPU, steps=100, seed=3, batch=32)
    last = rest[-1]
    assert (first.step, last.step) == (0, 100)
    np.testing.assert_array_equal(first.pictures, last.pictures)
    assert last.pictures.shape == (16, 64, 64, 3)
    assert len(last.captions) == 16
    own, others = np.eye(16, dtype=bool), ~np.eye(16, dtype=bool)
    lead = [record.similarities[own].mean() - record.similarities[others].mean() for record in (first, last)]
    assert lead[1] > lead[0] + 0.1
    history = sum((record.history for record in rest), [])
    assert [entry["step"] for entry in history] == [*range(5, 101, 5)]


def test_a_seed_repeats():
    runs = [[*train_pairs(CPU, steps=8, seed=5, batch=8)][-1].similarities for _ in range(2)]
    np.testing.assert_array_equal(*runs)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"steps": 5, "batch": 1}, {"steps": 5, "shown": 99}])
def test_what_makes_no_sense_is_refused_in_words(wrong):
    with pytest.raises(ValueError, match="lie in"):
        next(train_pairs(CPU, **{"seed": 0} | wrong))
