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
    but class 0 taken together, plus focal loss; each with its own factor.

    Of `thinned` × `thinned` pixels one counts, each time another one: neighbours say much the same.
    """

    dice: float = 0.5
    foreground: float = 0.0
    focal: float = 0.0
    thinned: int = 1

    def __call__(self, model: Segmenter, batch: tuple[Tensor, ...], progress: float) -> dict[str, Tensor]:
        x, *rest = batch
        row, column = torch.randint(self.thinned, (2,)).tolist()
        logits, y, *weights = (
            part[..., row :: self.thinned, column :: self.thinned].contiguous() for part in (model(x), *rest)
        )
        loss = entropy = cross_entropy(logits, y, *weights)
        p = logits.softmax(1)
        if self.dice:
            loss = loss + self.dice * dice(p, y)
        if self.foreground:
            loss = loss + self.foreground * dice(*against_background(p, y))
        if self.focal:
            loss = loss + self.focal * focal(logits, y)
        return {
            "loss": loss,
            "cross_entropy": entropy,
            "pixel_accuracy": accuracy(logits, y),
        }


def against_background(p: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Probabilities (B, 2, H, W) and classes of class 0 against all the rest."""
    background = p[:, :1]
    return torch.cat([background, 1 - background], 1), torch.where(y == IGNORED, y, (y > 0).long())


def accuracy(logits: Tensor, y: Tensor) -> Tensor:
    """Share of the known pixels whose class is found."""
    known = y != IGNORED
    return ((logits.argmax(1) == y) & known).sum() / known.sum().clamp(min=1)
