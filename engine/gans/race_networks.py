"""Two MLPs for each lane of a race, computed for all lanes at once.

The weights of one player in all lanes are one tensor `theta` (L, P), a row a lane. A layer of all lanes is then one
batched product, and an optimiser, an average or a file holds one tensor.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import leaky_relu_

from engine.gans.regularisers import minibatch_stddev, packed, spectrally_normal

MOST_PACKED = 4
GROUP = 8
"""Over how many neighbours in the batch the minibatch spread is taken."""


@dataclass(frozen=True)
class Shape:
    """An MLP's sizes, from input to output: (2, 128, 128, 1) has two hidden layers.

    The last layer has `told` more inputs, which come from outside.
    """

    sizes: tuple[int, ...]
    told: int = 0

    @property
    def pieces(self) -> list[tuple[int, int]]:
        """(in, out) of each layer's weights, followed by its bias's (1, out)."""
        inputs = (*self.sizes[:-2], self.sizes[-2] + self.told)
        layers = zip(inputs, self.sizes[1:], strict=True)
        return [piece for n_in, n_out in layers for piece in ((n_in, n_out), (1, n_out))]

    def layers(self, theta: Tensor) -> list[tuple[Tensor, Tensor]]:
        """The weights (L, in, out) and biases (L, 1, out) that theta (L, P) holds, as views."""
        parts = theta.split([n * m for n, m in self.pieces], 1)
        shaped = [part.unflatten(1, piece) for part, piece in zip(parts, self.pieces, strict=True)]
        return list(zip(shaped[::2], shaped[1::2], strict=True))

    def initial(self, random: torch.Generator) -> Tensor:
        """One lane's theta (1, P): He et al. 2015, biases 0."""
        parts = []
        for n_in, n_out in self.pieces[::2]:
            gain = (2 / n_in) ** 0.5
            weights = gain * torch.randn(n_in * n_out, generator=random, device=random.device)
            parts += [weights, torch.zeros(n_out, device=random.device)]
        return torch.cat(parts)[None]


def generate(shape: Shape, theta: Tensor, z: Tensor) -> Tensor:
    """G(z) of every lane: z (L, B, Z) → (L, B, 2).

    Plain ReLUs, which make flat pieces: a generator needs them to throw much noise onto one spot.
    """
    *hidden, (weight, bias) = shape.layers(theta)
    return torch.baddbmm(bias, _hidden(hidden, z, slope=0.0), weight)


@dataclass(frozen=True)
class Sight:
    """What each lane's discriminator sees: `pack` (L,) points at once, and with `spread` (L,) that of the batch."""

    pack: Tensor
    spread: Tensor

    def __getitem__(self, lanes: Tensor) -> "Sight":
        return Sight(self.pack[lanes], self.spread[lanes])

    def of(self, x: Tensor) -> Tensor:
        """Points (L, B, 2) as inputs (L, B, 2 · MOST_PACKED): each pack, and zeros where a lane sees fewer points."""
        return packed(x, MOST_PACKED) * self.inputs[:, None]

    def among(self, x: Tensor, companions: Tensor) -> Tensor:
        """Points (L, B, 2) as inputs, each packed with the same first companions (L, ≥ 3, 2)."""
        beside = companions[:, : MOST_PACKED - 1].flatten(1)[:, None].expand(-1, x.shape[1], -1)
        return torch.cat([x, beside], -1) * self.inputs[:, None]

    @property
    def inputs(self) -> Tensor:
        """1 for the inputs that a lane uses, else 0: (L, 2 · MOST_PACKED)."""
        place = torch.arange(MOST_PACKED, device=self.pack.device).repeat_interleave(2)
        return (place < self.pack[:, None]).float()

    def judge(self, layers: list[tuple[Tensor, Tensor]], seen: Tensor, spread: Tensor | None = None) -> Tensor:
        """D's logits (L, B) of inputs (L, B, 2 · MOST_PACKED); `spread` (L, 1, 1) takes the place of the batch's."""
        *hidden, (weight, bias) = layers
        h = _hidden(hidden, seen)
        if not self.spread.any():
            return torch.baddbmm(bias, h, weight[:, :-1])[..., 0]
        told = _spread(h) if spread is None else spread.expand(*h.shape[:2], 1)
        return torch.baddbmm(bias, torch.cat([h, told * self.spread[:, None, None]], -1), weight)[..., 0]

    def spread_of(self, layers: list[tuple[Tensor, Tensor]], seen: Tensor) -> Tensor:
        """The mean spread that a batch (L, B, 2 · MOST_PACKED) shows: (L, 1, 1)."""
        return _spread(_hidden(layers[:-1], seen)).mean(1, keepdim=True)

    def unused_cleared(self, shape: Shape, theta: Tensor) -> Tensor:
        """theta (L, P) with zeros for the weights of inputs that a lane never uses."""
        layers = shape.layers(theta)
        layers[0][0].mul_(self.inputs[..., None])
        layers[-1][0][:, -1].mul_(self.spread[:, None])
        return theta


def normalised(
    layers: list[tuple[Tensor, Tensor]], lanes: Tensor, us: list[Tensor]
) -> tuple[list[tuple[Tensor, Tensor]], list[Tensor]]:
    """Layers whose weights have a largest singular value of 1 in the given lanes, and the next `us`, (n, out) each."""
    changed, next_us = [], []
    for (weight, bias), u in zip(layers, us, strict=True):
        inside, u = spectrally_normal(weight[lanes], u)
        changed.append((weight.index_copy(0, lanes, inside), bias))
        next_us.append(u)
    return changed, next_us


def _spread(hidden: Tensor) -> Tensor:
    """The feature that `minibatch_stddev` adds: (L, B, width) → (L, B, 1)."""
    return minibatch_stddev(hidden, GROUP)[..., -1:]


def _hidden(layers: list[tuple[Tensor, Tensor]], h: Tensor, slope: float = 0.2) -> Tensor:
    for weight, bias in layers:
        h = leaky_relu_(torch.bmm(h, weight).add_(bias), slope)
    return h
