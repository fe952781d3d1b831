"""pretrained/NAME ↔ module: weights in a byte a number as safetensors, beside a card."""

from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn

from engine import cards, packing
from engine.cards import CheckpointError


def build(family: str, kind: str, config: dict) -> nn.Module:
    """An untrained network of a family, as its card describes it."""
    return import_module(f"engine.{family}.networks").build(kind, **config)


def load(name: str, device: torch.device) -> nn.Module:
    """The trained module of `pretrained/NAME` in float32, ready for inference. Raises `CheckpointError`."""
    card, weights = cards.read(name), cards.weights(name)
    try:
        module = build(card.family, card.kind, card.config)
        module.load_state_dict({name: torch.from_numpy(array) for name, array in weights.items()})
    except Exception as error:
        raise CheckpointError(
            f"pretrained/{name}/weights.safetensors does not fit its card. {cards.restore(name)}"
        ) from error
    return module.to(device).eval().requires_grad_(False)


@cache
def companion(name: str, device: torch.device) -> nn.Module:
    """A small model that another works with, loaded once: a judge, a first stage, a guide. Raises `CheckpointError`."""
    return load(name, device)


def save_weights(module: nn.Module, folder: Path) -> str:
    """Write `weights.safetensors`, packed as `engine.packing` says; return the file's sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "weights.safetensors"
    save_file(packing.pack({name: _array(tensor) for name, tensor in module.state_dict().items()}), path)
    return sha256(path.read_bytes()).hexdigest()


def save_derived(arrays: dict[str, Tensor], folder: Path) -> None:
    """Write `derived.safetensors`, floating arrays in float16. Writes nothing if there are none."""
    if arrays:
        halves = {name: _array(t.half() if t.is_floating_point() else t) for name, t in arrays.items()}
        save_file(halves, folder / "derived.safetensors")


def parameters(module: nn.Module) -> int:
    """How many trained numbers a module holds."""
    return sum(p.numel() for p in module.parameters())


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().contiguous().numpy()
