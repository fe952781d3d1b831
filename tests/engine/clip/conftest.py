"""A tiny CLIP with random weights behind the engine's door."""

from pathlib import Path

import numpy as np
import pytest
import torch

from engine import cards, checkpoints
from engine.cards import Card
from engine.client import InlineEngine

NAME = "clip-tiny"
CONFIG = {
    "side": 32,
    "d": 16,
    "tokenizer": "scenes",
    "pictures": {"widths": [8, 12], "blocks": [1, 1]},
    "texts": {"context": 12, "width": 16, "layers": 1, "heads": 2},
}


@pytest.fixture
def model() -> torch.nn.Module:
    """An untrained network whose norms have seen some pictures."""
    torch.manual_seed(0)
    module = checkpoints.build("clip", "clip", CONFIG)
    for _ in range(20):
        module.pictures(torch.rand(8, 3, 32, 32))
    return module.eval().requires_grad_(False)


@pytest.fixture
def engine(model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InlineEngine:
    """An engine over that network, which is called `clip-tiny`."""
    folder = tmp_path / "pretrained" / NAME
    digest = checkpoints.save_weights(model, folder)
    card = Card(NAME, "Tiny", "clip", "clip", CONFIG, 1, "none", "none", "none", "none", 0, "CPU", 0.0, 0, 1, digest)
    card.save(folder)
    monkeypatch.setattr(cards, "PRETRAINED", folder.parent)
    return InlineEngine()


@pytest.fixture
def pictures() -> np.ndarray:
    """Six coloured noises, uint8 (6, 32, 32, 3)."""
    rng = np.random.default_rng(0)
    return (rng.integers(0, 256, (6, 1, 1, 3)) * rng.random((6, 32, 32, 3))).astype(np.uint8)
