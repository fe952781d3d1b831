"""What is sorted on the zero-shot bench: scenes of one thing, photographs, or a person's pictures, with their truth."""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

import numpy as np
import streamlit as st

from engine import scenes
from engine.clip.library import thumbnail
from engine.clip.library_encoders import Encoder
from pages.retrieval_exhibits import shelf
from pages.retrieval_exhibits.galleries import SHOWN_SIDE, Gallery, in_memory
from pages.retrieval_exhibits.tiles import jpeg_url, source_url

SEED, COUNT = 4077, 96
"""The scenes of one thing: of the row that belongs to the seed, the first ones that show one thing only."""

TASKS = {
    "pairs": "Pairs never trained on",
    "colours": "What colour",
    "shapes": "What shape",
    "photos": "Photographs",
    "own": "Your pictures",
    "library": "Your library",
}
DRAWN = ("shapes", "colours", "pairs")
PHOTO_CLASSES = (
    "person",
    "cat",
    "flower",
    "temple",
    "motorcycle",
    "rocket",
    "cup of coffee",
    "coin",
    "moon",
    "book page",
)
PHOTO_TRUTH = {
    "a woman in a space suit": "person", "a man with a camera": "person", "a cat": "cat", "a flower": "flower",
    "a temple": "temple", "a motorcycle": "motorcycle", "a rocket at night": "rocket",
    "a cup of coffee": "cup of coffee", "coins": "coin", "the moon": "moon", "a page of a book": "book page",
}  # fmt: skip
OWN_CLASSES = ("dog", "cat", "person", "car", "tree", "house", "food", "flower")


@dataclass(frozen=True)
class Bench:
    """Pictures to sort: vectors float32 (N, D), URLs, names, what each truly is ("" where nobody knows), and the
    classes that the field begins with."""

    vectors: np.ndarray = field(repr=False)
    urls: list[str] = field(repr=False)
    names: list[str]
    truth: list[str]
    classes: tuple[str, ...]


def bench(task: str, encoder: Encoder) -> Bench | None:
    """The pictures of a task; None where there are none yet. Raises `EngineError`."""
    if task in DRAWN:
        return drawn(task, encoder)
    if task == "library":
        opened = shelf.open_shelf()
        return _of(shelf.as_gallery(opened, 96)) if opened and opened.size else None
    return _of(in_memory(task, encoder))


def drawn(task: str, encoder: Encoder) -> Bench:
    """Scenes of one thing."""
    chosen = single_scenes(task == "pairs")
    truth = [truth_of(task, scene.things[0]) for scene in chosen]
    vectors = drawn_vectors(task == "pairs", encoder.identity)
    urls = [drawn_url(task == "pairs", i) for i in range(COUNT)]
    return Bench(vectors, urls, truth, truth, classes_of(task))


def classes_of(task: str) -> tuple[str, ...]:
    """All shapes, all colours, or the pairs that training leaves out."""
    if task == "pairs":
        return tuple(f"{colour} {shape}" for colour, shape in scenes.HELD_OUT)
    return tuple(sorted({pair[task == "shapes"] for pair in scenes.PAIRS}))


def truth_of(task: str, thing: scenes.Thing) -> str:
    """What a thing is called on a task."""
    return {"shapes": thing.shape, "colours": thing.colour, "pairs": f"{thing.colour} {thing.shape}"}[task]


@lru_cache
def single_scenes(held_out: bool) -> list[scenes.Scene]:
    """Scenes that show one thing."""
    pairs = scenes.HELD_OUT if held_out else scenes.PAIRS
    row = (scenes.scene(SEED, n, pairs) for n in count())
    return [scene for scene, _ in zip((each for each in row if len(each.things) == 1), range(COUNT), strict=False)]


@st.cache_data(max_entries=8, show_spinner=False)
def drawn_vectors(held_out: bool, identity: str) -> np.ndarray:
    """Their vectors, float32 (COUNT, D)."""
    encoder = Encoder(identity.split("@")[0])
    image = scenes.draw_all(single_scenes(held_out), encoder.side).image
    return encoder.pictures(np.ascontiguousarray(image.transpose(0, 2, 3, 1)))


@lru_cache(maxsize=2 * COUNT)
def drawn_url(held_out: bool, i: int) -> str:
    """Picture i of them as a URL."""
    image = scenes.draw(single_scenes(held_out)[i], SHOWN_SIDE).image
    return jpeg_url(thumbnail(np.ascontiguousarray(image.transpose(1, 2, 0)), SHOWN_SIDE))


def _of(gallery: Gallery) -> Bench | None:
    if not len(gallery):
        return None
    names = [item.name for item in gallery.items]
    labels = [item.label for item in gallery.items]
    classes = tuple(dict.fromkeys(label for label in labels if label))
    if gallery.source == "photos":
        labels, classes = [PHOTO_TRUTH.get(name, "") for name in names], PHOTO_CLASSES
    urls = [source_url(gallery, item.id) for item in gallery.items]
    return Bench(gallery.vectors, urls, names, labels, classes if len(classes) > 1 else OWN_CLASSES)
