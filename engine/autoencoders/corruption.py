"""Ways to change a picture (B, 1, 28, 28) in 0…1: Gaussian noise, hidden patches, binarisation, small warps."""

import torch
from torch import Tensor
from torch.nn import functional as F

CONTRAST = 1.35


def add_noise(x: Tensor, sigma: float, generator: torch.Generator | None = None) -> Tensor:
    """x + sigma ε, clipped to 0…1."""
    noise = torch.randn(x.shape, generator=generator, device=x.device)
    return (x + sigma * noise).clamp(0, 1)


def patch_mask(x: Tensor, share: float | Tensor, patch: int = 4, generator: torch.Generator | None = None) -> Tensor:
    """1 where a pixel is kept, 0 in the `share` of patches that is hidden: (B, 1, 28, 28) (He et al. 2022)."""
    rows, columns = x.shape[-2] // patch, x.shape[-1] // patch
    draws = torch.rand(len(x), rows * columns, generator=generator, device=x.device)
    hidden = draws.argsort(1).argsort(1) < torch.as_tensor(share, device=x.device) * rows * columns
    keep = (~hidden).float().view(-1, 1, rows, columns)
    return keep.repeat_interleave(patch, -2).repeat_interleave(patch, -1)


def binarize(x: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Dynamic binarisation: each pixel is 1 with probability x (Salakhutdinov & Murray 2008)."""
    return (torch.rand(x.shape, generator=generator, device=x.device) < x).float()


def warp(x: Tensor, strength: float = 1.0) -> Tensor:
    """Each picture turned, sheared, stretched, shifted and bent a little, anew at each call (Simard et al. 2003).

    At strength 1 the standard deviations are 0.06 rad, 0.06, 2.5 %, 0.14 pixels, and 0.17 pixels on a 7×7 net.
    Interpolation greys the edges, which would make the binarised picture noisier than a real one; the contrast undoes
    that.
    """
    size, on = len(x), {"device": x.device}
    angle, shear = 0.06 * strength * torch.randn(2, size, **on)
    width, height = 1 + 0.025 * strength * torch.randn(2, size, **on)
    shift = 0.01 * strength * torch.randn(size, 2, 1, **on)
    cos, sin = angle.cos(), angle.sin()
    matrix = torch.stack([cos * width, shear - sin * height, sin * width, cos * height], 1).view(size, 2, 2)
    grid = F.affine_grid(torch.cat([matrix, shift], 2), x.shape, align_corners=False)
    net = 0.012 * strength * torch.randn(size, 2, 7, 7, **on)
    bend = F.interpolate(net, size=x.shape[-2:], mode="bicubic", align_corners=False)
    warped = F.grid_sample(x, grid + bend.permute(0, 2, 3, 1), align_corners=False)
    return (CONTRAST * (warped - 0.5) + 0.5).clamp(0, 1)
