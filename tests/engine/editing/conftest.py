"""Small untrained models in place of the published ones; their weights are shaken so that nothing is zero."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from engine import checkpoints
from engine.diffusion.networks import UNet
from engine.editing.autoencoder import SceneAutoencoder
from engine.editing.scene_judge import SceneJudge
from engine.editing.word_unet import WordUNet

SIZES = {"channels": 4, "side": 16, "width": 32, "text": 16, "autoencoder": "scene-autoencoder"}


def shaken(network: nn.Module, seed: int = 0) -> nn.Module:
    """The same network, ready for inference, with every weight moved a little."""
    generator = torch.Generator().manual_seed(seed)
    network.eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.add_(0.05 * torch.randn(parameter.shape, generator=generator))
    return network


@pytest.fixture(scope="session")
def models() -> SimpleNamespace:
    """One small model of each kind."""
    torch.manual_seed(0)
    return SimpleNamespace(
        autoencoder=shaken(SceneAutoencoder(channels=4, width=8, fine=4)),
        judge=shaken(SceneJudge([4, 8, 8])),
        painter=shaken(WordUNet(edits=False, **SIZES)),
        editor=shaken(WordUNet(edits=True, **SIZES)),
        digits=shaken(UNet(channels=1, side=32, classes=10, width=8, multipliers=[1, 2], blocks=1)),
    )


@pytest.fixture
def companions(models: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Whoever asks for a published model gets the small one of its kind."""
    named = {
        "scene-autoencoder": models.autoencoder,
        "judge-scenes": models.judge,
        "text2scene": models.painter,
        "instruct-scenes": models.editor,
        "ddpm-mnist": models.digits,
    }

    def companion(name: str, device: torch.device) -> nn.Module:
        return named[name]

    monkeypatch.setattr(checkpoints, "companion", companion)
    return companion
