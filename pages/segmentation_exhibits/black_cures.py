"""The statistics of a picture against those of training, and what the network finds once the picture is changed."""

from html import escape
from urllib.parse import quote

import numpy as np
import streamlit as st
from PIL import Image

from engine import pictures
from engine.segmentation.diagnosis import Training, distance, histogram
from engine.segmentation.spoiling import CURES
from pages.kit import roles
from pages.segmentation_exhibits.models import Model, Seen, see, shown_picture
from pages.segmentation_exhibits.pictures import Chosen

FEW = 0.01
"""Where a smaller part is found, the cures are tried unasked."""
SIDE = 150
DIM = 0.25
CHANNELS = {"red": "#D55E00", "green": "#009E73", "blue": "#0072B2"}
WIDE, HIGH = 320, 92


def wanted(seen: Seen, targets: list[int]) -> np.ndarray:
    """The probability of some classes together, float64 (h, w) in 0…1."""
    return np.minimum(seen.probabilities[targets].sum(0, dtype=np.int64), 255) / 255


def cures(model: Model, chosen: Chosen, targets: list[int]) -> dict[str, tuple[np.ndarray, float]]:
    """Of each change of the picture a small one, dim where nothing is found, and the share of the old area that is."""
    small = Chosen(chosen.name, shown_picture(chosen.picture))
    cured = {}
    for name, change in CURES.items():
        changed = Chosen(name, change(small.picture))
        p = wanted(see(model, changed), targets)
        share = float((p > 0.5).mean()) * changed.picture.size / small.picture.size
        cured[name] = (_lit(changed.picture, p > 0.5), min(share, 1.0))
    return cured


def _lit(picture: np.ndarray, found: np.ndarray) -> np.ndarray:
    share = SIDE / max(picture.shape[:2])
    size = tuple(max(1, round(length * share)) for length in picture.shape[1::-1])
    small = np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.BOX), np.float32)
    bright = np.asarray(Image.fromarray(found).convert("L").resize(size, Image.Resampling.BOX), np.float32) / 255
    return np.rint(small * (DIM + (1 - DIM) * bright[..., None])).astype(np.uint8)


def show_cures(cured: dict[str, tuple[np.ndarray, float]]) -> None:
    """The small pictures in a row or two."""
    figures = "".join(
        f"<figure><img alt='{escape(name)}' src='{pictures.data_url(pictures.to_png(picture, 1))}'>"
        f"<figcaption>{escape(name)}<br><b>{100 * share:.1f} %</b></figcaption></figure>"
        for name, (picture, share) in cured.items()
    )
    st.html(f"<style>{STYLE}</style><div class='cures'>{figures}</div>")
    st.caption("Bright is what the network finds (p > 0.5) once the picture is changed like this; it has looked anew.")


def show_statistics(picture: np.ndarray, training: Training | None) -> None:
    """How often each value occurs, here and in training, channel by channel."""
    st.markdown("#### What it was given")
    if training is None:
        st.caption("What this network was trained on is not beside its weights.")
        return
    here = histogram(picture, training.histogram.shape[1])
    mean, std = picture.mean((0, 1)) / 255, picture.std((0, 1)) / 255
    plots = "".join(
        f"<figure><figcaption><b style='color:{colour}'>{name}</b> mean {mean[i]:.2f} against {training.mean[i]:.2f}, "
        f"spread {std[i]:.2f} against {training.std[i]:.2f}</figcaption>{_plot(here[i], training.histogram[i], colour)}"
        "</figure>"
        for i, (name, colour) in enumerate(CHANNELS.items())
    )
    st.html(f"<style>{STYLE}</style><div class='statistics'>{plots}</div>")
    st.caption(
        f"Filled: the training pictures. Line: this one. They lie {distance(here, training.histogram):.3f} apart: "
        "the earth mover's distance, in parts of the range from black to white."
    )


def _plot(here: np.ndarray, training: np.ndarray, colour: str) -> str:
    high = 2 * max(training.max(), 1e-3)
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDE} {HIGH}' preserveAspectRatio='none'>"
        f"<polygon points='0,{HIGH} {_points(training, high)} {WIDE},{HIGH}' fill='{roles.rgba(roles.REAL, 0.3)}'/>"
        f"<polyline points='{_points(here, high)}' fill='none' stroke='{colour}' stroke-width='2.5' "
        "vector-effect='non-scaling-stroke'/></svg>"
    )
    return f'<img alt="Histograms" src="data:image/svg+xml,{quote(svg)}">'


def _points(shares: np.ndarray, high: float) -> str:
    x = np.linspace(0, WIDE, len(shares))
    y = HIGH - np.minimum(shares / high, 1) * (HIGH - 3)
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


STYLE = """
.cures { display: grid; grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); gap: 0.75rem; align-items: end; }
.cures figure, .statistics figure { margin: 0; }
.cures img { display: block; max-width: 100%; max-height: 150px; border-radius: 6px; }
.cures figcaption { font-size: 0.85rem; line-height: 1.35; padding-top: 0.25rem; }
.statistics { display: grid; gap: 0.6rem; }
.statistics figcaption { font-size: 0.85rem; font-variant-numeric: tabular-nums; }
.statistics img { display: block; width: 100%; height: 76px; border-bottom: 1px solid #8886; }
"""
