"""A plane to look at vectors on, the gap between two kinds of them, and who is near whom. No torch."""

import numpy as np


def principal(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors (N, D) → their mean (D,) and the two orthonormal directions (D, 2) along which they vary most."""
    mean = vectors.mean(0)
    _, _, directions = np.linalg.svd(vectors - mean, full_matrices=False)
    return mean, directions[:2].T


def gap(pictures: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """The modality gap, mean of pictures − mean of texts, (D,) (Liang et al. 2022, section 2)."""
    return pictures.mean(0) - texts.mean(0)


def neighbours(vectors: np.ndarray, among: np.ndarray, k: int) -> np.ndarray:
    """The k nearest of unit vectors `among` (M, D) for each of `vectors` (N, D), nearest first: int (N, k)."""
    return np.argsort(-(vectors @ among.T), 1, kind="stable")[:, :k]
