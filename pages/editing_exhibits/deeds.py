"""What can be done with a mask, chosen by the person: each deed is a function of a photo and a mask of any size."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from engine.editing.mending import around, mend
from engine.segmentation import retouching
from pages.segmentation_exhibits.colours import rgb
from pages.segmentation_exhibits.photo_retouch import choose_background

DEEDS = {
    "cut": "Cut out", "blur": "Blur behind", "replace": "New background", "dye": "Recolour", "remove": "Remove",
}  # fmt: skip
AT_ONCE = 12_000
"""A hole of at most so many pixels is filled at full size; a larger one on a smaller copy of what is around it."""
MARGIN = 24
MIDDLE = 128


@dataclass(frozen=True)
class Deed:
    """`made(photo, opacity)` gives the result uint8 (H, W, 3 or 4); `code` is where the engine does it."""

    name: str
    made: Callable[[np.ndarray, np.ndarray], np.ndarray]
    code: tuple[str, str]

    @property
    def from_empty(self) -> bool:
        """Whether the mask begins with nothing on it, for the hand alone knows what should go."""
        return self.name == "remove"


def choose_deed() -> Deed:
    """The control, and what it needs to know more."""
    name = st.segmented_control(
        "Do", list(DEEDS), default="cut", required=True, key="edit", bind="query-params", format_func=DEEDS.get,
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    room = "segmentation/retouching.py"
    if name == "blur":
        sigma = st.slider("Blur, pixels of 1,000", 1, 40, 14, key="blur", bind="query-params") / 1000
        return Deed(name, lambda x, a: retouching.blurred_behind(x, a, sigma * max(x.shape)), (room, "blurred_behind"))
    if name == "replace":
        background = choose_background()
        return Deed(name, lambda x, a: retouching.replaced(x, a, background), (room, "replaced"))
    if name == "dye":
        colour = rgb(st.color_picker("Colour", "#0072B2", key="dye", bind="query-params"))
        strength = st.slider("Strength of the dye", 0.0, 1.0, 0.85, 0.05, key="dye-strength", bind="query-params")
        return Deed(name, lambda x, a: retouching.recoloured(x, a, colour, strength), (room, "recoloured"))
    if name == "remove":
        return Deed(name, removed, ("editing/mending.py", "mend"))
    return Deed("cut", retouching.cut, (room, "cut"))


def removed(photo: np.ndarray, opacity: np.ndarray) -> np.ndarray:
    """What is marked taken out of a photo uint8 (H, W, 3), the hole filled smoothly; nothing else changes."""
    hole = opacity >= MIDDLE
    if not hole.any():
        return photo
    window = around(hole, max(MARGIN, round(0.05 * max(hole.shape))))
    part, inner = photo[window], hole[window]
    share = min(1.0, (AT_ONCE / inner.sum()) ** 0.5)
    filled = mend(part, inner) if share == 1 else _filled_small(part, inner, share)
    out = photo.copy()
    out[window][inner] = filled[inner]
    return out


def _filled_small(part: np.ndarray, hole: np.ndarray, share: float) -> np.ndarray:
    """The hole filled on a copy `share` times as large, and enlarged."""
    size = tuple(max(1, round(length * share)) for length in hole.shape[::-1])
    reach = Image.fromarray(hole).convert("L").resize(size, Image.Resampling.BOX)
    small = np.asarray(Image.fromarray(part).resize(size, Image.Resampling.BOX))
    marked = np.asarray(reach) > 0
    if marked.all():
        raise ValueError("Everything is marked: leave some of the picture to go by.")
    return np.asarray(Image.fromarray(mend(small, marked)).resize(hole.shape[::-1], Image.Resampling.BICUBIC))
