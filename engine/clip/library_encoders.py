"""Who turns pictures and texts into vectors: one of our models or a public one, behind one interface. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from engine import cards, client

AT_ONCE = 64
"""Pictures or texts a call, so that other people's calls get their turn in between."""


@dataclass(frozen=True)
class Encoder:
    """A model by its name: a checkpoint of ours, or `ARCHITECTURE/TAG` of open_clip.

    Both methods return float32 (B, D) of unit length and raise `EngineError`.
    """

    name: str

    @property
    def public(self) -> bool:
        """Whether somebody else trained it."""
        return "/" in self.name

    @property
    def identity(self) -> str:
        """What vectors must agree in to be compared: the name, and for our own models the very weights."""
        return self.name if self.public else f"{self.name}@{cards.read(self.name).sha256[:12]}"

    @property
    def side(self) -> int:
        """The side in pixels of the squares that it sees."""
        return about_public(self.name)["side"] if self.public else cards.read(self.name).config["side"]

    def pictures(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures uint8 (B, side, side, 3)."""
        parts = [pictures[i : i + AT_ONCE] for i in range(0, len(pictures), AT_ONCE)]
        return np.concatenate([self._call("embed_pictures", pictures=part) for part in parts])

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        """Texts in words; what is longer than the model reads is cut."""
        parts = [list(texts[i : i + AT_ONCE]) for i in range(0, len(texts), AT_ONCE)]
        return np.concatenate([self._call("embed_texts", texts=part)["embeddings"] for part in parts])

    def read(self, text: str) -> tuple[list[str], bool]:
        """The pieces of a text that the model reads, and whether its end was cut off."""
        answer = self._call("embed_texts", texts=[text])
        return list(answer["tokens"][0]), bool(answer["cut"][0])

    def _call(self, operation: str, **arguments):
        if not self.public:
            return client.engine().call(self.name, operation, **arguments)
        name, tag = self.name.split("/", 1)
        return client.engine().call("clip", f"{operation}_public", name=name, tag=tag, **arguments)


@lru_cache(maxsize=16)
def about_public(name: str) -> dict[str, Any]:
    """The `side`, dimension `d`, number of `parameters` and `logit_scale` of a fetched model of open_clip, by
    `ARCHITECTURE/TAG`. Raises `EngineError`."""
    architecture, tag = name.split("/", 1)
    return client.engine().call("clip", "about_public", name=architecture, tag=tag)
