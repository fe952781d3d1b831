"""The networks of the family by kind."""

from torch import nn

from engine.editing.autoencoder import SceneAutoencoder
from engine.editing.scene_judge import SceneJudge
from engine.editing.word_unet import WordUNet

KINDS = {"scene_autoencoder": SceneAutoencoder, "scene_judge": SceneJudge, "word_unet": WordUNet}


def build(kind: str, **config) -> nn.Module:
    """An untrained network of a kind named in `KINDS`."""
    return KINDS[kind](**config)
