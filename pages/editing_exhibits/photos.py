"""The photo that is edited: a bundled one or the person's own at its full size, with a small copy to work on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from engine.images import open_upload
from pages.autoencoder_exhibits.sources import UPLOADS
from pages.kit.guard import guard
from pages.segmentation_exhibits.models import shown_picture
from pages.segmentation_exhibits.pictures import SAMPLES, Chosen, sample

FULL = 12_600_000
"""So many pixels of a person's photo are kept: 4096 × 3072, and what phones call 12 megapixels."""
SOURCES = {name: title for name, (title, _) in SAMPLES.items() if name != "tissue"} | {"own": "Your own"}
KEPT = "editing-own"


@dataclass(frozen=True)
class Photo:
    """A photo: `full` uint8 (H, W, 3), and `small`, the same in the size in which it is shown and brushed."""

    full: np.ndarray
    small: Chosen

    @property
    def name(self) -> str:
        """A short name that may be part of a file's name."""
        return self.small.name

    @classmethod
    def of(cls, name: str, picture: np.ndarray) -> "Photo":
        """A photo with its small copy."""
        return cls(picture, Chosen(name, shown_picture(picture)))


def choose_photo(default: str) -> Photo:
    """The control, and what is chosen with it; until a person brings a photo, the default stands in."""
    source = st.selectbox(
        "Photo", list(SOURCES), list(SOURCES).index(default), key="photo", bind="query-params", format_func=SOURCES.get
    )
    name = default if source == "own" else source
    return (own() if source == "own" else None) or Photo.of(name, sample(name).picture)


def own() -> Photo | None:
    """The photo that the person brings, decoded once and kept in this session alone."""
    file = st.file_uploader("Photo", UPLOADS, key="editing-file", max_upload_size=20, label_visibility="collapsed")
    st.caption("It stays in memory, loses its metadata, and is gone when you close the page.")
    if file is None:
        st.session_state.pop(KEPT, None)
        st.caption("Until you bring one, one of ours stands in.")
        return None
    known, photo = st.session_state.get(KEPT, ("", None))
    if known == file.file_id:
        return photo
    with guard():
        photo = Photo.of(Path(file.name).stem[:40] or "photo", np.asarray(open_upload(file, FULL)))
        st.session_state[KEPT] = (file.file_id, photo)
        return photo
    return None
