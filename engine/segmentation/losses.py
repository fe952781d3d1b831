"""What segmentation minimises: logits or probabilities (B, C, H, W) against classes (B, H, W), without class 255."""

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


def dice(p: Tensor, y: Tensor) -> Tensor:
    """1 − mean over the classes in the batch of 2 Σ p·t / (Σ p + Σ t): soft Dice of probabilities (B, C, H, W), in
    which a large class weighs no more than a small one (Milletari et al. 2016, section 3, without the squares)."""
    classes, known = p.shape[1], (y != IGNORED).to(p.dtype)
    true = y.masked_fill(y == IGNORED, 0)
    right = (p.gather(1, true[:, None])[:, 0] * known).flatten()
    overlap = p.new_zeros(classes).index_add(0, true.flatten(), right)
    counts = p.new_zeros(classes).index_add(0, true.flatten(), known.flatten())
    size = torch.einsum("bchw,bhw->c", p, known) + counts
    return 1 - (2 * overlap / size.clamp(min=1e-6))[counts > 0].mean()
