"""Small pictures in a row, each under its title and over its note."""

from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from engine.pictures import data_url, to_png


def figure(title: str, note: str, picture: np.ndarray, colour: str, chosen: bool = False) -> str:
    """A picture (H, W[, 3]) in 0…1 under its title, a note below."""
    source = data_url(to_png(np.clip(picture.astype(np.float32), 0, 1), 1))
    head = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    foot = f"<small>{escape(note)}</small>" if note else ""
    return (
        f"<figure style='--role: {colour}'{' class=chosen' if chosen else ''}>{head}"
        f"<img alt='{escape(f'{title}: {note}')}' src='{source}'>{foot}</figure>"
    )


STYLE = """
.figures { display: grid; grid-template-columns: repeat(var(--columns), minmax(0, 1fr)); gap: 0.5rem;
  margin: 0 auto 0.75rem; }
.figures.large { max-width: 46rem; gap: 1.25rem; }
.figures figure { margin: 0; text-align: center; }
.figures figcaption { font-weight: 600; font-size: 0.9rem; margin-bottom: 0.2rem; }
.figures small { font-size: 0.8rem; font-variant-numeric: tabular-nums; line-height: 1.3; display: block;
  margin-top: 0.4rem; overflow-wrap: anywhere; }
.figures img { display: block; width: 100%; box-sizing: border-box; image-rendering: pixelated; border-radius: 6px;
  border: 3px solid var(--role); }
.figures .chosen img { outline: 3px solid var(--role); outline-offset: 2px; }
@media (max-width: 640px) { .figures.strip { grid-template-columns: repeat(4, minmax(0, 1fr)); }
  .figures.large { gap: 0.5rem; } }
"""


def row(figures: Sequence[str], columns: int, kind: str) -> None:
    """Figures beside each other, `kind` "large" or "strip"."""
    st.html(f"<style>{STYLE}</style><div class='figures {kind}' style='--columns: {columns}'>{''.join(figures)}</div>")
