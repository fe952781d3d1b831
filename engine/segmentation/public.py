"""Segmentation models that torchvision publishes, trained on COCO with the 20 classes of Pascal VOC and background.

Their weights are fetched when a person first asks for them, into torch's own cache.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor, nn

from engine.public_models import Fetched, NoPublicModel, download
from engine.segmentation.public_names import PUBLIC, VOC

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class PublicModel(nn.Module):
    """A network of torchvision behind the door of ours: pictures (B, 3, H, W) in 0…1 → logits (B, 21, H, W)."""

    data, side, multiple, skips, background = "voc", 520, 8, 0, True

    def __init__(self, network: nn.Module):
        super().__init__()
        self.network, self.classes = network, len(VOC)
        self.register_buffer("mean", torch.tensor(MEAN).view(3, 1, 1))
        self.register_buffer("std", torch.tensor(STD).view(3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.network((x - self.mean) / self.std)["out"].float()


def fetch(name: str) -> Iterator[Fetched]:
    """Bring the weights of a model into the cache, with a report a few times a second; nothing if they are there.

    Raises `NoPublicModel`. A reader that stops reading stops the download.
    """
    path, url = _file(name), _weights(name).url
    if path.exists():
        return
    yield from download(name, url, path, checksum=path.stem.rsplit("-", 1)[-1])


def load(name: str, device: torch.device) -> PublicModel:
    """A model whose weights are in the cache; the last two stay loaded. Raises `NoPublicModel`."""
    if not _file(name).exists():
        raise NoPublicModel(f"'{name}' is not on this machine yet: fetch it first.")
    return _opened(name, device)


def present(name: str) -> bool:
    """Whether the weights of a model are in the cache. Raises `NoPublicModel` for an unknown one."""
    return _file(name).exists()


@lru_cache(maxsize=2)
def _opened(name: str, device: torch.device) -> PublicModel:
    from torchvision.models import get_model

    network = get_model(
        name, weights=None, weights_backbone=None, num_classes=len(VOC), aux_loss=_has_second_head(name)
    )
    try:
        state = torch.load(_file(name), map_location="cpu", weights_only=True)
        network.load_state_dict(state)
    except Exception as error:
        file = _file(name).name
        raise NoPublicModel(f"The weights of '{name}' cannot be read: delete {file} and fetch again.") from error
    return PublicModel(network).to(device).eval().requires_grad_(False)


def _has_second_head(name: str) -> bool | None:
    """LR-ASPP has no auxiliary classifier; the published weights of the others come with theirs."""
    return None if name.startswith("lraspp") else True


def _weights(name: str):
    from torchvision.models import get_model_weights

    if name not in PUBLIC:
        raise NoPublicModel(f"There is no public model '{name}'; known are {', '.join(PUBLIC)}.")
    return get_model_weights(name).DEFAULT


def _file(name: str) -> Path:
    return Path(torch.hub.get_dir()) / "checkpoints" / _weights(name).url.rsplit("/", 1)[-1]
