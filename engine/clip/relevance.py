"""Where in a picture a match comes from: by covering parts of it, or by taking the picture's vector apart."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.clip.networks import Clip

GRID, PATCH = 12, 4
"""Occlusion moves a grey square over a grid of 12 × 12 cells; the square is 4 cells wide."""


def occlusion(model: Clip, picture: Tensor, query: Tensor) -> Tensor:
    """By how much the similarity with `query` (D,) falls where a part of `picture` (1, 3, S, S) is covered, (12, 12).

    A cell's value is the mean over all squares that cover it (Zeiler & Fergus 2014, section 4.2).
    """
    return occluded(lambda x: model.pictures(x) @ query, picture)


def occluded(score: Callable[[Tensor], Tensor], picture: Tensor) -> Tensor:
    """`occlusion` for any score of pictures, (B, 3, S, S) → (B,)."""
    covers = _covers(picture.device)  # (K, 12, 12), 1 where the square is
    masks = F.interpolate(covers[:, None], picture.shape[-2:], mode="nearest")
    grey = picture.mean((2, 3), keepdim=True)
    covered = torch.cat([score(part) for part in torch.lerp(picture, grey, masks).split(64)])
    falls = (score(picture) - covered).view(-1, 1, 1)
    return (falls * covers).sum(0) / covers.sum(0)


def places(model: Clip, picture: Tensor, query: Tensor) -> Tensor:
    """What each place of the last feature map adds to the similarity, (h, w), whose sum is the similarity.

    The picture's vector is the mean of `PictureTower.places`, so its cosine with the query is a sum over places too
    (class activation mapping, Zhou et al. 2016, equation 2).
    """
    shares = model.picture_tower.places(picture)[0]  # (D, h, w)
    whole = shares.mean((1, 2)).norm()
    return torch.einsum("dhw,d->hw", shares, query) / (whole * shares[0].numel())


def _covers(device: torch.device) -> Tensor:
    """Every square of PATCH cells that reaches into the grid, each a map (GRID, GRID) of 0 and 1."""
    first = torch.arange(1 - PATCH // 2, GRID - PATCH // 2, device=device)
    cells = torch.arange(GRID, device=device)
    along = ((cells >= first[:, None]) & (cells < first[:, None] + PATCH)).float()  # (positions, GRID)
    return torch.einsum("ay,bx->abyx", along, along).flatten(0, 1)


WAYS = {"occlusion": occlusion, "places": places}
