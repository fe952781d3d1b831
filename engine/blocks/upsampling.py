"""Four ways from a small map to a large one. NumPy only."""

import numpy as np


def nearest(x: np.ndarray, factor: int) -> np.ndarray:
    """Every value of x (H, W) as a block: (factor·H, factor·W)."""
    return x.repeat(factor, 0).repeat(factor, 1)


def bilinear(x: np.ndarray, factor: int) -> np.ndarray:
    """Straight lines between the centres of the pixels of x (H, W), constant beyond the outermost ones."""
    return _lines(x.shape[0], factor) @ x @ _lines(x.shape[1], factor).T


def _lines(n: int, factor: int) -> np.ndarray:
    """(factor·n, n): how much of each of n values each new place takes."""
    place = np.clip((np.arange(factor * n) + 0.5) / factor - 0.5, 0, n - 1)
    left = np.minimum(place.astype(int), max(n - 2, 0))
    share = place - left
    weights = np.zeros((factor * n, n))
    rows = np.arange(factor * n)
    weights[rows, left] = 1 - share
    weights[rows, np.minimum(left + 1, n - 1)] += share
    return weights


def unpool(values: np.ndarray, places: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Each value of a max pooling back where it came from, zeros elsewhere: `shape`."""
    x = np.zeros(shape)
    x.flat[places.ravel()] = values.ravel()
    return x


def transposed(x: np.ndarray, w: np.ndarray, stride: int, padding: int = 0) -> np.ndarray:
    """Every value of x (H, W) stamps the kernel w (k, k) times itself; stamps add up. ((H − 1) s + k − 2p, …).

    It is the gradient of a convolution of the same stride with respect to what goes into it.
    """
    (height, width), k = x.shape, len(w)
    y = np.zeros(((height - 1) * stride + k, (width - 1) * stride + k))
    for row in range(k):
        for column in range(k):
            stamp = w[row, column] * x
            y[row : row + height * stride : stride, column : column + width * stride : stride] += stamp
    return y[padding : y.shape[0] - padding, padding : y.shape[1] - padding]


def stamps(n: int, k: int, stride: int) -> np.ndarray:
    """How many stamps of k meet at each place along one side, ((n − 1) s + k,): unequal inside where s does not divide
    k, and that is the checkerboard (Odena et al. 2016)."""
    meet = np.zeros((n - 1) * stride + k, int)
    for start in range(0, n * stride, stride):
        meet[start : start + k] += 1
    return meet
