"""The models that a host holds: each is loaded once, and the least recently used ones make room."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn

from engine import checkpoints
from engine.host import Models

PATIENCE = 60
VAE, LINEAR = "vae-small", "linear-small"


def codes(rows: int, seed: int = 0, d: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, d)).astype(np.float32)


@pytest.fixture
def loads(monkeypatch) -> list[str]:
    """The names of the checkpoints that were read, in order."""
    names, load = [], checkpoints.load

    def counted(name, device):
        names.append(name)
        return load(name, device)

    monkeypatch.setattr(checkpoints, "load", counted)
    return names


def test_twenty_callers_at_once_load_a_cold_model_once(host, loads):
    together = threading.Barrier(20)

    def click(seed: int) -> np.ndarray:
        together.wait(PATIENCE)
        return host.call(VAE, "decode", {"z": codes(1, seed)})

    with ThreadPoolExecutor(20) as clickers:
        pictures = list(clickers.map(click, range(20)))
    assert loads == [VAE]
    assert host.calls == 20
    for seed, picture in enumerate(pictures):
        np.testing.assert_allclose(picture, host.call(VAE, "decode", {"z": codes(1, seed)}), atol=1e-6)


def layer(numbers: int) -> nn.Module:
    return nn.Embedding(numbers, 1)  # 4 bytes each


def test_the_least_recently_used_model_makes_room():
    models = Models(torch.device("cpu"), limit=40)
    for name in "abc":
        models.put(name, layer(3))
    assert models["a"] is not None
    models.put("d", layer(3))
    assert list(models.loaded) == ["c", "a", "d"]
    assert models.bytes() == 36
    models.put("huge", layer(100))
    assert list(models.loaded) == ["huge"]


def test_a_dropped_model_is_loaded_again(host, loads):
    host.models.limit = 1
    for name, d in ((VAE, 2), (LINEAR, 4), (VAE, 2), (VAE, 2)):
        host.call(name, "decode", {"z": codes(1, d=d)})
    assert loads == [VAE, LINEAR, VAE]
    assert host.status()["models"] == [VAE]


def test_status_may_be_asked_for_while_a_model_comes_and_goes():
    models = Models(torch.device("cpu"))

    class Restless(nn.Embedding):
        def state_dict(self):
            models.loaded["new"] = layer(1)
            return super().state_dict()

    models.put("restless", Restless(2, 1))
    models.put("quiet", layer(2))
    assert models.bytes() == 20
