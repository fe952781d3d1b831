"""Pictures seen in other ways: cropped, turned a little, mirrored, in other light, partly covered."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class View:
    """How far a random view departs from its picture.

    `area`: the least share of the picture that is seen; `stretch`: the largest ratio of zooms across and down; `turn`:
    degrees; `light`: of brightness, contrast and saturation, each 1 ± light; `covered`: how many pictures have a grey
    patch; `mirror`: whether left and right may change places.
    """

    area: float = 0.45
    stretch: float = 1.3
    turn: float = 10.0
    light: float = 0.3
    covered: float = 0.2
    mirror: bool = True

    def __call__(self, images: Tensor, side: int) -> Tensor:
        """Pictures uint8 (B, 3, H, W) → views float32 (B, 3, side, side) in 0…1."""
        seen = F.grid_sample(
            images.float() / 255, self._windows(len(images), side), padding_mode="reflection", align_corners=False
        )
        return cover(relight(seen, self.light), self.covered)

    def _windows(self, n: int, side: int) -> Tensor:
        """Where n views look, (n, side, side, 2): zoom, turn, mirror, then move within the picture."""
        zoom = uniform(n, self.area, 1.0).sqrt()
        stretch = torch.exp(uniform(n, -1, 1) * torch.tensor(self.stretch).log() / 2)
        across, down = (zoom * stretch).clamp(max=1), (zoom / stretch).clamp(max=1)
        mirror = torch.where(torch.rand(n) < 0.5, -1.0, 1.0) if self.mirror else torch.ones(n)
        angle = uniform(n, -1, 1) * torch.tensor(self.turn).deg2rad()
        cos, sin = angle.cos(), angle.sin()
        dx, dy = uniform(n, -1, 1) * (1 - across), uniform(n, -1, 1) * (1 - down)
        rows = [mirror * across * cos, -down * sin, dx, mirror * across * sin, down * cos, dy]
        return F.affine_grid(torch.stack(rows, 1).view(n, 2, 3), [n, 3, side, side], align_corners=False)


def uniform(n: int, low: float, high: float) -> Tensor:
    """n random numbers between `low` and `high`."""
    return low + (high - low) * torch.rand(n)


def relight(x: Tensor, strength: float) -> Tensor:
    """Brightness, contrast and saturation of each picture times 1 ± strength, and its colours a little warmer or
    colder; (B, 3, H, W) in 0…1."""
    bright, contrast, saturated = (uniform(len(x), 1 - strength, 1 + strength).view(-1, 1, 1, 1) for _ in range(3))
    tint = 1 + 0.25 * strength * (2 * torch.rand(len(x), 3, 1, 1) - 1)
    grey = x.mean(1, keepdim=True)
    x = grey + saturated * (x - grey)
    mean = x.mean((1, 2, 3), keepdim=True)
    return ((mean + contrast * (x - mean)) * bright * tint).clamp(0, 1)


def cover(x: Tensor, share: float) -> Tensor:
    """A grey rectangle, a fifth to a half as high and wide as the picture, over a `share` of pictures."""
    n, _, height, width = x.shape
    mask = torch.ones(n, 1, height, width)
    for axis, length in ((2, height), (3, width)):
        size, middle = uniform(n, 0.2, 0.5) * length, torch.rand(n) * length
        inside = (torch.arange(length) - middle[:, None]).abs() < size[:, None] / 2
        mask = mask * inside.view(n, 1, *(length if i == axis else 1 for i in (2, 3)))
    mask = mask * (torch.rand(n) < share).view(n, 1, 1, 1)
    return torch.lerp(x, torch.tensor(0.5), mask)
