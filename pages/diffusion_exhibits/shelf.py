"""A shelf of large pictures with a name, a colour and a scale each; signed values in the colour of their role."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from engine import pictures


@dataclass(frozen=True)
class Exhibit:
    """One picture, uint8 (H, W[, 3]), with HTML for its `title`, a plain `note`, and the CSS colour of its frame.

    `ends` are the values at black and at white; in between a `signed` picture goes through its colour.
    """

    title: str
    note: str
    picture: np.ndarray
    colour: str
    ends: tuple[float, float]
    signed: bool = True


def signed(x: np.ndarray, colour: str, limit: float) -> np.ndarray:
    """(H, W) in −limit…limit → uint8 (H, W, 3): black for −limit, the colour for 0, white for limit, clipped."""
    middle = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
    share = np.clip(x / limit, -1, 1)[..., None].astype(np.float32)
    return np.rint(np.where(share < 0, middle * (1 + share), middle + (255 - middle) * share)).astype(np.uint8)


def shelf(exhibits: Sequence[Exhibit]) -> None:
    """The pictures in rows of three, on a phone of two."""
    st.html(f"<style>{STYLE}</style><div class='shelf'>{''.join(map(_figure, exhibits))}</div>")


STYLE = """
.shelf { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.75rem 1rem; align-items: end; }
.shelf figure { margin: 0; }
.shelf img { display: block; width: 100%; image-rendering: pixelated;
  border: 4px solid var(--role); border-radius: 6px; }
.shelf figcaption { font-size: 0.9rem; line-height: 1.35; margin-bottom: 0.25rem; }
.shelf .scale { display: flex; align-items: center; gap: 0.5rem; margin-top: 0.25rem; font-size: 0.8rem; }
.shelf .scale i { flex: 1; height: 8px; border-radius: 4px; outline: 1px solid #8888;
  background: linear-gradient(90deg, #000, var(--middle), #fff); }
@media (max-width: 640px) { .shelf { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
"""


def _figure(exhibit: Exhibit) -> str:
    low, high = (f"{end:.3g}".replace("-", "−") for end in exhibit.ends)
    middle = "var(--role)" if exhibit.signed else "#808080"
    source = pictures.data_url(pictures.to_png(exhibit.picture, compression=1))
    return (
        f"<figure style='--role: {exhibit.colour}; --middle: {middle}'><figcaption><b>{exhibit.title}</b> "
        f"{escape(exhibit.note)}</figcaption><img alt='{escape(exhibit.note)}' src='{source}'>"
        f"<div class='scale'>{low}<i></i>{high}</div></figure>"
    )
