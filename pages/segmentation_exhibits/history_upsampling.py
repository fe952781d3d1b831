"""Up-sampling: what a constant becomes after three doublings, and what a trained network makes of a grey picture."""

import numpy as np
import streamlit as st

from engine import client, pictures
from engine.blocks.convolution import convolve
from engine.blocks.upsampling import bilinear, nearest, transposed
from pages.kit import roles
from pages.kit.code import show_code
from pages.kit.downloads import npz_button
from pages.kit.walls import wall
from pages.segmentation_exhibits.models import Model, choose_model

WAYS = {
    "Transposed, 3 × 3": 3,
    "Transposed, 2 × 2": 2,
    "Transposed, 4 × 4": 4,
    "Nearest, then 3 × 3": 0,
    "Bilinear, then 3 × 3": 0,
}
DOUBLINGS, START, SHOWN = 3, 12, 48
"""A constant of START × START is doubled three times; the middle SHOWN × SHOWN is shown."""
STYLE = """
.doublings { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: 1rem; }
.doublings figure { margin: 0; }
.doublings figcaption { margin-bottom: 0.3rem; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.doublings img { width: 100%; border-radius: 6px; image-rendering: pixelated; }
"""
GREY = 128
SIDE = 256


def render() -> None:
    """The view."""
    view, controls = st.columns([10, 3], gap="large")
    with controls:
        learned = st.segmented_control(
            "Kernels", ["ones", "random"], default="random", required=True, key="up-kernels", bind="query-params",
            format_func={"ones": "All ones", "random": "Random"}.get,
        )  # fmt: skip
        seed = int(st.number_input("Seed", 0, 9999, 3, key="up-seed", bind="query-params", help="Of the kernels."))
        model = choose_model("unet")
    doubled = {way: doublings(way, learned, seed) for way in WAYS}
    with view:
        st.markdown("**A constant goes in.** Above, what comes out after three doublings; below, after one and two.")
        st.html(gallery(doubled))
        if model:
            trained(model)
    with controls:
        arrays = {f"way{i}_doubled{j + 1}": y for i, steps in enumerate(doubled.values()) for j, y in enumerate(steps)}
        npz_button("Doublings NPZ", f"doublings-{learned}-{seed}", **arrays)
    lesson(doubled)


def doublings(way: str, learned: str, seed: int) -> list[np.ndarray]:
    """A constant 1 after one, two and three doublings, each with a kernel of its own that keeps the mean."""
    random = np.random.default_rng(seed)
    x, steps = np.ones((START, START)), []
    for _ in range(DOUBLINGS):
        side = WAYS[way] or 3
        w = random.uniform(0.5, 1.5, (side, side)) if learned == "random" else np.ones((side, side))
        x = once(x, w, way)
        steps.append(x)
    return steps


def once(x: np.ndarray, w: np.ndarray, way: str) -> np.ndarray:
    """x (H, W) → (2H, 2W), a stamp or a convolution with w (k, k)."""
    if WAYS[way]:
        padding = max(0, len(w) - 2)
        y = transposed(x, w * 4 / w.sum(), 2)
        first = padding // 2
        return y[first : first + 2 * len(x), first : first + 2 * len(x)]
    larger = (nearest if way.startswith("Nearest") else bilinear)(x, 2)
    return convolve(np.pad(larger, 1, mode="edge"), w / w.sum())


def middle(y: np.ndarray) -> np.ndarray:
    """The middle of a map, where no edge reaches: half of it."""
    quarter = len(y) // 4
    return y[quarter : len(y) - quarter, quarter : len(y) - quarter]


def unevenness(y: np.ndarray) -> float:
    """Standard deviation over mean in the middle of a map (H, W) that should be constant."""
    inside = middle(y)
    return float(inside.std() / abs(inside.mean()))


