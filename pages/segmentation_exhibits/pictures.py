"""The picture that the exhibits of /segmentation work on: a bundled photograph, a drawn scene, or the person's own."""

from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from engine import scenes
from engine.images import open_upload
from pages.autoencoder_exhibits.sources import UPLOADS
from pages.kit.guard import guard


@dataclass(frozen=True)
class Chosen:
    """A picture uint8 (H, W, 3) with a short name that may be part of a file's name; `digest` tells it from others."""

    name: str
    picture: np.ndarray = field(repr=False, compare=False)
    digest: str = field(init=False)

    def __post_init__(self):
        shape = str(self.picture.shape).encode()
        object.__setattr__(self, "digest", sha256(shape + self.picture.tobytes()).hexdigest()[:24])


SAMPLES = {
    "astronaut": ("Astronaut", "skimage/data/astronaut.png"),
    "cameraman": ("Cameraman", "skimage/data/camera.png"),
    "cat": ("Cat", "skimage/data/chelsea.png"),
    "coffee": ("Coffee", "skimage/data/coffee.png"),
    "temple": ("Temple", "sklearn/datasets/images/china.jpg"),
    "flower": ("Flower", "sklearn/datasets/images/flower.jpg"),
    "tissue": ("Tissue", "skimage/data/ihc.png"),
}
"""Title and file of the photographs that come with scikit-image and scikit-learn."""
SOURCES = {name: title for name, (title, _) in SAMPLES.items()} | {"scene": "Drawn scene", "own": "Your own"}
SCENE_SIDE = 256
MOST = 6
"""So many pictures of a person are kept at once."""


def choose_picture(default: str = "astronaut") -> Chosen:
    """The controls, and the picture that is chosen with them; the same choice in every exhibit."""
    source = st.selectbox(
        "Picture", list(SOURCES), list(SOURCES).index(default), key="picture", bind="query-params",
        format_func=SOURCES.get,
    )  # fmt: skip
    if source == "scene":
        number = st.number_input("Scene", 0, 9999, 7, key="scene", bind="query-params", help="Same number, same scene.")
        return drawn(int(number))
    if source == "own":
        return own() or sample(default)
    return sample(source)


@cache
def sample(name: str) -> Chosen:
    """A photograph of `SAMPLES`, read without importing the library that it comes with."""
    library, _, path = SAMPLES[name][1].partition("/")
    with Image.open(Path(find_spec(library).origin).parent / path) as image:
        return Chosen(name, np.asarray(image.convert("RGB")))


def drawn(number: int) -> Chosen:
    """A scene of our own."""
    image = scenes.draw(scenes.scene(number, 0), SCENE_SIDE).image
    return Chosen(f"scene-{number}", np.ascontiguousarray(image.transpose(1, 2, 0)))


def own() -> Chosen | None:
    """What the person uploads or takes with the camera; of several, one. None as long as there is nothing to show."""
    files = st.file_uploader(
        "Pictures", UPLOADS, accept_multiple_files=True, key="segmentation-files", max_upload_size=20,
        label_visibility="collapsed",
    )  # fmt: skip
    files = [*files, *filter(None, [camera()])]
    st.caption("They stay in memory, lose their metadata, and are gone when you close the page.")
    opened = _opened(files)
    if not opened:
        if not files:
            st.caption("Until you bring a picture, one of ours stands in.")
        return None
    chosen = st.selectbox("Which one", list(opened), len(opened) - 1, format_func=lambda key: opened[key].name)
    return opened[chosen]


def camera():
    """A picture taken now, if the person opens this; only then does the browser ask whether the page may."""
    with st.expander("Camera", icon=":material/photo_camera:", key="segmentation-camera", on_change="rerun") as fold:
        if fold.open:
            return st.camera_input("Take a picture", key="segmentation-shot", label_visibility="collapsed")
    return None


def _opened(files: list) -> dict[str, Chosen]:
    """The files that are pictures, each decoded once and kept in this session alone; of others, what is wrong."""
    kept, opened = st.session_state.get("segmentation-own", {}), {}
    for file in files[-MOST:]:
        with guard():
            opened[file.file_id] = kept.get(file.file_id) or _open(file)
    if len(files) > MOST:
        st.caption(f"The last {MOST} of {len(files)} are kept.")
    st.session_state["segmentation-own"] = opened
    return opened


def _open(file) -> Chosen:
    stem = Path(file.name).stem[:40] or "picture"
    return Chosen(stem, np.asarray(open_upload(file)))
