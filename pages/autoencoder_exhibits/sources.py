"""Where an exhibit's pictures come from: dreamt by the VQ-VAE's prior, drawn by hand, or uploaded."""

import numpy as np
import streamlit as st

from engine import client
from engine.datasets import CLASSES
from engine.images import centre_digit, open_upload, to_digit, to_grey
from pages.components.sketch_pad import sketch_pad

DATA = {"mnist": "Digits", "fashion": "Garments"}
UPLOADS = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "heic"]


def pick_data(key: str = "data") -> str:
    """Digits or garments."""
    return st.segmented_control(
        "Pictures", list(DATA), default="mnist", required=True, key=key, bind="query-params", format_func=DATA.get
    )


def pick_seed(label: str = "Seed") -> int:
    """A visible seed; it is in the address too."""
    return st.number_input(label, 0, 9999, 7, key="seed", bind="query-params", help="Same seed, same pictures.")


@st.cache_data(max_entries=64, show_spinner=False)
def dreamt_codes(data: str, classes: tuple[int, ...], seed: int, temperature: float = 0.6) -> np.ndarray:
    """Code indices (N, 7, 7) that the prior writes for these classes."""
    return client.engine().call(
        f"prior-{data}", "sample_codes", classes=np.array(classes), temperature=temperature, seed=seed
    )


@st.cache_data(max_entries=64, show_spinner=False)
def dreamt(data: str, classes: tuple[int, ...], seed: int) -> np.ndarray:
    """Pictures (N, 28, 28) in 0…1 of these classes, from weights alone: no data set is needed."""
    return client.engine().call(f"vqvae-{data}", "decode", z=dreamt_codes(data, classes, seed))[:, 0]


def one_of_each(data: str, seed: int, n: int = 8) -> np.ndarray:
    """n pictures (n, 28, 28), one a class."""
    return dreamt(data, tuple(range(min(n, len(CLASSES[data])))), seed)


def own_picture(data: str, key: str) -> np.ndarray | None:
    """A picture (28, 28) in 0…1 that the person draws or uploads, brought to the look of the data set; else None.

    Raises `UploadError`, whose text says what is wrong with the file.
    """
    draw, upload = st.tabs([":material/draw: Draw", ":material/upload: Upload"], key=f"{key}-way", on_change="rerun")
    if upload.open:
        with upload:
            file = st.file_uploader("A picture", UPLOADS, key=f"{key}-file", max_upload_size=20)
            st.caption("It stays in memory, loses its metadata, and is gone when you close the page.")
            return None if file is None else _as_data(open_upload(file), data)
    with draw:
        sketch = sketch_pad(key=f"{key}-sketch", label=f"Draw a {'digit' if data == 'mnist' else 'garment'}")
        return sketch if sketch is None or data == "fashion" else centre_digit(sketch)


def _as_data(image, data: str) -> np.ndarray:
    return to_digit(image) if data == "mnist" else to_grey(image, 28)
