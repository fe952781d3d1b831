"""The judge of scenes: reads a picture back into a `Scene`, so that a claim can be asked whether it holds.

It finds things as points (Zhou et al. 2019, *Objects as points*): a heat map of centres, and at each place the
attributes of the thing around it.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.editing.agreement import ATTRIBUTES, GROUND
from engine.scenes import Background, Scene, Thing
from engine.scenes.truth import SIZES

GRID = 16
"""Places along a side."""

WIDTHS = [len(options) for options in ATTRIBUTES.values()]
GROUND_WIDTHS = [len(options) for options in GROUND.values()]

SEEN = 0.35
"""A place is the centre of a thing if the heat there is above this and above that of its neighbours."""


class SceneJudge(nn.Module):
    """Pictures (B, 3, 64, 64) in 0…1 → maps (B, 3 + 23, 16, 16), background (B, 10).

    The maps are the logit of a centre, the way from the place's middle to it in places (x, y), and logits of each
    attribute; the background's logits are those of its colour and its texture.
    """

    def __init__(self, widths: tuple[int, int, int]):
        super().__init__()
        fine, middle, coarse = widths
        self.fine = nn.Sequential(nn.PixelUnshuffle(2), _layers(12, fine, fine))
        self.middle, self.coarse = _layers(fine, middle, middle), _layers(middle, coarse, coarse)
        self.joined = nn.Sequential(nn.Conv2d(middle + coarse, middle, 1), _layers(middle, middle, middle))
        self.head = nn.Conv2d(middle, 3 + sum(WIDTHS), 1)
        self.ground = nn.Linear(coarse, sum(GROUND_WIDTHS))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        middle = self.middle(F.max_pool2d(self.fine(2 * x - 1), 2))  # (B, ·, 16, 16)
        coarse = self.coarse(F.max_pool2d(middle, 2))  # (B, ·, 8, 8)
        maps = self.head(self.joined(torch.cat([middle, F.interpolate(coarse, scale_factor=2.0)], 1)))
        return maps.float(), self.ground(coarse.mean((2, 3))).float()

    def read(self, x: Tensor) -> list[Scene]:
        """The scene in each picture. Radii are those that the sizes stand for, and nothing is known of turns."""
        maps, ground = self(x)
        heat = maps[:, :1].sigmoid()
        peaks = (heat == F.max_pool2d(heat, 3, 1, 1)) & (heat > SEEN)
        found: list[list[Thing]] = [[] for _ in x]
        for i, _, row, column in peaks.nonzero().tolist():
            found[i].append(_thing(maps[i, 1:, row, column], row, column))
        named = [_names(row, GROUND, GROUND_WIDTHS) for row in ground]
        return [Scene(tuple(things), Background(*names, 0.0)) for things, names in zip(found, named, strict=True)]


def _thing(numbers: Tensor, row: int, column: int) -> Thing:
    dx, dy = numbers[:2].tolist()
    shape, colour, size, texture = _names(numbers[2:], ATTRIBUTES, WIDTHS)
    x, y = ((place + 0.5 + way) / GRID for place, way in ((column, dx), (row, dy)))
    return Thing(shape, colour, size, texture, x, y, SIZES[size], 0.0)


def _names(logits: Tensor, options: dict[str, tuple[str, ...]], widths: list[int]) -> list[str]:
    parts = logits.split(widths)
    return [names[int(part.argmax())] for part, names in zip(parts, options.values(), strict=True)]


def _layers(*widths: int) -> nn.Module:
    return nn.Sequential(
        *(
            nn.Sequential(nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b), nn.ReLU())
            for a, b in pairwise(widths)
        )
    )
