"""What can be searched: drawn scenes, a few free photographs, a person's own pictures, and a library on disk."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import numpy as np
import streamlit as st
from PIL import Image

from engine import cards
from engine.clip import gallery as scene_gallery
from engine.clip.framing import squeezed
from engine.clip.library import thumbnail
from engine.clip.library_encoders import AT_ONCE, Encoder
from engine.clip.queries import ranking
from engine.scenes import draw
from pages.kit.footer import timed
from pages.retrieval_exhibits.uploads import Own, own_pictures

TITLES = {"scenes": "Drawn scenes", "photos": "Photographs", "own": "Your pictures", "library": "Your library"}
SUITS = {"scenes": "clip-scenes", "photos": "clip-flickr8k", "own": "clip-flickr8k", "library": "clip-flickr8k"}
"""Which of our models has learned from such pictures."""

SHOWN_SIDE = 160
PHOTOS = {
    "a woman in a space suit": "skimage/data/astronaut.png",
    "a cat": "skimage/data/chelsea.png",
    "a cup of coffee": "skimage/data/coffee.png",
    "a rocket at night": "skimage/data/rocket.jpg",
    "a man with a camera": "skimage/data/camera.png",
    "a temple": "sklearn/datasets/images/china.jpg",
    "a flower": "sklearn/datasets/images/flower.jpg",
    "a motorcycle": "skimage/data/motorcycle_left.png",
    "coins": "skimage/data/coins.png",
    "the moon": "skimage/data/moon.png",
    "galaxies": "skimage/data/hubble_deep_field.jpg",
    "a clock": "skimage/data/clock_motion.png",
    "bricks": "skimage/data/brick.png",
    "grass": "skimage/data/grass.png",
    "gravel": "skimage/data/gravel.png",
    "a page of a book": "skimage/data/page.png",
    "a retina": "skimage/data/retina.jpg",
    "tissue": "skimage/data/ihc.png",
}
"""Photographs that come with scikit-image and scikit-learn, free to use."""


@dataclass(frozen=True)
class Item:
    """A picture that can be found: a short id that may stand in an address, its name, and its label if it has one."""

    id: str
    name: str
    label: str = ""


@dataclass(frozen=True)
class Found:
    """An item with its cosine to the query."""

    item: Item
    score: float


@dataclass(frozen=True)
class Gallery:
    """Pictures in memory with their vectors float32 (N, D) by one encoder; `look(i)` is picture i, uint8 (H, W, 3),
    and `jpeg(i)` a small file of it."""

    source: str
    encoder: Encoder
    items: list[Item]
    vectors: np.ndarray = field(repr=False)
    look: Callable[[int], np.ndarray] = field(repr=False)
    jpeg: Callable[[int], bytes] = field(repr=False)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def size(self) -> int:
        """How many pictures a search compares with."""
        return len(self.items)

    def nearest(self, query: np.ndarray, k: int) -> list[Found]:
        """The `k` best, best first."""
        best, scores = ranking(query, self.vectors, k)
        return [Found(self.items[i], float(score)) for i, score in zip(best, scores, strict=True)]

    def place(self, id: str) -> int | None:
        """Where an item stands in the gallery."""
        return next((i for i, item in enumerate(self.items) if item.id == id), None)

    def vector(self, id: str) -> np.ndarray | None:
        """The vector of an item (D,), if it is here."""
        i = self.place(id)
        return None if i is None else self.vectors[i]

    def picture(self, id: str) -> np.ndarray:
        """An item's picture, uint8 (H, W, 3)."""
        return self.look(self.place(id))

    def image(self, id: str) -> bytes:
        """A small JPEG of an item."""
        return self.jpeg(self.place(id))


def choose_source(key: str = "source", among: dict[str, str] = TITLES) -> str:
    """The control that says which pictures."""
    return st.selectbox("Pictures", list(among), key=key, bind="query-params", format_func=TITLES.get)


def in_memory(source: str, encoder: Encoder) -> Gallery:
    """The gallery of a source that is held in memory; of a person's own pictures, with the uploader. Raises
    `EngineError`."""
    if source == "own":
        return own(own_pictures(), encoder)
    return scenes(encoder) if source == "scenes" else photos(encoder)


def scenes(encoder: Encoder) -> Gallery:
    """Drawn scenes, named by their numbers."""
    items = [Item(str(n), f"scene {n}") for n in range(scene_gallery.SIZE)]
    return Gallery("scenes", encoder, items, scene_vectors(encoder.identity), scene_picture, scene_jpeg)


