"""What goes wrong with pictures on their way to a network, done on purpose, and undone. NumPy only."""

from collections.abc import Callable

import numpy as np
from PIL import Image

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""How bright red, green and blue look (ITU-R BT.601)."""
DARK, TINY = 0.08, 16
"""How much light *dark* leaves, and the long side of *tiny* in pixels."""
AFAR = 0.35
"""How wide the margin on each side is that makes a picture look further away."""

Change = Callable[[np.ndarray], np.ndarray]


def darkened(x: np.ndarray) -> np.ndarray:
    """Eight hundredths of the light, rounded to whole grey levels as a camera would."""
    return np.rint(DARK * x.astype(np.float32)).astype(np.uint8)


def divided_twice(x: np.ndarray) -> np.ndarray:
    """A picture that was in 0…1 already when it was taken for 0…255: every value is 0 or 1."""
    return np.rint(x / 255).astype(np.uint8)


def inverted(x: np.ndarray) -> np.ndarray:
    """A negative."""
    return 255 - x


def swapped(x: np.ndarray) -> np.ndarray:
    """Red and blue exchanged, as when OpenCV's BGR is taken for RGB."""
    return x[..., ::-1].copy()


def tiny(x: np.ndarray) -> np.ndarray:
    """Sixteen pixels on the long side."""
    share = TINY / max(x.shape[:2])
    size = tuple(max(1, round(length * share)) for length in x.shape[1::-1])
    return np.asarray(Image.fromarray(x).resize(size, Image.Resampling.BOX))


def upside_down(x: np.ndarray) -> np.ndarray:
    """Turned by 180°."""
    return x[::-1, ::-1].copy()


def on_its_side(x: np.ndarray) -> np.ndarray:
    """Turned by 90° to the left, as when a phone's rotation mark is ignored."""
    return np.rot90(x).copy()


def upright_again(x: np.ndarray) -> np.ndarray:
    """Turned by 90° to the right."""
    return np.rot90(x, -1).copy()


def stretched(x: np.ndarray) -> np.ndarray:
    """The values between the 1st and the 99th percentile spread over 0…255, with one factor for all channels."""
    low, high = np.percentile(x, (1, 99))
    return np.rint(255 * np.clip((x.astype(np.float32) - low) / max(high - low, 1), 0, 1)).astype(np.uint8)


def from_afar(x: np.ndarray) -> np.ndarray:
    """The outermost pixels repeated all around: what it shows becomes smaller to a network that sees the whole."""
    margins = [(round(length * AFAR), round(length * AFAR)) for length in x.shape[:2]]
    return np.pad(x, [*margins, (0, 0)], mode="edge")


SPOILT: dict[str, Change] = {
    "dark": darkened,
    "÷ 255 twice": divided_twice,
    "inverted": inverted,
    "BGR": swapped,
    "tiny": tiny,
    "on its side": on_its_side,
    "upside down": upside_down,
}
"""By the name under which a person chooses it."""

CURES: dict[str, Change] = {
    "more contrast": stretched,
    "from further away": from_afar,
    "inverted": inverted,
    "red and blue exchanged": swapped,
    "turned right": upright_again,
    "turned left": on_its_side,
    "turned upside down": upside_down,
}
"""What may help a picture in which a network finds little."""
