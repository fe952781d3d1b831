"""Photos and masks as files for the browser, and how a person looks at them as a few characters in the address."""

import re
from io import BytesIO

import numpy as np
import streamlit as st
from PIL import Image

from engine import pictures
from pages.components.mask_view import Mask, View, mask_view
from pages.kit import shown
from pages.segmentation_exhibits.models import Model, Seen, shown_picture, shown_size
from pages.segmentation_exhibits.pictures import Chosen

FEW = 512 * 512
"""Pictures of at most so many pixels travel as PNG."""
VIEW = re.compile(r"(\d{1,3})-(\d{1,3})-([01])((?:-\d{1,2}){0,21})")


def photo_url(chosen: Chosen) -> str:
    """A picture in the size in which it is shown; a small one loses nothing."""
    rows, columns = shown_size(chosen.picture)
    if rows * columns <= FEW:
        return shown.url(
            ("photo", chosen.digest), "image/png", lambda: pictures.to_png(shown_picture(chosen.picture), 1)
        )
    return shown.url(("photo", chosen.digest), "image/jpeg", lambda: _jpeg(shown_picture(chosen.picture)))


def jpeg_url(picture: np.ndarray) -> str:
    """A picture uint8 (H, W, 3) that was made just now."""
    return shown.url(("made", picture.shape, hash(picture.tobytes())), "image/jpeg", lambda: _jpeg(picture))


def _jpeg(picture: np.ndarray) -> bytes:
    file = BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=90)
    return file.getvalue()


def greys_url(values: np.ndarray) -> str:
    """An array uint8 (H, W) as a grey PNG."""
    return shown.url(("greys", values.shape, hash(values.tobytes())), "image/png", lambda: pictures.to_png(values, 1))


def planes_url(probabilities: np.ndarray) -> str:
    """Probabilities uint8 (K, h, w) as one grey PNG, one map under the other."""
    return greys_url(probabilities.reshape(-1, probabilities.shape[-1]))


def compare(
    key: str,
    model: Model,
    chosen: Chosen,
    now: Seen,
    titles: tuple[str, str] = ("photo", "mask"),
    before: Seen | None = None,
) -> None:
    """The photo plain, or under the mask `before`, on the left, and under the mask `now` on the right."""
    view = mask_view(
        key=key,
        photo=photo_url(chosen),
        size=shown_size(chosen.picture),
        left=Mask(titles[0], greys_url(before.classes) if before else ""),
        right=Mask(titles[1], greys_url(now.classes)),
        planes=planes_url(now.probabilities),
        classes=model.labels.names,
        colours=model.colours,
        background=model.labels.background,
        view=kept_view(len(model.labels)),
    )
    st.session_state["mask-view"] = view
    if view != View():
        st.query_params["view"] = to_text(view)
    elif "view" in st.query_params:
        del st.query_params["view"]


def kept_view(classes: int) -> View:
    """How this session looks at masks, at first as the address says; classes that are not there are never hidden."""
    view = st.session_state.get("mask-view") or from_text(st.query_params.get("view", ""))
    return view._replace(hidden=tuple(i for i in view.hidden if i < classes))


def to_text(view: View) -> str:
    """`opacity-divider-outlines-hidden…`, such as 60-33-1-4."""
    return "-".join(map(str, (view.opacity, view.divider, int(view.outlines), *view.hidden)))


def from_text(text: str) -> View:
    """The way back; what makes no sense is the view that the page opens with."""
    match = VIEW.fullmatch(text)
    if not match:
        return View()
    opacity, divider, outlines, hidden = match.groups()
    numbers = sorted({int(number) for number in hidden.split("-") if number})
    return View(min(int(opacity), 100), min(int(divider), 100), outlines == "1", tuple(numbers))
