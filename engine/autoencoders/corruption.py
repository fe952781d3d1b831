"""Ways to spoil a picture (B, 1, 28, 28) in 0…1: Gaussian noise and hidden patches."""

import torch
from torch import Tensor


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
