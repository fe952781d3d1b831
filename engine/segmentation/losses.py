"""What segmentation minimises: logits (B, C, H, W) against classes (B, H, W), pixels of class 255 left out."""

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.segmentation.classes import IGNORED


def cross_entropy(logits: Tensor, y: Tensor, weights: Tensor | None = None) -> Tensor:
    """Σ w(x) · −log p_y(x) / Σ w(x): equation 1 of Ronneberger et al. 2015, as a mean; weights (B, H, W), default 1."""
    surprise = F.cross_entropy(logits, y, ignore_index=IGNORED, reduction="none")
    weights = torch.ones_like(surprise) if weights is None else weights
    weights = weights * (y != IGNORED)
    return (weights * surprise).sum() / weights.sum().clamp(min=1e-6)


def focal(logits: Tensor, y: Tensor, gamma: float = 2.0) -> Tensor:
    """Mean of (1 − p_y)^γ · −log p_y: easy pixels count less (Lin et al. 2017, equation 4)."""
    surprise = F.cross_entropy(logits, y, ignore_index=IGNORED, reduction="none")
    known = y != IGNORED
    return ((1 - torch.exp(-surprise)) ** gamma * surprise)[known].sum() / known.sum().clamp(min=1)


def dice(logits: Tensor, y: Tensor) -> Tensor:
    """1 − mean over the classes in the batch of 2 Σ p·t / (Σ p + Σ t): soft Dice, which counts no background
    (Milletari et al. 2016, section 3, without the squares)."""
    known = (y != IGNORED)[:, None]
    p = logits.softmax(1) * known
    t = F.one_hot(y.masked_fill(~known[:, 0], 0), logits.shape[1]).movedim(-1, 1) * known
    overlap, size = (p * t).sum((0, 2, 3)), (p + t).sum((0, 2, 3))  # (C,)
    present = t.sum((0, 2, 3)) > 0
    return 1 - (2 * overlap / size.clamp(min=1e-6))[present].mean()
