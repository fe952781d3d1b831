"""Deep image prior: a network that has seen nothing is fitted to one damaged photo, and prefers to draw what is whole.

Ulyanov et al. 2018: min over θ of E(f_θ(z); x₀) with fixed noise z. Structure comes before noise, so one stops in time.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MULTIPLE = 16
"""Height and width of a picture must be multiples of this."""


class Hourglass(nn.Module):
    """Noise (1, channels, H, W) → a picture (1, 3, H, W) in 0…1: four levels down and up, thin skips between
    (Ulyanov et al. 2018, figure 21, at a fraction of the width)."""

    def __init__(self, channels: int = 16, width: int = 32, skip: int = 4, levels: int = 4):
        super().__init__()
        self.down = nn.ModuleList(
            nn.Sequential(_layer(channels if i == 0 else width, width, stride=2), _layer(width, width))
            for i in range(levels)
        )
        self.skip = nn.ModuleList(_layer(channels if i == 0 else width, skip, size=1) for i in range(levels))
        self.up = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(width + skip), _layer(width + skip, width), _layer(width, width, size=1))
            for _ in range(levels)
        )
        self.head = nn.Conv2d(width, 3, 1)

    def forward(self, z: Tensor) -> Tensor:
        skips, h = [], z
        for down, skip in zip(self.down, self.skip, strict=True):
            skips.append(skip(h))
            h = down(h)
        for up in self.up:
            h = F.interpolate(h, scale_factor=2.0, mode="bilinear")
            h = up(torch.cat([h, skips.pop()], 1))
        return self.head(h).sigmoid()


def _layer(inputs: int, outputs: int, size: int = 3, stride: int = 1) -> nn.Module:
    convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, padding_mode="reflect", bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2))


@dataclass(frozen=True)
class Fit:
    """One moment: the picture (1, 3, H, W) after `step` steps, its running average, and the misfit to what is known.

    `restless` is the variance of the last averages, whose first lasting minimum is where to stop: noise is being
    learned from there on (Wang et al. 2023, *Early stopping for deep image prior*); infinite until enough were seen.
    """

    step: int
    picture: Tensor
    average: Tensor
    misfit: float
    restless: float


Misfit = Callable[[Tensor], Tensor]
"""(picture (1, 3, H, W) in 0…1) → how badly it explains what is known."""


def masked(photo: Tensor, keep: Tensor | None = None) -> Misfit:
    """Mean squared error where `keep` (1, 1, H, W) is true; everywhere without it: for denoising and inpainting."""
    if keep is None:
        return lambda x: F.mse_loss(x, photo)
    weight = keep.float() / (3 * keep.float().sum().clamp(min=1))
    return lambda x: (weight * (x - photo).square()).sum()


def shrunk(photo: Tensor, factor: int) -> Misfit:
    """Mean squared error after shrinking by an integer factor: for enlarging a photo by it."""
    return lambda x: F.mse_loss(F.avg_pool2d(x, factor), photo)


def fit(
    misfit: Misfit, height: int, width: int, device: torch.device, seed: int, steps: int, lr: float = 0.01,
    jitter: float = 0.03, window: int = 40, channels: int = 16,
) -> Iterator[Fit]:  # fmt: skip
    """Fit an `Hourglass` for `steps` steps of Adam, a record for each. `jitter` is fresh noise on z at each step, which
    keeps it from settling on the damage (supplement of Ulyanov et al. 2018). Raises ValueError for an odd size."""
    if height % MULTIPLE or width % MULTIPLE:
        raise ValueError(f"Height and width must be multiples of {MULTIPLE}; they are {height} and {width}.")
    torch.manual_seed(seed)
    network = Hourglass(channels).to(device)
    z = 0.1 * torch.rand(1, channels, height, width, device=device)
    optimizer = torch.optim.Adam(network.parameters(), lr=lr)
    average, recent = None, deque(maxlen=window)
    for step in range(1, steps + 1):
        with torch.enable_grad():
            picture = network(z + jitter * torch.randn_like(z))
            loss = misfit(picture)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        picture = picture.detach()
        average = picture if average is None else torch.lerp(average, picture, 0.05)
        recent.append(F.avg_pool2d(picture, 4))
        restless = float(torch.cat([*recent]).var(0).mean()) if len(recent) == window else float("inf")
        yield Fit(step, picture, average, loss.item(), restless)
