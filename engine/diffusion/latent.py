"""Diffusion in the space of an autoencoder's features, as in latent diffusion (Rombach et al. 2022).

The autoencoder is a published VQ-VAE: we diffuse its 16 × 7 × 7 features before they are quantised, and quantise on the
way back to pixels (their VQ-regularised variant, section 3.1).
"""

import torch
from torch import Tensor, nn


def to_latent(autoencoder: nn.Module, x: Tensor) -> Tensor:
    """Features (B, 16, 7, 7) of pictures (B, 1, 28, 28) in 0…1, each channel about at mean 0 and spread 1."""
    mean, spread = _statistics(autoencoder)
    return (autoencoder.encoder(x) - mean) / spread


def from_latent(autoencoder: nn.Module, z: Tensor) -> Tensor:
    """Pictures (B, 1, 28, 28) in 0…1 of features (B, 16, 7, 7): nearest codes, then the decoder."""
    mean, spread = _statistics(autoencoder)
    return autoencoder.decode(autoencoder.quantizer.nearest(mean + spread * z))


def _statistics(autoencoder: nn.Module) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each feature over the codebook, (16, 1, 1) each."""
    spread, mean = torch.std_mean(autoencoder.quantizer.codebook, 0)
    return mean[:, None, None], spread[:, None, None]
