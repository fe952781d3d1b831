"""Why a mapping network: the plane is bent from noise to data, and W takes the bend away."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from engine import cards, client
from engine.gans import mapping_toy, style_mixing
from engine.gans.mapping_toy import AREA
from engine.latents import prior_samples
from pages.autoencoder_exhibits.sources import pick_seed
from pages.components.mapping_planes import Warp, mapping_planes
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button
from pages.kit.footer import timed

MODEL = "mapping-toys"
REACH, SIDE = 3.2, 65
SPAN = 2.1
PAIRS, STOPS = 1000, 17
GENERATORS = {"mapped": "With a mapping", "direct": "Without"}


@dataclass(frozen=True)
class Measured:
    """What walks in one space are like, means over many pairs of ends."""

    title: str
    length: float
    unevenness: float
    impossible: float
    explained: float


def render() -> None:
    """The view."""
    if MODEL not in cards.names():
        st.info(f"The toy's weights are not in pretrained/: `make train NAME={MODEL}` makes them in three minutes.")
        return
    exhibit, controls = st.columns([4, 1], gap="medium")
    with controls:
        generator = st.segmented_control(
            "Generator", list(GENERATORS), default="mapped", required=True, key="style-toy", bind="query-params",
            format_func=GENERATORS.get, help="The same ten layers, data and game; only the mapped one has a W.",
        )  # fmt: skip
        seed = int(pick_seed())
    with timed():
        warp, rows = tabulated(), measured(seed)
    samples = prior_samples(700, 2, seed)
    with exhibit:
        mapping_planes(
            key="mapping-planes", warp=warp, samples=samples, outline=mapping_toy.outline(), span=SPAN,
            mapped=generator == "mapped", name=f"mapping-{generator}",
        )  # fmt: skip
    with controls:
        st.markdown(
            "Nobody is young *and* bearded: that corner of the data is empty. Point anywhere to move B; drag A."
        )
        npz_button("NPZ", "mapping-toy", z=samples, **went(samples), grid_w=warp.w, grid_mapped=warp.mapped)
    lesson(warp, rows)


@st.cache_data(max_entries=1, show_spinner=False)
def tabulated() -> Warp:
    """Both generators on a grid."""
    z = square((-REACH, REACH, -REACH, REACH))
    found = {name: points.reshape(SIDE, SIDE, 2) for name, points in went(z).items()}
    low, high = (np.quantile(found["w"][8:-8, 8:-8].reshape(-1, 2), q, axis=0) for q in (0, 1))
    middle, half = (low + high) / 2, 0.55 * float((high - low).max())
    window = (middle[0] - half, middle[0] + half, middle[1] - half, middle[1] + half)
    painted = client.engine().call(MODEL, "paint_plane", w=square(window)).reshape(SIDE, SIDE, 2)
    return Warp(REACH, found["w"], found["mapped"], found["direct"], window, painted)


def square(window: tuple[float, float, float, float]) -> np.ndarray:
    """The SIDE² vertices (N, 2) of a window, row by row from below."""
    x0, x1, y0, y1 = window
    x, y = np.meshgrid(np.linspace(x0, x1, SIDE), np.linspace(y0, y1, SIDE))
    return np.stack([x, y], -1).reshape(-1, 2).astype(np.float32)


def went(z: np.ndarray) -> dict[str, np.ndarray]:
    """`w`, `mapped` and `direct` of noises (N, 2)."""
    return client.engine().call(MODEL, "warp", z=z.astype(np.float32))


@st.cache_data(max_entries=16, show_spinner=False)
def measured(seed: int) -> list[Measured]:
    """Walks between random noises: without a mapping, with one but in Z, with one and in W."""
    ends = prior_samples(2 * PAIRS, 2, seed).reshape(2, PAIRS, 2)
    along = np.linspace(0, 1, STOPS, dtype=np.float32)[None, :, None]
    z = (1 - along) * ends[0][:, None] + along * ends[1][:, None]  # (pairs, stops, 2)
    found = {name: points.reshape(PAIRS, STOPS, 2) for name, points in went(z.reshape(-1, 2)).items()}
    w = (1 - along) * found["w"][:, :1] + along * found["w"][:, -1:]
    in_w = client.engine().call(MODEL, "paint_plane", w=w.reshape(-1, 2)).reshape(PAIRS, STOPS, 2)
    return [
        _measured("Without, in Z", found["direct"], z[:, 0]),
        _measured("With, in Z", found["mapped"], z[:, 0]),
        _measured("With, in W", in_w, found["w"][:, 0]),
    ]


def _measured(title: str, walks: np.ndarray, places: np.ndarray) -> Measured:
    far = walks[np.linalg.norm(walks[:, -1] - walks[:, 0], axis=1) > 0.1]
    impossible = ~mapping_toy.possible(far, 0.05)
    return Measured(
        title, float(style_mixing.detour(far).mean()), float(style_mixing.unevenness(far).mean()),
        float(impossible.mean()), mapping_toy.explained(walks[:, 0], places),
    )  # fmt: skip


def stretch(values: np.ndarray, radius: float) -> float:
    """|det J| of a map (S, S, 2) on the grid of Z, mean over the ring of that radius."""
    step = 2 * REACH / (SIDE - 1)
    down, right = np.gradient(values, step, axis=(0, 1))
    area = np.abs(right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0])
    r = np.linalg.norm(square((-REACH, REACH, -REACH, REACH)), axis=1).reshape(SIDE, SIDE)
    return float(area[np.abs(r - radius) < 0.15].mean())


def lesson(warp: Warp, rows: list[Measured]) -> None:
    """The change of variables forces the bend; a mapping network lets it happen before w."""
    left, right = st.columns(2, gap="large")
    middle, outside = stretch(warp.direct, 0.0), stretch(warp.direct, 2.0)
    density = {r: float(np.exp(-(r**2) / 2) / (2 * np.pi)) for r in (0, 2)}
    with left:
        st.markdown(
            "#### Noise must be bent to fit\n"
            "Noise is round and thick in the middle; the data are a square with a corner gone, equally thick. "
            "Whatever paints one from the other has to stretch the plane as the densities demand:"
        )
        st.latex(
            r"\begin{gathered}\lvert\det \partial G/\partial z\rvert = \frac{p(z)}{p(x)} \\[6pt]"
            r"z = 0:\ \frac{%.3f}{%.3f} = %.2f,\quad \textcolor{%s}{\text{measured } %.2f} \\[6pt]"
            r"\lVert z\rVert = 2:\ \frac{%.3f}{%.3f} = %.2f,\quad \textcolor{%s}{\text{measured } %.2f}\end{gathered}"
            % (density[0], 1 / AREA, density[0] * AREA, roles.GENERATED, middle,
               density[2], 1 / AREA, density[2] * AREA, roles.GENERATED, outside)
        )  # fmt: skip
        st.markdown(
            "No training gets around that in Z. But nothing says how w is spread, so f may do all the bending, and g "
            "only has to copy. Here g was asked to move the data as far as w moves (path length regularisation, "
            "StyleGAN 2). " + table(rows)
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. Move B along a straight grid line of Z and watch the line in the data. Then follow the same points in "
            "W: are they curved there too? So where is the bend?\n"
            "2. Compare the two rows of bars: sixteen equal steps in Z against sixteen in W.\n"
            "3. The small circle around B: where is it squeezed flat?\n"
            "4. Put A among the young without beards, B among the old with beards, on either side of the empty "
            "corner. The straight walk in W cuts through it: **straight does not mean possible**. The walk in Z "
            "cannot do that; every noise is somebody.\n"
            "5. Switch to *Without*: the same data, only no place where the bend is gone."
        )
        show_code("gans/mapping_networks.py", "Bend", "PlaneGenerator", "path_penalty")
        show_code("gans/mapping_toy.py", "explained")


def table(rows: list[Measured]) -> str:
    """The figures of all three ways to walk."""
    lines = [
        f"| {row.title} | {row.length:.2f} × | ± {row.unevenness:.0%} | {row.impossible:.1%} | {row.explained:.3f} |"
        for row in rows
    ]
    return (
        f"Over {PAIRS:,} straight walks:\n\n| | length | steps | impossible | R² |\n|:--|--:|--:|--:|--:|\n"
        + "\n".join(lines)
        + "\n\nLength against the direct way, spread of the steps over their mean, share of the way where no data are, "
        "and how much of age and beard a *linear* reading of the space explains."
    )