def level(y: np.ndarray) -> np.ndarray:
    """The middle of a map, enlarged to SHOWN × SHOWN, as grey 0…1 around its mean: half of it is black, 1½ white."""
    inside = middle(y)
    return np.clip(nearest(inside / inside.mean() - 0.5, SHOWN // len(inside)), 0, 1)


def gallery(doubled: dict[str, list[np.ndarray]]) -> str:
    """The ways beside each other, as HTML."""
    figures = "".join(
        f"<figure><figcaption><b>{way}</b><br>{100 * unevenness(steps[-1]):.0f} % uneven</figcaption>"
        f"<img alt='A constant after three doublings: {way}' src='{picture(steps)}'></figure>"
        for way, steps in doubled.items()
    )
    return f"<style>{STYLE}</style><div class='doublings'>{figures}</div>"


def picture(steps: list[np.ndarray]) -> str:
    """One way: the third doubling large, the first and the second below it."""
    first, second, third = map(level, steps)
    gap = np.ones((2, 2 * SHOWN))
    return pictures.data_url(pictures.to_png(np.vstack([nearest(third, 2), gap, np.hstack([first, second])])))


def trained(model: Model) -> None:
    """What a trained network's decoder makes of a picture that is grey all over."""
    maps = of_grey(model.name)
    within = blockwise(maps)
    worst = np.argsort(within)[::-1][:8]
    st.markdown(
        f"**{model.title}, looking at nothing but grey**: of the {len(maps)} maps of its last decoder block the eight "
        "with the strongest checkerboard, 32 × 32 values from the middle of each."
    )
    start = maps.shape[1] // 2 - 16
    crops = maps[worst, start : start + 32, start : start + 32]
    low, high = crops.min((1, 2), keepdims=True), crops.max((1, 2), keepdims=True)
    wall((crops - low) / np.maximum(high - low, 1e-6), 8, alt="Maps of a trained decoder on a grey picture.")
    st.caption(
        f"Map {worst[0]}: {100 * within[worst[0]]:.0f} % of its variance lies within blocks of 2 × 2, although every "
        "pixel of the picture is the same. Its decoder doubles by transposed convolutions of 2 × 2: the stamps do not "
        "overlap, but the four weights of a stamp need not agree."
    )


@st.cache_data(max_entries=16, show_spinner=False)
def of_grey(name: str) -> np.ndarray:
    """The last decoder block's maps (C, h, w) of a grey picture, float32."""
    picture = np.full((SIDE, SIDE, 3), GREY, np.uint8)
    return client.engine().call(name, "features", picture=picture, block="decoder0")["maps"].astype(np.float32)


def blockwise(maps: np.ndarray) -> np.ndarray:
    """Which part of the variance of each map (C, h, w), in its middle half, lies within blocks of 2 × 2: (C,), 0…1."""
    quarter = maps.shape[1] // 8 * 2
    inside = maps[:, quarter : 3 * quarter, quarter : 3 * quarter]
    count, side, _ = inside.shape
    blocks = inside.reshape(count, side // 2, 2, side // 2, 2).swapaxes(2, 3).reshape(count, -1, 4)
    return blocks.var(2).mean(1) / np.maximum(inside.reshape(count, -1).var(1), 1e-12)


def lesson(doubled: dict[str, list[np.ndarray]]) -> None:
    """Where the pattern comes from, with the numbers of these kernels."""
    left, right = st.columns(2, gap="large")
    stamped, smooth = doubled["Transposed, 3 × 3"], doubled["Bilinear, then 3 × 3"]
    with left:
        st.markdown(
            "#### Four pixels, four different sums\n"
            "A transposed convolution with stride 2 makes each of the four pixels of a 2 × 2 block from other weights "
            "of its kernel. Unless those sums happen to agree, a plain area comes out as a checkerboard, and the next "
            "doubling lays its own over it. **Nearest** or **bilinear** first, an ordinary convolution after: every "
            "pixel is made by the same sum."
        )
        st.latex(
            r"\frac{\text{std}(y)}{\text{mean}(y)}:\quad \textcolor{%s}{%s}\quad\text{against}\quad %.2f"
            % (roles.ANOMALY, r" \to ".join(f"{unevenness(y):.2f}" for y in stamped), unevenness(smooth[-1]))
        )
        st.caption(
            "After one, two and three doublings with 3 × 3 stamps, against three bilinear ones. "
            "Odena et al. 2016, *Deconvolution and checkerboard artifacts*. Training can learn kernels whose sums "
            "agree; nothing makes it do so. The bench under /blocks, *Up-sampling*, lets you write the kernel."
        )
    with right:
        st.markdown(
            "#### Try this\n"
            "1. *All ones*: which transposed convolution is still uneven, and why only that one? Count the stamps.\n"
            "2. *Random*: even 2 × 2, whose stamps never overlap, is uneven now.\n"
            "3. Does the pattern of the third doubling contain that of the first? Look for its period.\n"
            "4. In the trained maps: is the period 2, 4 or 8? Which doubling made it?\n"
            "5. *Train now* offers all three ways: which masks have frayed edges early on?"
        )
        show_code("blocks/upsampling.py", "transposed", "bilinear")
        show_code("segmentation/layers.py", "doubled")
