"""What discriminators believe, as a number between 0 (surely generated) and 1 (surely real)."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.gans.methods import Method

PROBABILITY, TARGET = {"minimax", "non_saturating"}, "least_squares"


@dataclass(frozen=True)
class Beliefs:
    """How each lane's logits read as D(x) in 0…1, ½ when it cannot tell.

    Cross-entropy: σ(D). Least squares: D itself, cut to 0…1. The other losses only `compare`, so their zero means
    nothing: σ(2 (D − c)), where c is halfway between the mean logits of real and of generated points.
    """

    compare: Tensor
    target: Tensor

    @classmethod
    def of(cls, methods: Sequence[Method], device: torch.device) -> "Beliefs":
        """For one lane a method."""
        compare = [method.loss not in PROBABILITY and method.loss != TARGET for method in methods]
        target = [method.loss == TARGET for method in methods]
        return cls(torch.tensor(compare, device=device)[:, None], torch.tensor(target, device=device)[:, None])

    def __call__(self, logits: Tensor, middle: Tensor) -> Tensor:
        """Logits (L, B) → D (L, B), with c = `middle` (L, 1)."""
        compared = torch.where(self.compare, 2 * (logits - middle), logits)
        return torch.where(self.target, logits.clamp(0, 1), compared.sigmoid())
