"""Pooling: a window moves over the picture and keeps one number of what it sees. NumPy only."""

import numpy as np

from engine.blocks.convolution import windows

LECTURE = np.array([[12, 20, 30, 0], [8, 12, 2, 0], [34, 70, 37, 4], [112, 100, 25, 12]], float)


def max_pool(x: np.ndarray, k: int, stride: int) -> tuple[np.ndarray, np.ndarray]:
    """The largest value of each k×k window of x (H, W), (H′, W′), and where in x.ravel() it was, for unpooling."""
    views = windows(x, k, stride=stride)
    rows, columns = views.shape[:2]
    flat = views.reshape(rows, columns, k * k)
    inside = flat.argmax(-1)
    row = stride * np.arange(rows)[:, None] + inside // k
    column = stride * np.arange(columns) + inside % k
    return flat.max(-1), row * x.shape[1] + column


def average_pool(x: np.ndarray, k: int, stride: int) -> np.ndarray:
    """The mean of each k×k window of x (H, W): (H′, W′)."""
    return windows(x, k, stride=stride).mean((-2, -1))
