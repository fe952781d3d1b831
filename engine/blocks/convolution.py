"""Convolution as networks mean it: the kernel is laid on the picture as it is, not turned over. NumPy only."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

KERNELS = {
    "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], float),
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], float),
    "edge": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], float),
    "left sobel": np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], float),
    "bottom sobel": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], float),
    "blur": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
}
"""Kernels that everybody should recognise."""


def output_size(n: int, k: int, padding: int = 0, stride: int = 1, dilation: int = 1) -> int:
    """⌊(n − k′ + 2p) / s⌋ + 1 with k′ = d (k − 1) + 1: how often a window of k cells fits along n; at least 0."""
    reach = dilation * (k - 1) + 1
    return max(0, (n - reach + 2 * padding) // stride + 1)


def windows(x: np.ndarray, k: int, padding: int = 0, stride: int = 1, dilation: int = 1) -> np.ndarray:
    """Every k×k window of x (H, W), zeros around it: (H′, W′, k, k).

    Raises ValueError where not a single window fits.
    """
    reach = dilation * (k - 1) + 1
    if min(x.shape) + 2 * padding < reach:
        raise ValueError(f"A window over {reach} cells does not fit into {x.shape} with padding {padding}.")
    views = sliding_window_view(np.pad(x, padding), (reach, reach))
    return views[::stride, ::stride, ::dilation, ::dilation]


def convolve(x: np.ndarray, w: np.ndarray, padding: int = 0, stride: int = 1, dilation: int = 1) -> np.ndarray:
    """y_ij = Σ_ab w_ab x_{s·i + d·a − p, s·j + d·b − p} of x (H, W) with a square kernel w: (H′, W′)."""
    return np.einsum("ijab,ab->ij", windows(x, len(w), padding, stride, dilation), w)


def convolve_channels(x: np.ndarray, w: np.ndarray, b: np.ndarray, padding: int = 0) -> np.ndarray:
    """A layer: x (C, H, W) with weights w (O, C, k, k) and biases b (O,) → (O, H′, W′)."""
    maps = np.stack([windows(channel, w.shape[-1], padding) for channel in x])  # (C, H′, W′, k, k)
    return np.einsum("cijab,ocab->oij", maps, w) + b[:, None, None]


def linear_pixels(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The same fully connected layer at each pixel: x (C, H, W), w (O, C), b (O,) → (O, H, W).

    The pixels are the rows of a batch (H·W, C); as a convolution it has the kernel w[:, :, None, None].
    """
    channels, height, width = x.shape
    rows = x.reshape(channels, -1).T @ w.T + b  # (H·W, O)
    return rows.T.reshape(-1, height, width)
