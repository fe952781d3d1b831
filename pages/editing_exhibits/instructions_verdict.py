"""Was it done, and did the rest stay? What a rule would have drawn, beside what the judge reads."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.editing.checking import Verdict, verdict
from engine.editing.following import fairly
from engine.scenes import Edit, Scene, edit_of, may_change
from pages.editing_exhibits.frames import rms
from pages.editing_exhibits.scene_pictures import Painting

OFFERED = ("recolour", "remove", "add", "reshape", "background", "resize", "move", "retexture")


def examples(scene: Scene, row: int) -> list[Edit]:
    """One edit of each kind that fits a scene, its words and its truth."""
    return [pair for kind in OFFERED if (pair := edit_of(scene, kind, row))]


@dataclass(frozen=True)
class Outcome:
    """A picture uint8 (64, 64, 3) after an edit, the scene that is read in it, and what a rule would have made."""

    before: Painting
    picture: np.ndarray
    found: Scene
    pair: Edit | None

    @cached_property
    def verdict(self) -> Verdict | None:
        """Whether it was done, and what share of the rest kept all its attributes."""
        return self.pair and verdict(fairly(self.pair, self.found), self.found)

    @property
    def moved(self) -> float:
        """How much the picture changed: root mean square per pixel, 0…1."""
        return rms(self._difference)

    @property
    def moved_outside(self) -> float | None:
        """The same over the pixels that the instruction leaves alone; None where no rule says which these are."""
        rest = None if self.pair is None else ~may_change(self.pair)
        return None if rest is None or not rest.any() else rms(self._difference[rest])

    @property
    def _difference(self) -> np.ndarray:
        return (self.picture.astype(np.float32) - self.before.pixels) / 255