@st.cache_data(max_entries=8, show_spinner=False)
def scene_vectors(identity: str) -> np.ndarray:
    """The vectors of all scenes, from the card where it has them."""
    encoder = Encoder(identity.split("@")[0])
    if not encoder.public and "gallery" in (derived := derived_of(encoder.name)):
        return derived["gallery"].astype(np.float32)
    with timed():
        return encoder.pictures(scene_gallery.pictures(encoder.side))


def derived_of(name: str) -> dict[str, np.ndarray]:
    """The derived arrays of a model; none where it has none."""
    there = (cards.PRETRAINED / name / "derived.safetensors").exists()
    return cards.derived(name) if there else {}


@lru_cache(maxsize=scene_gallery.SIZE)
def scene_picture(n: int) -> np.ndarray:
    """A scene of the gallery, uint8 (160, 160, 3)."""
    return np.ascontiguousarray(draw(scene_gallery.scene(n), SHOWN_SIDE).image.transpose(1, 2, 0))


@lru_cache(maxsize=scene_gallery.SIZE)
def scene_jpeg(n: int) -> bytes:
    """The same as a file."""
    return thumbnail(scene_picture(n), SHOWN_SIDE)


def photos(encoder: Encoder) -> Gallery:
    """The free photographs."""
    items = [Item(str(i), name, name) for i, name in enumerate(PHOTOS)]
    return Gallery("photos", encoder, items, photo_vectors(encoder.identity), photo, photo_jpeg)


@st.cache_data(max_entries=8, show_spinner=False)
def photo_vectors(identity: str) -> np.ndarray:
    """The vectors of the free photographs."""
    encoder = Encoder(identity.split("@")[0])
    with timed():
        return encoder.pictures(np.stack([squeezed(photo(i), encoder.side) for i in range(len(PHOTOS))]))


@lru_cache(maxsize=len(PHOTOS))
def photo(i: int) -> np.ndarray:
    """A photograph, uint8 (H, W, 3), at most 384 pixels long; read without importing the library it comes with."""
    library, _, path = list(PHOTOS.values())[i].partition("/")
    with Image.open(Path(find_spec(library).origin).parent / path) as image:
        small = image.convert("RGB")
        small.thumbnail((384, 384))
        return np.asarray(small)


@lru_cache(maxsize=len(PHOTOS))
def photo_jpeg(i: int) -> bytes:
    """The same as a file."""
    return thumbnail(photo(i), SHOWN_SIDE)


def own(pictures: list[Own], encoder: Encoder) -> Gallery:
    """A person's pictures, embedded with a bar; what has been embedded once is remembered in the session."""
    items = [Item(f"{each.digest[:8]}{i}", each.name, each.label) for i, each in enumerate(pictures)]
    known: dict[tuple[str, str], np.ndarray] = st.session_state.setdefault("retrieval-vectors", {})
    new = {each.digest: each for each in pictures if (encoder.identity, each.digest) not in known}
    with timed():
        _embed(list(new.values()), encoder, known)
    vectors = [known[encoder.identity, each.digest] for each in pictures]
    stacked = np.stack(vectors) if vectors else np.zeros((0, 1), np.float32)
    return Gallery("own", encoder, items, stacked, lambda i: pictures[i].pixels(), lambda i: pictures[i].jpeg)


def _embed(pictures: list[Own], encoder: Encoder, known: dict[tuple[str, str], np.ndarray]) -> None:
    if not pictures:
        return
    bar = st.progress(0.0, f"Embedding {len(pictures)} pictures …")
    for first in range(0, len(pictures), AT_ONCE // 2):
        some = pictures[first : first + AT_ONCE // 2]
        vectors = encoder.pictures(np.stack([squeezed(each.pixels(), encoder.side) for each in some]))
        known |= {(encoder.identity, each.digest): vector for each, vector in zip(some, vectors, strict=True)}
        done = first + len(some)
        bar.progress(done / len(pictures), f"Embedded {done} of {len(pictures)} pictures …")
    bar.empty()


def from_jpeg(jpeg: bytes) -> np.ndarray:
    """A thumbnail as uint8 (H, W, 3)."""
    return np.asarray(Image.open(BytesIO(jpeg)).convert("RGB"))


@lru_cache(maxsize=4096)
def miniature(jpeg: bytes) -> np.ndarray:
    """A picture as 8 × 8 colours, float32 (192,): nearly equal for copies of other sizes and other compression."""
    return squeezed(from_jpeg(jpeg), 8).astype(np.float32).ravel()
