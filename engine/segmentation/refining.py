"""Crisp edges from a coarse answer: the guided filter, which lets the picture itself say where an edge lies."""

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.segmentation.framing import resized


def guided(p: Tensor, picture: Tensor, radius: int = 6, eps: float = 1e-3) -> Tensor:
    """p (1, 1, h, w) in 0…1 at the size of a picture (1, 3, H, W) in 0…1: (1, 1, H, W), edges where the picture's are.

    In every window of 2·radius + 1 coarse pixels p is a · colour + b, the best fit with a penalty eps · |a|²; averaged,
    a and b then hold for the fine picture (He & Sun 2015, Fast Guided Filter; for colour He et al. 2013, equations
    14–16).
    """
    coarse = resized(picture, tuple(p.shape[-2:]))
    mean_colour, mean_p = boxed(coarse, radius), boxed(p, radius)
    covariance = _products(coarse, radius) - mean_colour[:, :, None] * mean_colour[:, None]  # (1, 3, 3, h, w)
    with_p = boxed(coarse * p, radius) - mean_colour * mean_p  # (1, 3, h, w)
    matrices = covariance.permute(0, 3, 4, 1, 2) + eps * torch.eye(3, device=p.device)
    a = torch.linalg.solve(matrices, with_p.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
    b = mean_p - (a * mean_colour).sum(1, keepdim=True)
    a, b = (resized(boxed(part, radius), tuple(picture.shape[-2:])) for part in (a, b))
    return ((a * picture).sum(1, keepdim=True) + b).clamp(0, 1)


def boxed(x: Tensor, radius: int) -> Tensor:
    """The mean of (B, C, h, w) over windows of 2·radius + 1, at the edges over what there is of them."""
    for axis in (-1, -2):
        sums = F.pad(x.transpose(axis, -1).double().cumsum(-1), (1, 0))
        place = torch.arange(x.shape[axis], device=x.device)
        last, first = (place + radius + 1).clamp(max=x.shape[axis]), (place - radius).clamp(min=0)
        x = ((sums[..., last] - sums[..., first]) / (last - first)).transpose(axis, -1)
    return x.float()


def _products(x: Tensor, radius: int) -> Tensor:
    """Window means of every product of two channels, (B, 3, 3, h, w)."""
    products = x[:, :, None] * x[:, None]
    return boxed(products.flatten(1, 2), radius).view_as(products)
