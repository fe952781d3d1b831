"""A small `pretrained/` of untrained models, so that no test depends on which checkpoints are published."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine import cards, checkpoints
from engine.cards import Card, Metric, Reference
from engine.host import Host

VAE, LINEAR = "vae-small", "linear-small"
CONFIGS = {VAE: ("vae", {"d": 2, "width": 16, "blocks": 1}), LINEAR: ("linear", {"code": 4})}


def publish(folder: Path, name: str, kind: str, config: dict) -> None:
    """Write the weights, the derived arrays and the card of an untrained network to `folder`/`name`."""
    torch.manual_seed(0)
    module = checkpoints.build("autoencoders", kind, config)
    digest = checkpoints.save_weights(module, folder / name)
    checkpoints.save_derived({"codes": torch.randn(5, 2), "labels": torch.arange(5)}, folder / name)
    Card(
        name=name,
        title=name.capitalize(),
        family="autoencoders",
        kind=kind,
        config=config,
        parameters=checkpoints.parameters(module),
        dataset="scikit-learn digits",
        licence="none",
        split="none",
        objective="none",
        seed=0,
        device="CPU",
        minutes=0.0,
        steps_done=0,
        steps_full=1,
        sha256=digest,
        metrics={"mse": Metric(0.25, 10)},
        published=(Reference("mse", 0.2, "nobody"),),
    ).save(folder / name)


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a VAE of two dimensions and a linear autoencoder, shared by all tests: leave it as it is."""
    folder = tmp_path_factory.mktemp("models") / "pretrained"
    for name, (kind, config) in CONFIGS.items():
        publish(folder, name, kind, config)
    return folder


@pytest.fixture
def pretrained(small_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small models that the engine takes for `pretrained/`, and that a test may damage."""
    folder = tmp_path / "pretrained"
    shutil.copytree(small_models, folder)
    monkeypatch.setattr(cards, "PRETRAINED", folder)
    return folder


@pytest.fixture
def host(pretrained: Path) -> Iterator[Host]:
    """A host on the CPU over the small models."""
    yield Host(torch.device("cpu"))
