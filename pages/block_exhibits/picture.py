"""The picture that the blocks work on: one of scikit-learn's two photographs, or the person's own."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from engine.images import open_upload
from pages.autoencoder_exhibits.sources import UPLOADS
from pages.kit.guard import guard

BUNDLED = {"china": "Temple", "flower": "Flower"}
SIDE = 240


def pick_picture(side: int = SIDE, colour: bool = False) -> np.ndarray:
    """The controls; uint8 (H, W), or (H, W, 3) in `colour` (the person may ask for it), at most `side` ≤ 240 a side."""
    source = st.segmented_control(
        "Picture", [*BUNDLED, "own"], default="china", required=True, key="block-picture", bind="query-params",
        format_func=(BUNDLED | {"own": "Your own"}).get,
    )  # fmt: skip
    in_colour = colour or st.toggle("Colour", key="block-colour", bind="query-params")
    own = None
    if source == "own":
        with guard():
            own = uploaded()
    picture = small(own or bundled(source if source in BUNDLED else "china"), side)
    return np.asarray(picture if in_colour else picture.convert("L"))


def uploaded() -> Image.Image | None:
    """What the person uploads, made small and kept in this session alone. Raises `UploadError`."""
    file = st.file_uploader("A picture", UPLOADS, key="block-file", max_upload_size=20)
    st.caption("It stays in memory, loses its metadata, and is gone when you close the page.")
    if file is None:
        return None
    kept = st.session_state.get("block-own")
    if not kept or kept[0] != file.file_id:
        kept = st.session_state["block-own"] = (file.file_id, small(open_upload(file)))
    return kept[1]


@cache
def bundled(name: str) -> Image.Image:
    """One of the photographs that come with scikit-learn, read without importing it."""
    folder = Path(find_spec("sklearn").origin).parent / "datasets" / "images"
    with Image.open(folder / f"{name}.jpg") as image:
        return small(image.convert("RGB"))


def small(image: Image.Image, side: int = SIDE) -> Image.Image:
    """A copy of at most `side` pixels a side, aspect kept, and at least 16."""
    factor = side / max(image.size)
    size = tuple(max(16, round(factor * length)) for length in image.size)
    return image.resize(size, Image.Resampling.LANCZOS)
