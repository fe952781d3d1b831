"""Four normalisations of activations (N, C, L) = (batch, channels, places): they differ in what shares a mean.

NumPy only.
"""

import numpy as np

KINDS = ("batch", "layer", "instance", "group")


def membership(shape: tuple[int, int, int], kind: str, groups: int) -> np.ndarray:
    """For each activation of `shape` (N, C, L) the number of the set whose mean and variance it shares.

    batch: one set a channel; layer: one a sample; instance: one a sample and channel; group: one a sample and each of
    `groups` runs of neighbouring channels (Wu & He 2018, figure 2).
    """
    n, c, _ = np.indices(shape)
    channels = shape[1]
    return {"batch": c, "layer": n, "instance": n * channels + c, "group": n * groups + c // (channels // groups)}[kind]


def normalise(x: np.ndarray, kind: str, groups: int = 1, eps: float = 1e-5) -> np.ndarray:
    """(x − μ) / √(σ² + ε) with μ and σ² of each activation's set; of the shape of x (N, C, L).

    Raises ValueError if the channels cannot be shared out among the groups.
    """
    if x.shape[1] % groups:
        raise ValueError(f"{x.shape[1]} channels do not make {groups} equal groups.")
    members = membership(x.shape, kind, groups)
    mu, variance = statistics(x, members)
    return (x - mu[members]) / np.sqrt(variance[members] + eps)


def statistics(x: np.ndarray, members: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and (biased) variance of each set."""
    size = np.bincount(members.ravel())
    mu = np.bincount(members.ravel(), x.ravel()) / size
    return mu, np.bincount(members.ravel(), np.square(x - mu[members]).ravel()) / size


def activations(samples: int, channels: int, places: int, seed: int) -> np.ndarray:
    """Activations (N, C, L) as a network has them: every channel with a mean and a spread of its own."""
    rng = np.random.default_rng(seed)
    mean, spread = rng.normal(0, 2, (1, channels, 1)), rng.uniform(0.5, 2, (1, channels, 1))
    return mean + spread * rng.standard_normal((samples, channels, places))
