"""What the two generators of the mapping toy minimise, and how straight their spaces come out."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.cards import Metric
from engine.gans import mapping_toy, style_mixing
from engine.gans.adversarial import AdversarialRun
from engine.gans.losses import LOSSES
from engine.gans.mapping_networks import MappingToys, PlaneGenerator, path_penalty
from engine.gans.regularisers import r1, r2
from engine.training import Recipe

PAIRS, STOPS = 2000, 33
"""How many walks are measured, and in how many points each."""


@dataclass(frozen=True)
class BendThePlane:
    """The relativistic game with both gradient penalties (R3GAN, Huang et al. 2024), for each generator against its own
    discriminator; the mapped one also pays for an uneven synthesis.

    In float32 throughout, since a place needs more than the three digits of bfloat16.
    """

    gamma: float = 0.05
    path: float = 1.0
    haste: float = 1.0
    strides: int = 1

    def discriminator(self, model: MappingToys, x: Tensor) -> dict[str, Tensor]:
        """`loss`, both games and their penalties added up, for points x (B, 2)."""
        with torch.autocast(x.device.type, enabled=False):
            return {"loss": sum(self._judge(model, name, x) for name in model.generator)}

    def generator(self, model: MappingToys, x: Tensor) -> Tensor:
        """Both generators' losses and the path penalty of the mapped one, added up."""
        with torch.autocast(x.device.type, enabled=False):
            game = sum(self._deceive(model, name, x) for name in model.generator)
            mapped = model.generator["mapped"]
            u = F.normalize(torch.randn_like(x))
            return game + self.path * path_penalty(mapped.synthesis, mapped.mapping(torch.randn_like(x)), u)

    def _judge(self, model: MappingToys, name: str, x: Tensor) -> Tensor:
        judge = partial(_logits, model, name)
        with torch.no_grad():
            x_hat = model.generator[name](torch.randn_like(x))
        loss = LOSSES["relativistic"].discriminator(judge(x), judge(x_hat))
        return loss + self.gamma * (r1(judge, x) + r2(judge, x_hat))

    def _deceive(self, model: MappingToys, name: str, x: Tensor) -> Tensor:
        fake = _logits(model, name, model.generator[name](torch.randn_like(x)))
        with torch.no_grad():
            real = _logits(model, name, x)
        return LOSSES["relativistic"].generator(real, fake)


def _logits(model: MappingToys, name: str, x: Tensor) -> Tensor:
    return model.discriminator[name](x).squeeze(1)


class MappingRun(AdversarialRun):
    """Without momentum: with it the two players chase each other, and the noise is swirled for nothing."""

    betas = (0.0, 0.99)


def batches(recipe: Recipe, device: torch.device) -> Iterator[tuple[Tensor]]:
    """Endless fresh points (B, 2) of the fragmented square."""
    rng = np.random.default_rng(recipe.seed)
    while True:
        x = mapping_toy.sample(recipe.budget.batch, int(rng.integers(2**31)))
        yield (torch.from_numpy(x.astype(np.float32)).to(device),)


def evaluate(model: MappingToys, device: torch.device) -> dict[str, Metric]:
    """For each generator the share of possible samples, and how even and straight its spaces are."""
    direct, mapped = model.generator["direct"], model.generator["mapped"]
    ends = torch.randn(2, PAIRS, 2, generator=torch.Generator().manual_seed(1)).to(device)
    along = torch.linspace(0, 1, STOPS, device=device)[:, None, None]
    z = torch.lerp(*ends, along)  # (stops, pairs, 2)
    w = torch.lerp(*mapped.mapping(ends), along)
    figures = {
        **_walks("direct_z", direct(z)),
        **_walks("mapped_z", mapped(z)),
        **_walks("mapped_w", mapped.synthesis(w)),
        "explained_direct_z": _explained(direct, ends[0], False),
        "explained_mapped_z": _explained(mapped, ends[0], False),
        "explained_mapped_w": _explained(mapped, ends[0], True),
    }
    for name, generator in model.generator.items():
        figures[f"possible_{name}"] = float(mapping_toy.possible(generator(ends[0]).cpu().numpy(), 0.05).mean())
    return {name: Metric(float(f"{value:.4g}"), PAIRS) for name, value in figures.items()}


def _walks(name: str, x: Tensor) -> dict[str, float]:
    """How uneven walks x (stops, pairs, 2) are, how long as against straight, and how often where nothing is possible;
    means over the pairs that end apart."""
    walks = x.transpose(0, 1).double().cpu().numpy()
    walks = walks[np.linalg.norm(walks[:, -1] - walks[:, 0], axis=1) > 0.1]
    return {
        f"unevenness_{name}": float(style_mixing.unevenness(walks).mean()),
        f"detour_{name}": float(style_mixing.detour(walks).mean()),
        f"impossible_{name}": float(1 - mapping_toy.possible(walks, 0.05).mean()),
    }


def _explained(generator: PlaneGenerator, z: Tensor, by_style: bool) -> float:
    w = generator.mapping(z)
    x, place = generator.synthesis(w), w if by_style else z
    return mapping_toy.explained(x.double().cpu().numpy(), place.double().cpu().numpy())
