"""A deep network of narrow layers, plain or residual: one addition is the whole difference."""

from torch import Tensor, nn
from torch.nn import functional as F


class Layer(nn.Module):
    """f(h) = W relu(norm(h)), He et al. 2016 (Identity mappings), figure 1b, with one weight matrix."""

    def __init__(self, width: int, normalised: bool):
        super().__init__()
        self.norm = nn.LayerNorm(width) if normalised else nn.Identity()
        self.linear = nn.Linear(width, width)
        nn.init.kaiming_normal_(self.linear.weight, nonlinearity="relu")
        nn.init.zeros_(self.linear.bias)

    def forward(self, h: Tensor) -> Tensor:
        return self.linear(F.relu(self.norm(h)))


class DeepNet(nn.Module):
    """Points of the plane (B, 2) → logits (B,) through `depth` layers: h ← h + f(h), or without the sum h ← f(h)."""

    def __init__(self, depth: int, width: int, residual: bool, normalised: bool):
        super().__init__()
        self.residual = residual
        self.into = nn.Linear(2, width)
        self.layers = nn.ModuleList(Layer(width, normalised) for _ in range(depth))
        self.out = nn.Linear(width, 1)

    def forward(self, x: Tensor) -> Tensor:
        h = self.into(x)
        for layer in self.layers:
            h = h + layer(h) if self.residual else layer(h)
        return self.out(F.relu(h))[:, 0]


def build(kind: str, **config) -> nn.Module:
    """An untrained network; the one kind is `deep`."""
    return {"deep": DeepNet}[kind](**config)
