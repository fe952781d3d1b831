"""A relevance map as pictures: a spotlight on the picture, the map's own cells, and the outline of the truth."""

from html import escape

import numpy as np
from PIL import Image

from engine import pictures
from pages.kit.roles import ANOMALY, TEXT

STYLE = """
.why { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1rem; }
.why figure { margin: 0; }
.why img { width: 100%; border-radius: 8px; image-rendering: auto; }
.why figure:last-child img { image-rendering: pixelated; }
.why figcaption { overflow: hidden; padding-bottom: 0.3rem; font-size: 0.9rem; font-weight: 600; white-space: nowrap;
  text-overflow: ellipsis; }
"""


def pictures_html(views: list[tuple[str, np.ndarray]]) -> str:
    """Titles and pictures uint8 (S, S, 3) side by side."""
    shown = "".join(
        f'<figure><figcaption title="{escape(title)}">{escape(title)}</figcaption>'
        f'<img alt="{escape(title)}" src="{pictures.data_url(pictures.to_png(picture, compression=3))}"></figure>'
        for title, picture in views
    )
    return f'<style>{STYLE}</style><div class="why">{shown}</div>'


def spotlight(picture: np.ndarray, relevance: np.ndarray) -> np.ndarray:
    """The picture uint8 (S, S, 3), dark and grey where nothing speaks for the match, itself where it does most."""
    share = np.maximum(relevance, 0) / max(float(relevance.max()), 1e-9)
    light = np.asarray(Image.fromarray(share.astype(np.float32)).resize(picture.shape[1::-1], Image.Resampling.BICUBIC))
    light = np.clip(light, 0, 1)[..., None] ** 0.8
    grey = picture.mean(-1, keepdims=True) * 0.28
    return (light * picture + (1 - light) * grey).astype(np.uint8)


def cells(relevance: np.ndarray) -> np.ndarray:
    """The map's own cells, uint8 (h, w, 3): sky blue speaks for the match, vermilion against it, white says nothing."""
    most = max(float(np.abs(relevance).max()), 1e-9)
    share = (relevance / most)[..., None]
    white = np.full(3, 250.0)
    colour = np.where(share > 0, _rgb(TEXT), _rgb(ANOMALY))
    return (white + np.abs(share) * (colour - white)).astype(np.uint8)


def outlined(picture: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    """The picture with a black and white line around a mask bool (S, S)."""
    if mask is None:
        return picture
    shown = picture.copy()
    for width, colour in ((5, 0), (3, 255)):
        shown[_grown(mask, width) & ~_grown(mask, 1 if colour else 0)] = colour
    return shown


def _grown(mask: np.ndarray, by: int) -> np.ndarray:
    """A mask and every pixel within `by` of it along rows and columns."""
    grown = mask.copy()
    for _ in range(by):
        padded = np.pad(grown, 1)
        grown = padded[1:-1, 1:-1] | padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]
    return grown


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], float)
