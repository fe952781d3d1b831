"""What cameras do to a picture: light, colour, blur, noise, compression. Batches (B, 3, H, W) in 0…1, on the CPU."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.segmentation.warps import coin, uniform

LUMA = (0.299, 0.587, 0.114)


def recoloured(x: Tensor, strength: float = 1.0) -> Tensor:
    """Random gamma, contrast, brightness, white balance and saturation; one picture in sixteen loses its colour."""
    n = len(x)
    gamma = torch.exp(strength * uniform(n, -0.5, 0.5)).view(n, 1, 1, 1)
    gain = torch.exp(strength * (uniform(3 * n, -0.12, 0.12).view(n, 3) + uniform(n, -0.25, 0.25)[:, None]))
    offset = strength * uniform(n, -0.12, 0.12).view(n, 1, 1, 1)
    saturation = torch.where(coin(n, 1 / 16), 0.0, torch.exp(strength * uniform(n, -0.6, 0.5))).view(n, 1, 1, 1)
    x = x.clamp(1e-3, 1) ** gamma * gain[:, :, None, None] + offset
    grey = torch.einsum("bchw,c->bhw", x, torch.tensor(LUMA))[:, None]
    return torch.lerp(grey, x, saturation).clamp(0, 1)


def shaded(x: Tensor, share: float = 0.4) -> Tensor:
    """Light that falls off or a shadow with a soft edge, across some of the pictures."""
    n, _, height, width = x.shape
    angle, where = uniform(n, 0, 2 * math.pi), uniform(n, -0.6, 0.6)
    softness, depth = torch.exp(uniform(n, math.log(0.03), math.log(1.5))), uniform(n, 0.1, 0.6) * coin(n, share)
    down, across = torch.linspace(-1, 1, height), torch.linspace(-1, 1, width)
    ahead = angle.cos()[:, None, None] * across + angle.sin()[:, None, None] * down[:, None] - where[:, None, None]
    dark = torch.sigmoid(ahead / softness[:, None, None])
    return x * (1 - depth[:, None, None] * dark)[:, None]


def blurred(x: Tensor, share: float = 0.35) -> Tensor:
    """Some of the pictures out of focus: a box blur, once or twice, 3 or 5 pixels wide."""
    chosen = coin(len(x), share)
    if chosen.any():
        width = 3 + 2 * int(torch.randint(2, ()))
        for _ in range(1 + int(torch.randint(2, ()))):
            x[chosen] = F.avg_pool2d(x[chosen], width, 1, width // 2, count_include_pad=False)
    return x


def noisy(x: Tensor, most: float = 0.06) -> Tensor:
    """Sensor noise of a random strength up to `most`, none for half of the pictures."""
    n = len(x)
    spread = uniform(n, 0, most) * coin(n, 0.5)
    return x + spread.view(n, 1, 1, 1) * torch.randn_like(x)


def dct_matrix(n: int = 8) -> Tensor:
    """The orthonormal cosine basis (n, n) that JPEG uses, a frequency a row."""
    k, x = torch.arange(n)[:, None], torch.arange(n)
    basis = torch.cos(math.pi * (2 * x + 1) * k / (2 * n)) * math.sqrt(2 / n)
    basis[0] /= math.sqrt(2)
    return basis


def compressed(x: Tensor, share: float = 0.3) -> Tensor:
    """Some of the pictures as JPEG leaves them: 8 × 8 blocks, cosine transform, coarser steps for higher
    frequencies. Height and width must be multiples of 8."""
    chosen = coin(len(x), share)
    n = int(chosen.sum())
    if n == 0:
        return x
    basis, frequency = dct_matrix(), torch.arange(8)
    steps = torch.exp(uniform(n, math.log(0.01), math.log(0.08))).view(n, 1, 1, 1, 1, 1) * (
        1 + frequency[:, None] + frequency
    ).view(8, 1, 8)
    height, width = x.shape[-2:]
    blocks = x[chosen].view(n, 3, height // 8, 8, width // 8, 8)
    waves = torch.einsum("kx,bchxwy,ly->bchkwl", basis, blocks, basis)
    waves = (waves / steps).round() * steps
    x[chosen] = torch.einsum("kx,bchkwl,ly->bchxwy", basis, waves, basis).reshape(n, 3, height, width)
    return x


def photographed(x: Tensor) -> Tensor:
    """Everything between a scene and its file."""
    return compressed(noisy(blurred(shaded(recoloured(x))))).clamp(0, 1)
