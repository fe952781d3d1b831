"""A race as bytes and back: networks, optimisers, random state and step, in safetensors."""

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from engine.gans.race_training import Race


def to_bytes(race: Race) -> bytes:
    """All that it takes to go on to the same numbers."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in _numbers(race).items()}
    randoms = {f"random.{i}": random.get_state() for i, random in enumerate(race.randoms)}
    updates = [race.step, race.generator.adam.t, race.discriminator.adam.t]
    return save({**tensors, **randoms, "clock": torch.tensor(updates)})


def restore(race: Race, state: bytes) -> None:
    """Put a race where `to_bytes` found it. Raises ValueError for bytes that belong to another race."""
    try:
        tensors = load(state)
        for name, tensor in _numbers(race).items():
            if tensors[name].shape != tensor.shape:
                raise ValueError(name)
            tensor.copy_(tensors[name])
        for i, random in enumerate(race.randoms):
            random.set_state(tensors[f"random.{i}"])
        race.step, race.generator.adam.t, race.discriminator.adam.t = tensors["clock"].tolist()
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise ValueError("This state belongs to a race with other lanes or networks: start again from 0.") from error


def _numbers(race: Race) -> dict[str, Tensor]:
    """Every tensor that training changes, by name."""
    numbers = {"average": race.average, "alive": race.alive}
    for side, player in (("generator", race.generator), ("discriminator", race.discriminator)):
        numbers |= {f"{side}.theta": player.theta, f"{side}.m": player.adam.m, f"{side}.v": player.adam.v}
    return numbers | {f"u.{layer}": u for layer, u in enumerate(race.us)}
