"""Geometry of training pictures: random crops at random zooms, turned, stretched and mirrored, a batch at a time."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.segmentation.data import Photo

ALIASES = 0.7
"""Pictures shrunk by more than this are taken at half their size first."""


@dataclass(frozen=True)
class Pool:
    """Photos on square canvases: images uint8 (N, 3, S, S), the same at half the size, masks uint8 (N, S, S), and the
    box (top, left, bottom, right) float (N, 4) of what matters in each. `magnified` is how much a zoom of 1 enlarges
    them."""

    images: Tensor
    halves: Tensor
    masks: Tensor
    boxes: Tensor
    magnified: float = 1.0

    def __len__(self) -> int:
        return len(self.images)


def pooled(photos: list[Photo], magnified: float = 1.0, around_things: bool = False) -> Pool:
    """Photos of different sizes as a pool; what a canvas has too much is filled with their mirror image.

    The boxes hold the whole photo or, `around_things`, whatever is not of class 0, if anything.
    """
    side = max(max(photo.mask.shape) for photo in photos)
    images, masks, boxes = [], [], []
    for photo in photos:
        room = [((side - length) // 2, (side - length + 1) // 2) for length in photo.mask.shape]
        images.append(np.pad(photo.image, [*room, (0, 0)], mode="symmetric").transpose(2, 0, 1))
        masks.append(np.pad(photo.mask, room, mode="symmetric"))
        (top, _), (left, _) = room
        things = photo.mask > 0 if around_things and photo.mask.any() else np.ones_like(photo.mask)
        rows, columns = np.nonzero(things)
        boxes.append([rows.min() + top, columns.min() + left, rows.max() + top, columns.max() + left])
    whole = torch.from_numpy(np.stack(images))
    halves = torch.cat([F.avg_pool2d(part.float(), 2).round().byte() for part in whole.split(64)])
    return Pool(whole, halves, torch.from_numpy(np.stack(masks)), torch.tensor(boxes, dtype=torch.float32), magnified)


@dataclass(frozen=True)
class Warp:
    """How hard: zoom is drawn log-uniformly, turn in ±degrees, aspect within a factor `stretch`; `roam` lets the
    crop's middle leave the box by this share of the crop."""

    zoom: tuple[float, float] = (0.8, 1.6)
    turn: float = 10.0
    stretch: float = 1.15
    mirror: bool = True
    upside_down: bool = False
    roam: float = 0.0


def uniform(n: int, low: float, high: float) -> Tensor:
    """(n,) in low…high."""
    return low + (high - low) * torch.rand(n)


def coin(n: int, share: float) -> Tensor:
    """Booleans (n,), true for about this share."""
    return torch.rand(n) < share


def crops(boxes: Tensor, canvas: int, size: int, warp: Warp, magnified: float = 1.0) -> tuple[Tensor, Tensor]:
    """Where the pixels of random crops come from, (B, size, size, 2) for `grid_sample`, and their zooms (B,)."""
    n = len(boxes)
    zoom = torch.exp(uniform(n, *np.log(warp.zoom))) * magnified
    turn, aspect = uniform(n, -warp.turn, warp.turn).deg2rad(), warp.stretch ** uniform(n, -0.5, 0.5)
    across = torch.where(coin(n, 0.5 * warp.mirror), -1.0, 1.0) * aspect / zoom  # canvas pixels a crop's pixel
    down = torch.where(coin(n, 0.5 * warp.upside_down), -1.0, 1.0) / aspect / zoom
    half = size / 2 / zoom
    middles = []
    for first, last in ((boxes[:, 1], boxes[:, 3]), (boxes[:, 0], boxes[:, 2])):
        inset = torch.minimum(half, (last - first) / 2) * (warp.roam == 0) - 2 * warp.roam * half
        middles.append(torch.lerp(first + inset, last - inset, torch.rand(n)))
    cos, sin = turn.cos(), turn.sin()
    matrix = torch.stack([cos * across, -sin * down, sin * across, cos * down], 1).view(n, 2, 2)
    place = torch.arange(size) + 0.5 - size / 2
    offsets = torch.stack(torch.meshgrid(place, place, indexing="xy"), -1)  # (size, size, 2) of x, y
    points = torch.einsum("bij,hwj->bhwi", matrix, offsets) + torch.stack(middles, 1)[:, None, None]
    return (points + 0.5) * 2 / canvas - 1, zoom


def sample(pool: Pool, chosen: Tensor, grid: Tensor, zoom: Tensor) -> Tensor:
    """The chosen pictures of a pool at a grid, float32 (B, 3, size, size) in 0…1; they go on mirrored beyond their
    canvas."""
    x = torch.empty(len(chosen), 3, *grid.shape[1:3])
    shrunk = zoom < ALIASES
    for rows, images in ((shrunk, pool.halves), (~shrunk, pool.images)):
        if rows.any():
            part = images[chosen[rows]].float() / 255
            x[rows] = F.grid_sample(part, grid[rows], padding_mode="reflection", align_corners=False)
    return x


def sample_mask(pool: Pool, chosen: Tensor, grid: Tensor) -> Tensor:
    """The chosen masks of a pool at a grid, int64 (B, size, size): the nearest pixel's class."""
    masks = pool.masks[chosen][:, None].float()
    return F.grid_sample(masks, grid, "nearest", "reflection", align_corners=False)[:, 0].round().long()
