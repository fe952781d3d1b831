"""Two generators in the plane: one bends noise straight into data, one maps noise to styles first."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Bend(nn.Module):
    """x + B silu(A x + a) + b of points (B, 2): it starts as almost nothing, so the plane does not fold."""

    def __init__(self, width: int):
        super().__init__()
        self.out, self.back = nn.Linear(2, width), nn.Linear(width, 2)
        keep_scale(self.out)
        nn.init.normal_(self.back.weight, std=0.05)
        nn.init.zeros_(self.back.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.back(F.silu(self.out(x)))


class PlaneGenerator(nn.Module):
    """G(z) = g(f(z)) of noise (B, 2): a mapping f of some layers and a synthesis g of some more; without a mapping
    w = z."""

    def __init__(self, mapping: int, synthesis: int, width: int):
        super().__init__()
        self.mapping = nn.Sequential(*(Bend(width) for _ in range(mapping)))
        self.synthesis = nn.Sequential(*(Bend(width) for _ in range(synthesis)))

    def forward(self, z: Tensor) -> Tensor:
        return self.synthesis(self.mapping(z))


def plane_discriminator(width: int) -> nn.Sequential:
    """D(x), logits (B, 1) of points (B, 2): three hidden layers."""
    layers = [nn.Linear(2, width), nn.LeakyReLU(0.2)]
    for _ in range(2):
        layers += [nn.Linear(width, width), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, nn.Linear(width, 1)).apply(keep_scale)


def keep_scale(layer: nn.Module) -> None:
    """Start a linear layer so that rectifiers pass on the variance they get (He et al. 2015, equation 10)."""
    if isinstance(layer, nn.Linear):
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        nn.init.zeros_(layer.bias)


class MappingToys(nn.Module):
    """The same ten layers twice, each with a discriminator of its own: those of `direct` are all synthesis, of `mapped`
    the first eight map z to w."""

    snapshot_steps = ()

    def __init__(self, width: int = 32, judge: int = 64):
        super().__init__()
        self.generator = nn.ModuleDict({"direct": PlaneGenerator(0, 10, width), "mapped": PlaneGenerator(8, 2, width)})
        self.discriminator = nn.ModuleDict({name: plane_discriminator(judge) for name in self.generator})


def path_penalty(synthesis: nn.Module, w: Tensor, u: Tensor) -> Tensor:
    """E(‖Jᵀu‖ − 1)² for directions u (B, 2) of length 1, J = ∂g/∂w: 0 where a step in w moves the data as far,
    whichever way. Path length regularisation (Karras et al. 2020, equation 4) with w in the data's own units."""
    (slope,) = torch.autograd.grad((synthesis(w) * u).sum(), w, create_graph=True)
    return (slope.norm(dim=1) - 1).square().mean()
