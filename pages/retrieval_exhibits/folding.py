"""Duplicates folded: pictures that look the same at 8 × 8 stand behind the best of them."""

from dataclasses import dataclass, field

import numpy as np

from pages.retrieval_exhibits.galleries import Found, Gallery, miniature
from pages.retrieval_exhibits.shelf import Shelf

SAME = 2.5
"""Miniatures of the same picture differ by less than this mean grey level, whatever their size and compression."""


@dataclass
class Fold:
    """The best of some equal pictures, and the names of the others."""

    best: Found
    others: list[str] = field(default_factory=list)

    @property
    def copies(self) -> int:
        """How many equal pictures there are."""
        return 1 + len(self.others)


def folded(gallery: Gallery | Shelf, found: list[Found]) -> list[Fold]:
    """Results, best first, without those that equal a better one."""
    folds: list[Fold] = []
    small = [miniature(gallery.image(each.item.id)) for each in found]
    kept: list[np.ndarray] = []
    for each, mini in zip(found, small, strict=True):
        same = next((i for i, other in enumerate(kept) if np.abs(mini - other).mean() < SAME), None)
        if same is None:
            folds.append(Fold(each))
            kept.append(mini)
        else:
            folds[same].others.append(each.item.name)
    return folds
