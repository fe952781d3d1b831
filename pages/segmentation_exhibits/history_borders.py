"""Border weights: w(x) between cells that nearly touch, computed live under its two dials."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards, client, scenes
from engine.segmentation.borders import border_weights, two_nearest
from engine.segmentation.cells import drawn_cells, narrow_gaps, parted
from engine.segmentation.instances import components
from pages.block_exhibits import address
from pages.components.border_bench import LIMITS, Weighting, border_bench
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button
from pages.kit.footer import timed
from pages.segmentation_exhibits.pictures import Chosen, choose_picture

TEXT, NUCLEI = "border", "unet-nuclei"
SIDE, MOST = 160, 255
SOURCES = {"cells": "Drawn cells", "scene": "Drawn scene", "nuclei": "Nuclei in a picture"}


@dataclass(frozen=True)
class Gaps:
    """What the background is worth to the loss: `narrow` is the share of its pixels that lie in narrow gaps, `plain`
    and `weighted` their shares of all weights without and with w(x); `merged` of `cells` are left if they are filled.
    """

    cells: int
    merged: int
    narrow: float
    plain: float
    weighted: float


def render() -> None:
    """The view."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        instances = choose()
    if not instances.any():
        view.info("No cell was found in this picture. Take another one, or drawn cells.", icon=":material/search_off:")
        return
    nearest, second = two_nearest(instances)
    with view:
        weighting = border_bench(
            key="border-bench", instances=instances, nearest=nearest, second=second, weighting=kept()
        )
    w = border_weights(instances, weighting.w0, weighting.sigma)
    with controls:
        address.field("w₀; σ", TEXT, f"{weighting.w0}; {weighting.sigma}", "0 … 30; 1 … 15 pixels.")
        st.caption("Point at a gap: the rings reach to the nearest and to the second nearest cell.")
        npz_button("Weights NPZ", "border-weights", instances=instances, w=w)
    lesson(gaps(instances, w), weighting, float(w.max()))


def choose() -> np.ndarray:
    """Cells (H, W) with a number each, 0 between them."""
    sources = [name for name in SOURCES if name != "nuclei" or NUCLEI in cards.names()]
    source = st.selectbox("Cells", sources, key="cells", bind="query-params", format_func=SOURCES.get)
    if source == "nuclei":
        return nuclei(choose_picture("tissue"))
    seed = int(st.number_input("Seed", 0, 9999, 0, key="cells-seed", bind="query-params", help="Same seed, same cells"))
    if source == "scene":
        return parted(scenes.draw(scenes.scene(seed, 0), SIDE).instances.astype(np.int32))
    return drawn_cells(seed, st.slider("How many", 2, 30, 12, key="cells-count", bind="query-params"), SIDE)


def nuclei(chosen: Chosen) -> np.ndarray:
    """What the network for nuclei takes for separate cells, in a picture made small; at most 255."""
    height, width = chosen.picture.shape[:2]
    share = 2 * SIDE / max(height, width)
    size = tuple(max(8, round(share * side)) for side in (height, width))
    with timed():
        found = _things(chosen.digest, size, chosen.picture)
    return np.where(found <= MOST, parted(found), 0)


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _things(digest: str, size: tuple[int, int], _picture: np.ndarray) -> np.ndarray:
    return client.engine().call(NUCLEI, "things", picture=_picture, size=size)


def kept() -> Weighting:
    """The dials of this session, at first those in the address; what makes no sense is the paper's 10 and 5."""
    numbers = address.kept(TEXT, (2,), Weighting())
    inside = all(low <= n <= high for n, (low, high) in zip(numbers, LIMITS.values(), strict=True))
    return Weighting(*map(round, numbers)) if inside else Weighting()


def gaps(instances: np.ndarray, w: np.ndarray) -> Gaps:
    """How much the narrow gaps count."""
    narrow, background = narrow_gaps(instances), instances == 0
    return Gaps(
        cells=len(np.unique(instances[instances > 0])),
        merged=int(components((instances > 0) | narrow).max()),
        narrow=float(narrow.sum() / max(1, background.sum())),
        plain=float(narrow.mean()),
        weighted=float(w[narrow].sum() / w.sum()),
    )


def lesson(found: Gaps, weighting: Weighting, most: float) -> None:
    """Why the gaps need weights, with the numbers of these cells."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(
            "#### A few pixels decide how many cells there are\n"
            f"The narrow gaps are {100 * found.plain:.1f} % of the picture: a network that fills them loses next to "
            f"nothing in accuracy, and **{found.cells} cells become {found.merged}**. The weight map makes it pay. "
            f"With these dials the same pixels carry **{100 * found.weighted:.1f} %** of the loss."
        )
        st.latex(
            r"w(x) = w_c(x) + \textcolor{%s}{%d}\cdot\exp\left(-\frac{(d_1(x) + d_2(x))^2}{2\cdot\textcolor{%s}{%d}^2}"
            r"\right),\qquad \max_x w = %.2f" % (roles.ANOMALY, weighting.w0, roles.ANOMALY, weighting.sigma, most)
        )
        st.caption(
            "Equation 2 of Ronneberger et al. 2015, with w₀ = 10 and σ ≈ 5 there. d₁ and d₂ are the distances to the "
            "nearest and the second nearest cell; only background has the second term."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Turn σ down to 1: only gaps of a pixel or two are left. Up to 15: all background near cells glows, and "
            "the map says nothing any more.\n"
            "2. **Break it**: w₀ = 0. What is a filled gap worth to the loss now?\n"
            "3. Two cells: where is d₁ = d₂, and is w largest there? Think first, then follow the profile.\n"
            "4. Why d₁ + d₂, and not the nearest distance alone? What would become of the outer rim?\n"
            "5. A scene of separate shapes: is there anything to weight?"
        )
        show_code("segmentation/borders.py", "border_weights", "two_nearest")
