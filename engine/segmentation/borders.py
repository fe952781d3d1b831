"""The weight map that teaches a U-Net to keep touching cells apart. NumPy only: pages compute it too."""

import numpy as np

FAR = 6.0
"""Beyond this many σ from a cell its term is below 10⁻⁷ of w₀."""


def border_weights(
    instances: np.ndarray, w0: float = 10.0, sigma: float = 5.0, class_weights: tuple[float, float] = (1.0, 1.0)
) -> np.ndarray:
    """w(x) = w_c(x) + w₀ · exp(−(d₁(x) + d₂(x))² / 2σ²): equation 2 of Ronneberger et al. 2015, float32 (H, W).

    instances (H, W) numbers the cells, 0 is background; d₁ and d₂ are a background pixel's distances in pixels to the
    border of the nearest and the second nearest cell. `class_weights` are w_c of background and cell. The second term
    is for background alone, and zero where there are fewer than two cells.
    """
    nearest, second = two_nearest(instances, FAR * sigma)
    between = w0 * np.exp(-((nearest + second) ** 2) / (2 * sigma**2))
    background = instances == 0
    return (np.where(background, *class_weights) + np.where(background, between, 0)).astype(np.float32)


def two_nearest(instances: np.ndarray, reach: float = np.inf) -> tuple[np.ndarray, np.ndarray]:
    """d₁ and d₂, float64 (H, W): distances to the nearest and the second nearest cell, inf beyond `reach` at least."""
    from scipy import ndimage  # costs a page's first paint 0.3 s when it stands on top

    nearest, second = np.full(instances.shape, np.inf), np.full(instances.shape, np.inf)
    margin = int(min(np.ceil(reach), max(instances.shape)))
    for number, box in enumerate(ndimage.find_objects(instances), 1):
        if box is None:
            continue
        window = tuple(slice(max(0, side.start - margin), side.stop + margin) for side in box)
        distance = ndimage.distance_transform_edt(instances[window] != number)
        second[window] = np.minimum(second[window], np.maximum(nearest[window], distance))
        nearest[window] = np.minimum(nearest[window], distance)
    return nearest, second
