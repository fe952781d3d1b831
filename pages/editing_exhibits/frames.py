"""What frames of the engine hold, as pages show it."""

import numpy as np

from engine.pictures import to_uint8

LAYERS = ("down", "middle", "up")
"""Where a painter looks at words, in the order in which it does."""


def as_pictures(x: np.ndarray) -> np.ndarray:
    """What the engine sends, (B, C, H, W), as pictures float32 (B, H, W) or, in colour, (B, H, W, 3)."""
    x = x.astype(np.float32)
    return x[:, 0] if x.shape[1] == 1 else np.moveaxis(x, 1, -1)


def pixels(x: np.ndarray) -> np.ndarray:
    """The same in uint8."""
    return to_uint8(as_pictures(x))


def rms(difference: np.ndarray) -> float:
    """How far two pictures are apart, given their difference: root mean square per pixel."""
    return float(np.sqrt(np.square(difference).mean()))
