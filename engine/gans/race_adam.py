"""Adam for lanes that train side by side: one tensor a player, a row a lane."""

from dataclasses import dataclass

import torch
from torch import Tensor

TINY = 1e-8


@dataclass
class Adam:
    """Kingma & Ba 2015, Algorithm 1, on theta (L, P): moments `m` and `v` (L, P), `t` updates so far."""

    m: Tensor
    v: Tensor
    t: int = 0

    @classmethod
    def of(cls, theta: Tensor) -> "Adam":
        """Before the first update."""
        return cls(torch.zeros_like(theta), torch.zeros_like(theta))

    def update(self, theta: Tensor, gradient: Tensor, lr: float, beta1: float, beta2: float) -> None:
        """θ ← θ − lr m̂ / (√v̂ + 10⁻⁸), in place."""
        self.t += 1
        self.m.lerp_(gradient, 1 - beta1)
        self.v.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        theta.addcdiv_(self.m, self.steepness(beta2), value=-lr / (1 - beta1**self.t))

    def steepness(self, beta2: float) -> Tensor:
        """√v̂ + 10⁻⁸, what a gradient is divided by: (L, P)."""
        return (self.v / (1 - beta2 ** max(self.t, 1))).sqrt_().add_(TINY)
