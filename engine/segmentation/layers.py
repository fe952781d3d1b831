"""The pieces that the networks are made of, all without branches."""

import torch
from torch import Tensor, nn

GROUP = 8


def norm(kind: str, channels: int) -> nn.Module:
    """The norm "batch", one mean and spread a channel for all pictures, or "group", by groups of channels in each."""
    return {"batch": nn.BatchNorm2d, "group": lambda c: nn.GroupNorm(max(1, c // GROUP), c)}[kind](channels)


def convolutions(inputs: int, outputs: int, kind: str, dilations: tuple[int, ...] = (1, 1)) -> nn.Sequential:
    """A 3×3 convolution that keeps the size, norm and ReLU for each dilation: the paper's pair is (1, 1)."""
    parts = []
    for dilation in dilations:
        convolution = nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation, bias=False)
        parts += [convolution, norm(kind, outputs), nn.ReLU()]
        inputs = outputs
    return nn.Sequential(*parts)


def doubled(inputs: int, outputs: int, how: str) -> nn.Sequential:
    """Twice the size, other channels: "transposed" learns how; "bilinear" and "nearest" follow a 1×1 convolution."""
    if how == "transposed":
        return nn.Sequential(nn.ConvTranspose2d(inputs, outputs, 2, 2))
    return nn.Sequential(nn.Conv2d(inputs, outputs, 1), enlarged(2, how))


def enlarged(factor: int, how: str = "bilinear") -> nn.Module:
    """`factor` times the size by interpolation; nothing for factor 1."""
    if factor == 1:
        return nn.Identity()
    return nn.Upsample(scale_factor=factor, mode=how, align_corners=False if how == "bilinear" else None)


class Standardise(nn.Module):
    """Pictures in 0…1 → about zero mean and unit spread."""

    def forward(self, x: Tensor) -> Tensor:
        return 4 * x - 2


def folded(patch: int) -> nn.Sequential:
    """Standardised pictures, each `patch` × `patch` square of pixels folded into channels; (B, 3, H, W) →
    (B, 3·patch², H/patch, W/patch)."""
    return nn.Sequential(Standardise(), *([nn.PixelUnshuffle(patch)] if patch > 1 else []))


def passed(skip: Tensor, how: str) -> Tensor:
    """What a skip connection lets through: "on" all, "zero" nothing, "mean" the mean of each channel everywhere."""
    match how:
        case "on":
            return skip
        case "zero":
            return torch.zeros_like(skip)
        case "mean":
            return skip.mean((2, 3), keepdim=True).expand_as(skip)
    raise ValueError(f"A skip is on, zero or mean, not '{how}'.")
