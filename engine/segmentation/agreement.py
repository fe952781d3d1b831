"""How far two masks of the same picture agree. NumPy only."""

import numpy as np


def agreement(found: np.ndarray, other: np.ndarray, classes: int) -> np.ndarray:
    """Intersection over union of each class in two masks (H, W), float64 (classes,); NaN for a class in neither."""
    pairs = np.bincount(found.ravel().astype(np.int64) * classes + other.ravel(), minlength=classes**2)
    counts = pairs.reshape(classes, classes)
    shared = counts.diagonal()
    either = counts.sum(0) + counts.sum(1) - shared
    return np.where(either > 0, shared / np.maximum(either, 1), np.nan)


def shares(mask: np.ndarray, classes: int) -> np.ndarray:
    """Which part of a mask (H, W) each class takes, float64 (classes,)."""
    return np.bincount(mask.ravel(), minlength=classes)[:classes] / mask.size
