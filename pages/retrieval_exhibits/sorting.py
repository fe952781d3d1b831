"""Pictures sorted by a classifier that is written in words, and how often it is right."""

from dataclasses import dataclass

import numpy as np

from engine.clip.queries import probabilities
from pages.retrieval_exhibits.bench_pictures import Bench


@dataclass(frozen=True)
class Sorted:
    """What a classifier makes of a bench: probabilities float32 (N, C), and where the truth is among the classes (N,),
    −1 where it is not."""

    p: np.ndarray
    truth: np.ndarray

    @property
    def known(self) -> np.ndarray:
        """bool (N,): whether the truth of a picture is one of the classes."""
        return self.truth >= 0

    @property
    def accuracy(self) -> float | None:
        """The share of pictures that are sorted right, of those whose truth is known."""
        return float((self.p.argmax(1) == self.truth)[self.known].mean()) if self.known.any() else None


def sort(pictures: Bench, classes: tuple[str, ...], weights: np.ndarray, scale: float) -> Sorted:
    """The classifier with one vector a class (C, D) on the bench."""
    number = {name.lower(): i for i, name in enumerate(classes)}
    truth = np.array([number.get(name.lower(), -1) for name in pictures.truth])
    return Sorted(probabilities(pictures.vectors, weights, scale), truth)
