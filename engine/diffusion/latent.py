"""Diffusion in the space of an autoencoder's features, as in latent diffusion (Rombach et al. 2022).

The autoencoder is a published VQ-VAE: we diffuse its features before they are quantised, and quantise on the way back
to pixels (their VQ-regularised variant, section 3.1). Its codes turn out to lie on a plane (99.7 % of their variance or
more), so the latent has the two coordinates in that plane at each of the 7 × 7 places: 98 numbers for 784 pixels.
"""

import torch
from torch import Tensor, nn

DEPTH = 2


def to_latent(autoencoder: nn.Module, x: Tensor) -> Tensor:
    """Latents (B, 2, 7, 7) of pictures (B, 1, 28, 28) in 0…1, each coordinate about at mean 0 and spread 1."""
    mean, axes = plane(autoencoder)
    features = autoencoder.encoder(x).movedim(1, -1)  # (B, 7, 7, 16)
    return ((features - mean) @ torch.linalg.pinv(axes)).movedim(-1, 1)


def from_latent(autoencoder: nn.Module, z: Tensor) -> Tensor:
    """Pictures (B, 1, 28, 28) in 0…1 of latents (B, 2, 7, 7): nearest codes, then the decoder."""
    mean, axes = plane(autoencoder)
    features = (z.movedim(1, -1) @ axes + mean).movedim(-1, 1)  # (B, 16, 7, 7)
    return autoencoder.decode(autoencoder.quantizer.nearest(features))


def plane(autoencoder: nn.Module) -> tuple[Tensor, Tensor]:
    """The codebook's mean (16,) and its two principal axes (2, 16), each as long as the codes spread along it.

    An axis points where its largest entry is positive, so that it is the same on every machine.
    """
    codes = autoencoder.quantizer.codebook
    mean = codes.mean(0)
    _, spread, axes = torch.linalg.svd(codes - mean, full_matrices=False)
    axes = axes[:DEPTH] * axes[:DEPTH].gather(1, axes[:DEPTH].abs().argmax(1, keepdim=True)).sign()
    return mean, axes * (spread[:DEPTH, None] / len(codes) ** 0.5)
