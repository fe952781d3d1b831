"""Networks for points in the plane: small enough to learn in seconds and to run in a browser at 60 fps."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WAVES = 8


def noise_features(alpha_bar: Tensor) -> Tensor:
    """What a network is told of the noise: waves of u = log √((1 − ᾱ)/ᾱ) / 5 in −1…1; ᾱ (B,) → (B, 2 · WAVES)."""
    u = ((1 - alpha_bar).log() - alpha_bar.log()).div(10).clamp(-1, 1)
    angle = u[:, None] * torch.arange(1, WAVES + 1, device=u.device) * (torch.pi / 4)  # (B, WAVES)
    return torch.cat([angle.cos(), angle.sin()], 1)


class ToyModel(nn.Module):
    """ε̂(x_t, ᾱ) of points x_t (B, 2) at noise levels ᾱ (B,), 0 < ᾱ < 1: an MLP whose layers each hear the noise level.

    It predicts the velocity v and answers ε̂ = √(1 − ᾱ) x_t + √ᾱ v (Salimans & Ho 2022): where all is noise, ε̂ is x_t
    whatever the weights. Told ᾱ instead of t, it serves every schedule.
    """

    def __init__(self, width: int = 64, layers: int = 3):
        super().__init__()
        self.place = nn.Linear(2, width)
        self.hidden = nn.ModuleList(nn.Linear(width, width) for _ in range(layers - 1))
        self.noise = nn.Linear(2 * WAVES, layers * width)
        self.velocity = nn.Linear(width, 2)

    def forward(self, x_t: Tensor, alpha_bar: Tensor) -> Tensor:
        first, *shifts = self.noise(noise_features(alpha_bar)).chunk(1 + len(self.hidden), 1)  # (B, width) each
        h = F.silu(self.place(x_t) + first)
        for layer, shift in zip(self.hidden, shifts, strict=True):
            h = F.silu(layer(h) + shift)
        signal, sigma = alpha_bar[:, None].sqrt(), (1 - alpha_bar[:, None]).sqrt()
        return sigma * x_t + signal * self.velocity(h)


class ToyScores(nn.ModuleDict):
    """One `ToyModel` for each of several toys, by name."""

    def __init__(self, toys: list[str], width: int = 64, layers: int = 3):
        super().__init__({name: ToyModel(width, layers) for name in toys})
