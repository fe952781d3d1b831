"""Do something with it: cut out, blur or replace what is behind, dye a garment; all at the picture's own size."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from PIL import Image

from engine.segmentation import retouching
from pages.kit.code import show_code
from pages.kit.downloads import png_button, zip_button
from pages.segmentation_exhibits.colours import rgb
from pages.segmentation_exhibits.models import Model, cut_out, opacity, shown_picture, shown_size
from pages.segmentation_exhibits.photo_view import jpeg_url
from pages.segmentation_exhibits.pictures import SAMPLES, Chosen, sample

DEEDS = {"cut": "Cut out", "blur": "Blur behind", "replace": "New background", "dye": "Recolour"}
CODE = {"cut": "cut", "blur": "blurred_behind", "replace": "replaced", "dye": "recoloured"}
GARMENT = "upper body"
TALLEST = 520
COARSE = 300
"""Narrower pictures are enlarged without blur."""
TILE = 12
"""Pixels of a square of the pattern that stands for "transparent"."""


@dataclass(frozen=True)
class Deed:
    """What is done, and to which classes: `made(picture, opacity)` gives the result in any size."""

    name: str
    classes: tuple[int, ...]
    made: Callable[[np.ndarray, np.ndarray], np.ndarray]


def retouch(model: Model, chosen: Chosen, found: list[int]) -> None:
    """The second half of the exhibit; `found` are the classes that the picture shows."""
    st.markdown("#### Do something with it")
    if not found:
        st.info(
            "The network finds nothing here that it knows, so a cut-out would be empty. *Why is it black?* looks into "
            "the reason.",
            icon=":material/contrast:",
        )
        return
    view, controls = st.columns([3, 1], gap="large")
    with controls:
        deed = choose_deed(model, chosen, found)
        refined = not model.public and st.toggle(
            "Edges from the photo", True, key="refined", bind="query-params",
            help="A guided filter lets the photo itself say where an edge lies; off, the mask is only enlarged.",
        )  # fmt: skip
        firmness = st.slider(
            "Firmness", 1.0, 8.0, 4.0, 0.5, key="firmness", bind="query-params",
            help="1: as opaque as the network is sure. More: a pixel belongs or does not, and edges become harder.",
        )  # fmt: skip
    if not deed.classes:
        view.caption("Choose what to keep.")
        return
    mask = retouching.firm(opacity(model, chosen, deed.classes, refined), firmness)
    with view:
        preview(deed, chosen.picture, mask)
    with controls:
        png_button("PNG at full size", lambda: deed.made(chosen.picture, mask), f"{chosen.name}-{deed.name}", factor=1)
        several(model, deed, refined, firmness)
        height, width = chosen.picture.shape[:2]
        st.caption(f"{width:,} × {height:,} pixels, without metadata: no place, no time, no camera.")
        show_code("segmentation/retouching.py", CODE[deed.name])


def several(model: Model, deed: Deed, refined: bool, firmness: float) -> None:
    """The same done to all pictures that the person brought."""
    brought = list(st.session_state.get("segmentation-own", {}).values())
    if len(brought) < 2 or model.public:
        return

    def done(mine: Chosen) -> np.ndarray:
        mask = cut_out(model, mine.picture, deed.classes, refined)
        return deed.made(mine.picture, retouching.firm(mask, firmness))

    def make() -> dict[str, np.ndarray]:
        return {f"{i}-{mine.name}-{deed.name}": done(mine) for i, mine in enumerate(brought, 1)}

    zip_button(f"All {len(brought)} as ZIP", make, deed.name)


def choose_deed(model: Model, chosen: Chosen, found: list[int]) -> Deed:
    """What to do, to what, and how."""
    name = st.segmented_control(
        "Do", list(DEEDS), default="cut", required=True, key="deed", bind="query-params", format_func=DEEDS.get,
        label_visibility="collapsed", wrap=True,
    ) or "cut"  # fmt: skip
    names = model.labels.names
    if name == "dye":
        garment = found.index(names.index(GARMENT)) if GARMENT in names and names.index(GARMENT) in found else 0
        dyed = st.selectbox("What to dye", found, garment, key=f"dyed-{model.name}", format_func=names.__getitem__)
        colour = st.color_picker("Colour", "#0072B2", key="dye", bind="query-params")
        strength = st.slider("Strength", 0.0, 1.0, 0.85, 0.05, key="strength", bind="query-params")
        return Deed(name, (dyed,), lambda x, a: retouching.recoloured(x, a, rgb(colour), strength))
    kept = st.multiselect(
        "What to keep", found, found, key=f"kept-{model.name}-{chosen.digest}", format_func=names.__getitem__
    )
    classes = tuple(sorted(kept))
    if name == "blur":
        sigma = st.slider("Blur, pixels of 1,000", 1, 40, 14, key="blur", bind="query-params") / 1000
        return Deed(name, classes, lambda x, a: retouching.blurred_behind(x, a, sigma * max(x.shape)))
    if name == "replace":
        background = choose_background()
        return Deed(name, classes, lambda x, a: retouching.replaced(x, a, background))
    return Deed(name, classes, lambda x, a: retouching.cut(x, a))


def choose_background() -> np.ndarray:
    """A plain colour, one of the bundled pictures, or one that the person brought."""
    brought = st.session_state.get("segmentation-own", {})
    titles = {name: title for name, (title, _) in SAMPLES.items()} | {"colour": "A colour"}
    titles |= {key: mine.name for key, mine in brought.items()}
    chosen = st.selectbox("Background", list(titles), list(titles).index("flower"), format_func=titles.get)
    if chosen == "colour":
        return np.full(
            (1, 1, 3), rgb(st.color_picker("Colour", "#56B4E9", key="behind", bind="query-params")), np.uint8
        )
    return (brought.get(chosen) or sample(chosen)).picture


def preview(deed: Deed, picture: np.ndarray, mask: np.ndarray) -> None:
    """The result as it will be downloaded, in the size in which the photo is shown."""
    rows, columns = shown_size(picture)
    small = np.asarray(Image.fromarray(mask).resize((columns, rows), Image.Resampling.BILINEAR))
    made = deed.made(shown_picture(picture), small)
    file = jpeg_url(on_pattern(made) if made.shape[2] == 4 else made)
    width = f"width: min(100%, {TALLEST * columns / rows:.0f}px)"
    crisp = "; image-rendering: pixelated" if columns < COARSE else ""
    st.html(f"<img alt='{DEEDS[deed.name]}' src='{file}' style='{STYLE}; {width}{crisp}'>")


STYLE = "display: block; margin: 0 auto; border-radius: 8px"


def on_pattern(picture: np.ndarray) -> np.ndarray:
    """uint8 (H, W, 4) in front of the grey squares that stand for "transparent"."""
    height, width = picture.shape[:2]
    odd = (np.arange(height)[:, None] // TILE + np.arange(width) // TILE) % 2
    squares = np.repeat(np.where(odd, 205, 245).astype(np.uint8)[..., None], 3, 2)
    return retouching.replaced(picture[..., :3], picture[..., 3], squares)
