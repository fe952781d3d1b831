"""Your photo: a network proposes a mask, a hand corrects it, and the photo is changed at its own size."""

import numpy as np
import streamlit as st
from PIL import Image

from engine.editing.strokes import Stroke, painted
from engine.segmentation.agreement import shares
from engine.segmentation.retouching import firm
from pages.editing_exhibits.brushing import brushed
from pages.editing_exhibits.deeds import DEEDS, Deed, choose_deed
from pages.editing_exhibits.photo_lesson import lesson
from pages.editing_exhibits.photos import Photo, choose_photo
from pages.kit import roles
from pages.kit.downloads import png_button
from pages.kit.footer import timed
from pages.segmentation_exhibits.models import Model, choose_model, choose_side, opacity, see
from pages.segmentation_exhibits.photo_retouch import on_pattern
from pages.segmentation_exhibits.photo_view import greys_url, jpeg_url, photo_url

TALLEST = 520
LEAST = 0.002
"""A class with a smaller part of the photo is not offered."""
FIRMNESS = 4.0


def render() -> None:
    """The exhibit."""
    before, after, controls = st.columns([4, 4, 2.4], gap="medium")
    with controls:
        photo = choose_photo("astronaut")
        deed = choose_deed()
        base = np.zeros(photo.small.picture.shape[:2], np.uint8) if deed.from_empty else proposed(photo, deed)
    with before:
        strokes = hand(photo, deed, base)
    mask = painted(base, strokes)
    with after:
        done = result(photo, deed, mask)
    if done:
        with controls:
            downloads(photo, deed, base, strokes)
    lesson(deed, base, mask, len(strokes))


def proposed(photo: Photo, deed: Deed) -> np.ndarray:
    """The mask that a network proposes, uint8, in the size of the small copy; nothing where there is no network."""
    nothing = np.zeros(photo.small.picture.shape[:2], np.uint8)
    with st.expander("The mask at first", icon=":material/content_cut:"):
        model = choose_model()
        if model is None:
            return nothing
        model = choose_side(model, photo.small)
        classes = choose_classes(model, photo, deed)
        if not classes:
            return nothing
        return firm(opacity(model, photo.small, classes), FIRMNESS)


def choose_classes(model: Model, photo: Photo, deed: Deed) -> tuple[int, ...]:
    """Which of the classes that the network finds belong to the mask: for a dye a garment, else all of them."""
    part = shares(see(model, photo.small).classes, len(model.labels))
    found = [i for i in model.things if part[i] >= LEAST]
    names = model.labels.names
    if not found:
        st.caption("The network finds nothing here that it knows. Brush the mask yourself.")
        return ()
    garments = [i for i in found if names[i] == "upper body"]
    at_first = garments if deed.name == "dye" and garments else found
    group = "dye" if deed.name == "dye" else "keep"
    return tuple(
        st.multiselect(
            "Belongs to it", found, at_first, key=f"{group}-{model.name}-{photo.small.digest}",
            format_func=names.__getitem__,
        )
    )  # fmt: skip


def hand(photo: Photo, deed: Deed, base: np.ndarray) -> tuple[Stroke, ...]:
    """The photo under its mask, and the strokes that correct it."""
    kind = deed.name if deed.name in ("dye", "remove") else "keep"
    st.markdown("**Brush over what should go**" if deed.from_empty else "**Correct the mask**")
    return brushed(
        f"{kind}-{photo.small.digest}",
        photo=photo_url(photo.small),
        size=base.shape,
        base=greys_url(base) if base.any() else "",
        colour=roles.ANOMALY if deed.from_empty else roles.GENERATED,
        hint="Brush here" if not base.any() else "",
        label="The mask over the photo.",
        tallest=TALLEST,
    )


def result(photo: Photo, deed: Deed, mask: np.ndarray) -> bool:
    """What comes of it, in the size in which the photo is shown; whether anything does."""
    st.markdown(f"**{DEEDS[deed.name]}**")
    try:
        with timed():
            made = deed.made(photo.small.picture, mask)
    except ValueError as error:
        st.warning(str(error), icon=":material/brush:")
        return False
    rows, columns = mask.shape
    source = jpeg_url(on_pattern(made) if made.shape[2] == 4 else made)
    width = f"min(100%, {TALLEST * columns / rows:.0f}px)"
    st.html(f"<img alt='{DEEDS[deed.name]}' src='{source}' style='{STYLE}; width: {width}'>")
    if not mask.any():
        st.caption("The mask is empty: brush over the photo beside it.")
    return True


STYLE = "display: block; margin: 0 auto; border-radius: 8px"


def downloads(photo: Photo, deed: Deed, base: np.ndarray, strokes: tuple[Stroke, ...]) -> None:
    """The photo at its own size, and the mask."""
    height, width = photo.full.shape[:2]
    png_button(
        "PNG at full size",
        lambda: deed.made(photo.full, full_mask(base, strokes, (height, width))),
        f"{photo.name}-{deed.name}",
        factor=1,
    )
    png_button("Mask PNG", lambda: full_mask(base, strokes, (height, width)), f"{photo.name}-mask", factor=1)
    rows, columns = base.shape
    st.caption(
        f"{width:,} × {height:,} pixels, without metadata: no place, no time, no camera. "
        f"The network's mask is made on {columns:,} × {rows:,} and enlarged; strokes are drawn at full size."
    )


def full_mask(base: np.ndarray, strokes: tuple[Stroke, ...], size: tuple[int, int]) -> np.ndarray:
    """The mask at the photo's own size (H, W), uint8."""
    large = Image.fromarray(base).resize(size[::-1], Image.Resampling.BILINEAR)
    return painted(np.asarray(large), strokes)
