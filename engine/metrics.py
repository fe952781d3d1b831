"""Measures that more than one family uses. Each takes torch tensors and returns plain numbers."""

import torch
from torch import Tensor


def squared_errors(x: Tensor, x_hat: Tensor) -> Tensor:
    """Mean squared error of each picture, (B,), for pictures (B, C, H, W) in 0…1."""
    return (x.float() - x_hat.float()).square().flatten(1).mean(1)


def frechet_distance(mu1: Tensor, sigma1: Tensor, mu2: Tensor, sigma2: Tensor) -> float:
    """‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½), squared Fréchet distance of two Gaussians (Dowson & Landau 1982).

    The trace of the root is the sum of the square roots of the eigenvalues of Σ₁Σ₂, which are real and ≥ 0.
    """
    eigenvalues = torch.linalg.eigvals(sigma1.double() @ sigma2.double()).real.clamp(min=0)
    trace_of_root = eigenvalues.sqrt().sum()
    distance = (mu1 - mu2).double().square().sum() + sigma1.trace() + sigma2.trace() - 2 * trace_of_root
    return float(distance)
