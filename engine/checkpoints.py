"""pretrained/NAME ↔ module: weights in float16 as safetensors, beside a card."""

from functools import cache
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from engine import cards
from engine.cards import CheckpointError


def build(family: str, kind: str, config: dict) -> nn.Module:
    """An untrained network of a family, as its card describes it."""
    return import_module(f"engine.{family}.networks").build(kind, **config)


def load(name: str, device: torch.device) -> nn.Module:
    """The trained module of `pretrained/NAME` in float32, ready for inference. Raises `CheckpointError`."""
    card, path = cards.read(name), cards.verified_weights(name)
    try:
        module = build(card.family, card.kind, card.config)
        module.load_state_dict(load_file(path))
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
    """Write `weights.safetensors` with every floating tensor in float16; return the file's sha256."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "weights.safetensors"
    save_file({name: _half(tensor) for name, tensor in module.state_dict().items()}, path)
    return sha256(path.read_bytes()).hexdigest()


def save_derived(arrays: dict[str, Tensor], folder: Path) -> None:
    """Write `derived.safetensors`, floating arrays in float16. Writes nothing if there are none."""
    if arrays:
        save_file({name: _half(tensor) for name, tensor in arrays.items()}, folder / "derived.safetensors")


def parameters(module: nn.Module) -> int:
    """How many trained numbers a module holds."""
    return sum(p.numel() for p in module.parameters())


def _half(tensor: Tensor) -> Tensor:
    tensor = tensor.detach().cpu().contiguous()
    return tensor.half() if tensor.is_floating_point() else tensor
