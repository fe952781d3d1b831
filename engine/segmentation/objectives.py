"""What the segmentation models minimise. An objective takes (model, batch, share of the training done)."""

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.segmentation.classes import IGNORED
from engine.segmentation.losses import cross_entropy, dice, focal
from engine.segmentation.networks import Segmenter


@dataclass(frozen=True)
class Segment:
    """Cross-entropy, weighted where the batch says so, plus soft Dice over the classes, plus soft Dice of everything
    but class 0 taken together, plus focal loss; each with its own factor."""

    dice: float = 0.5
    foreground: float = 0.0
    focal: float = 0.0

    def __call__(self, model: Segmenter, batch: tuple[Tensor, ...], progress: float) -> dict[str, Tensor]:
        x, y, *weights = batch
        logits = model(x)
        loss = entropy = cross_entropy(logits, y, *weights)
        if self.dice:
            loss = loss + self.dice * dice(logits, y)
        if self.foreground:
            loss = loss + self.foreground * dice(*against_background(logits, y))
        if self.focal:
            loss = loss + self.focal * focal(logits, y)
        known = y != IGNORED
        right = ((logits.argmax(1) == y) & known).sum() / known.sum()
        return {"loss": loss, "cross_entropy": entropy, "pixel_accuracy": right}


def against_background(logits: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Logits (B, 2, H, W) and classes of background against all the rest: log Σ exp of the rest's logits."""
    binary = torch.stack([logits[:, 0], logits[:, 1:].logsumexp(1)], 1)
    return binary, torch.where(y == IGNORED, y, (y > 0).long())
