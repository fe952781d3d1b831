"""Walls of small pictures, enlarged without blur."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from engine import pictures


def wall_array(images: np.ndarray, columns: int = 8, gap: int = 1) -> np.ndarray:
    """Pictures (N, H, W) in 0…1 as one uint8 picture."""
    return pictures.grid(images, columns, gap)


def wall(images: np.ndarray, columns: int = 8, captions: Sequence[str] = (), alt: str = "", role: str = "") -> None:
    """Pictures (N, H, W[, 3]) in 0…1 or uint8 as rows of `columns`, as wide as the place they stand in.

    `captions` stand before the rows, one each; `role` is a colour that frames the wall by what it shows.
    """
    rows = [images[i : i + columns] for i in range(0, len(images), columns)]
    labels = list(captions) or [""] * len(rows)
    lines = "".join(
        f'<div class="wall-row">{f"<span>{escape(label)}</span>" if captions else ""}'
        f'<img alt="{escape(alt)} {escape(label)}" src="{_source(row, columns)}"></div>'
        for label, row in zip(labels, rows, strict=True)
    )
    border = f"border-left: 4px solid {role}; padding-left: 8px;" if role else ""
    st.html(f'<style>{STYLE}</style><div class="wall" style="{border}">{lines}</div>')


STYLE = """
.wall { display: flex; flex-direction: column; gap: 2px; }
.wall-row { display: flex; align-items: center; gap: 0.75rem; }
.wall-row span { flex: 0 0 7.5rem; font-size: 0.85rem; text-align: right; }
.wall-row img { flex: 1; min-width: 0; width: 100%; image-rendering: pixelated; border-radius: 4px; }
@media (max-width: 640px) {
  .wall-row { flex-direction: column; align-items: stretch; gap: 2px; }
  .wall-row span { flex: none; text-align: left; }
}
"""


def _source(row: np.ndarray, columns: int) -> str:
    blank = np.zeros((columns - len(row), *row.shape[1:]), row.dtype)
    sheet = pictures.grid(np.concatenate([row, blank]), columns, 1)
    return pictures.data_url(pictures.to_png(sheet, compression=1))
