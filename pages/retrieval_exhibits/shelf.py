"""A library on disk as a gallery: searched by its store, opened at the machine it lies on."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import streamlit as st

from engine.clip.library import default_place
from engine.clip.library_encoders import Encoder
from engine.clip.store import LibraryError, Store, short
from pages.retrieval_exhibits.galleries import Found, Gallery, Item, from_jpeg

SAMPLE = 300
"""So many pictures of a library take part where an exhibit looks at all of them at once."""

HOW = (
    "Make one from a folder of photos, then come back here:\n"
    "```\npython -m engine.clip.library add ~/Pictures\n```\n"
    "It can be stopped and goes on where it was; files that are there already are skipped."
)


@dataclass(frozen=True)
class Shelf:
    """The same doors as a `Gallery`, in front of a store."""

    encoder: Encoder
    store: Store = field(repr=False)
    source: str = "library"
    images: dict[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """How many pictures a search compares with."""
        return len(self.store)

    def nearest(self, query: np.ndarray, k: int) -> list[Found]:
        """The `k` best, best first. Raises `LibraryError`."""
        hits = self.store.search(query, k)
        self.images.update(zip((short(path) for path in hits.paths), hits.thumbnails, strict=True))
        return [
            Found(Item(short(path), Path(path).name, Path(path).parent.name), float(score))
            for path, score in zip(hits.paths, hits.scores, strict=True)
        ]

    def vector(self, id: str) -> np.ndarray | None:
        """The vector of a picture (D,), if it is in the library."""
        found = self.store.one(id)
        if found is None:
            return None
        vector, jpeg = found
        self.images[id] = jpeg
        return vector

    def image(self, id: str) -> bytes:
        """The thumbnail of a picture that a search or `vector` has found."""
        return self.images[id]

    def picture(self, id: str) -> np.ndarray:
        """The same as uint8 (H, W, 3)."""
        return from_jpeg(self.images[id])


def open_shelf() -> Shelf | None:
    """The library, if this visitor may see it and there is one; else what to do is said."""
    if not (at_the_machine() or os.environ.get("MANIFOLD_LIBRARY")):
        st.info(
            "A library of photos is shown at the machine that it lies on. `MANIFOLD_LIBRARY` opens one to everybody.",
            icon=":material/lock:",
        )
        return None
    where = default_place()
    if at_the_machine():
        where = st.text_input("Folder of the library", where, key="library", max_chars=500) or where
    try:
        store = Store(where)
        return Shelf(Encoder(store.encoder.split("@")[0]), Store(where, Encoder(store.encoder.split("@")[0]).identity))
    except LibraryError as error:
        st.info(f"{error}\n\n{HOW}", icon=":material/photo_library:")
        return None


def at_the_machine() -> bool:
    """Whether this visitor sits at the machine itself, which sees no address of theirs."""
    return st.context.ip_address is None


def as_gallery(shelf: Shelf, most: int = SAMPLE) -> Gallery:
    """Up to `most` pictures spread over a library, in memory."""
    vectors, paths, jpegs = shelf.store.vectors(most)
    items = [Item(short(path), Path(path).name, Path(path).parent.name) for path in paths]
    return Gallery("library", shelf.encoder, items, vectors, lambda i: from_jpeg(jpegs[i]), lambda i: jpegs[i])
