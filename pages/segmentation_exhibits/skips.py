"""Skips: switch each skip connection of a U-Net off and see what its mask loses."""

from html import escape

import numpy as np
import streamlit as st

from engine import cards
from engine.segmentation.agreement import agreement
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button
from pages.segmentation_exhibits.models import Model, Seen, choose_model, choose_side, see
from pages.segmentation_exhibits.photo_view import compare
from pages.segmentation_exhibits.pictures import Chosen, choose_picture

WAYS = {"on": "on", "zero": "zero", "mean": "mean"}


def render() -> None:
    """The exhibit."""
    view, controls = st.columns([3, 1], gap="large")
    with controls:
        chosen = choose_picture()
        model = choose_model("unet")
    if model is None:
        view.image(chosen.picture)
        return
    config = cards.read(model.name).config
    widths, patch = config["widths"], config.get("patch", 1)
    with controls:
        model = choose_side(model, chosen)
        skips = choose_skips(len(widths) - 1, patch)
    whole, now = see(model, chosen), see(model, chosen, skips)
    with view:
        compare("skip-mask", model, chosen, now, ("all skips", told(skips)), whole)
    with controls:
        loss(model, whole, now)
        npz_button("Both masks NPZ", f"{chosen.name}-skips", whole=whole.classes, now=now.classes)
    worth(model, chosen, whole, widths, patch)
    lesson(widths)


def choose_skips(count: int, patch: int) -> list[str]:
    """A switch for each skip from the finest level down; the page opens with the finest at zero."""
    return [
        st.segmented_control(
            f"Skip {level}, {size_of(level, patch)}", list(WAYS), default="on" if level else "zero", required=True,
            key=f"skip{level}", bind="query-params", help=HELP if level == 0 else None,
        ) or "on"
        for level in range(count)
    ]  # fmt: skip


HELP = "Zero lets nothing through; mean lets the mean of each map through, the same everywhere: *what*, not *where*."


def size_of(level: int, patch: int) -> str:
    """How large the maps of a level are, beside the picture, if the network folds `patch` × `patch` pixels first."""
    times = patch * 2**level
    return "full size" if times == 1 else f"size ÷ {times}"


def told(skips: list[str]) -> str:
    """Which skips are not on, in words."""
    off = [f"{level} at {how}" for level, how in enumerate(skips) if how != "on"]
    return f"skip {', '.join(off)}" if off else "all skips"


def overlap(model: Model, one: Seen, other: Seen) -> float:
    """Mean IoU of two masks over the classes that occur in either."""
    return float(np.nanmean(agreement(one.classes, other.classes, len(model.labels))))


def loss(model: Model, whole: Seen, now: Seen) -> None:
    """What is left of the whole network's mask."""
    moved = float((whole.classes != now.classes).mean())
    left = f"{100 * overlap(model, whole, now):.1f} %"
    st.metric(
        "IoU with the whole network's mask", left, f"{100 * moved:.1f} % of pixels differ", delta_color="off",
        delta_arrow="off", help="Mean over the classes that either mask shows.",
    )  # fmt: skip


def worth(model: Model, chosen: Chosen, whole: Seen, widths: list[int], patch: int) -> None:
    """The table: each skip alone off, on this picture now and on the test photos as measured."""
    metrics = cards.read(model.name).metrics
    full = metrics.get("miou")
    rows = []
    for level in range(len(widths) - 1):
        alone = [
            overlap(model, whole, see(model, chosen, ["on"] * level + [how] + ["on"] * (len(widths) - 2 - level)))
            for how in ("zero", "mean")
        ]
        without = metrics.get(f"miou_without_skip{level}")
        rows.append((level, f"{widths[level]} × {size_of(level, patch)}", *alone, without.value if without else None))
    st.markdown("#### What each skip is worth")
    st.html(f"<style>{STYLE}</style>{_table(rows, full.value if full else None)}")
    if full:
        st.caption(
            f"Test photos: mean IoU on {full.samples:,} photos that training never saw, {100 * full.value:.1f} % with "
            f"all skips; `{cards.read(model.name).command}` measures it again."
        )


def _table(rows: list[tuple], full: float | None) -> str:
    head = (
        "<tr><th>alone off</th><th>maps</th><th>this picture, zero</th><th>this picture, mean</th>"
        "<th>test photos, zero</th><th>lost there</th></tr>"
    )
    return f"<div class='wide'><table class='worth'>{head}{''.join(_row(*row, full) for row in rows)}</table></div>"


def _row(level: int, maps: str, zero: float, mean: float, without: float | None, full: float | None) -> str:
    measured = "–" if without is None else f"{100 * without:.1f} %"
    lost = None if without is None or full is None else full - without
    bar = (
        "" if lost is None else f"<i style='width:{max(0.0, 100 * lost / full):.0f}%'></i><span>{100 * lost:.1f}</span>"
    )
    return (
        f"<tr><td>skip {level}</td><td>{escape(maps)}</td><td>{100 * zero:.1f} %</td>"
        f"<td>{100 * mean:.1f} %</td><td>{measured}</td><td class='lost'>{bar}</td></tr>"
    )


STYLE = f"""
.wide {{ overflow-x: auto; }}
.worth {{ width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }}
.worth th, .worth td {{ padding: 0.35rem 0.6rem; text-align: left; border-bottom: 1px solid #8884; }}
.worth td {{ white-space: nowrap; }}
.worth .lost {{ display: flex; align-items: center; gap: 0.5rem; min-width: 7rem; }}
.worth .lost i {{ height: 0.8rem; min-width: 2px; border-radius: 3px; background: {roles.ANOMALY}; }}
.worth .lost span {{ white-space: nowrap; }}
"""


def lesson(widths: list[int]) -> None:
    """Why a U has bridges."""
    left, right = st.columns(2, gap="large")
    deepest = 2 ** (len(widths) - 1)
    with left:
        st.markdown(
            "#### What and where\n"
            f"On the way down each pooling halves the maps: at the bottom a value stands for {deepest} × {deepest} "
            "places of the finest maps. That is enough to know *what* there is, and far too coarse to say *where* it "
            "ends. A skip connection hands the maps of the way down to the level of the same size on the way up, and "
            "the next convolution reads both:"
        )
        st.latex(
            r"\begin{aligned}d_i &= \mathrm{conv}\big([\,\textcolor{%s}{e_i},\ \mathrm{up}(d_{i+1})\,]\big)\\"
            r"\textcolor{%s}{e_i} &\to 0 \ \text{ or }\ \textcolor{%s}{\overline{e_i}}\end{aligned}"
            % (roles.REAL, roles.ANOMALY, roles.NOISE)
        )
        st.markdown(
            f"Here level 0 joins {widths[0]} maps of the way down with {widths[0]} that came up. The network was "
            "trained with all bridges in place: taking one away shows what it has come to rely on, not what a network "
            "without that bridge would have learned. *Train now* can train one without."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Skip 0 at zero: look at the outline, then at the areas in the legend. Which of the two suffers?\n"
            "2. All skips at zero: is the person still found? Where would you cut?\n"
            "3. Zero against mean: the mean says *what* without *where*. Which skip gets most of its worth back?\n"
            "4. Which skip costs most in the table, on this picture and on the test photos? Why might they differ?\n"
            "5. A U-Net of another data set: are edges worth as much for cells as for people?"
        )
        show_code("segmentation/networks.py", "UNet.features")
        show_code("segmentation/layers.py", "passed")
