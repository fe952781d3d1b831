"""How good a segmentation is, from counts of pixels."""

import torch
from torch import Tensor

from engine.segmentation.classes import IGNORED


def confusion(found: Tensor, true: Tensor, classes: int) -> Tensor:
    """Pixels of true class i found as class j, int64 (classes, classes); those of class 255 are left out."""
    known = true != IGNORED
    pairs = true[known].long() * classes + found[known].long()
    return torch.bincount(pairs, minlength=classes**2).view(classes, classes)


def iou(counts: Tensor) -> Tensor:
    """Intersection over union of each class, (classes,), from a confusion matrix; NaN for a class that never occurs."""
    right = counts.diagonal().double()
    return right / (counts.sum(0) + counts.sum(1) - right)


def dice(counts: Tensor) -> Tensor:
    """2 · intersection / (found + true) of each class, (classes,): 2·IoU / (1 + IoU)."""
    return 2 * counts.diagonal().double() / (counts.sum(0) + counts.sum(1))


def mean_iou(counts: Tensor) -> float:
    """IoU averaged over the classes that occur."""
    return float(iou(counts).nanmean())
