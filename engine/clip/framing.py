"""Pictures of any size in front of the picture tower. No torch: pages and the library use it too."""

import numpy as np
from PIL import Image


def squeezed(picture: np.ndarray, side: int) -> np.ndarray:
    """uint8 (H, W, 3) → (side, side, 3), bicubic and smoothed where it shrinks; the aspect is not kept.

    The photos that our models learned from are squeezed in the same way, and so nothing is cut off.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise ValueError("A picture is uint8 (H, W, 3).")
    return np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.BICUBIC))
