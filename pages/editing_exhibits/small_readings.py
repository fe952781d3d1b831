"""What a judge reads in pictures that were painted over, be they digits, garments or scenes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.datasets import CLASSES
from engine.editing.understanding import understood
from engine.pictures import to_uint8
from pages.diffusion_exhibits.verdicts import judged
from pages.editing_exhibits.small_pictures import Small
from pages.editing_exhibits.words_reading import Reading, found


@dataclass(frozen=True)
class Read:
    """What is read in a picture, whether that is what was said (None where no rule reads what was said), and how near
    it comes in a word or two."""

    words: str
    right: bool | None
    score: str


def read_all(small: Small, pictures: np.ndarray) -> list[Read]:
    """What is read in pictures float32 (B, H, W[, 3]) of the kind of `small`. Raises `EngineError`."""
    if small.data == "scenes":
        claim = understood(small.name)
        return [_read_scene(Reading(claim, scene)) for scene in found(to_uint8(pictures))]
    names = CLASSES[small.data]
    p = judged(small.data, pictures)
    return [Read(names[row.argmax()], bool(row.argmax() == small.said), f"p = {row[small.said]:.2f}") for row in p]


def right_of(reads: Sequence[Read]) -> str:
    """How many of so many are what was said, or "" where that cannot be told."""
    told = [read.right for read in reads if read.right is not None]
    return f"{sum(told)} of {len(told)}" if told else ""


def _read_scene(reading: Reading) -> Read:
    score = "" if reading.right is None else f"{reading.right:.0%} right"
    things, _ = reading.told.rsplit(" on a ", 1)
    return Read(things, reading.holds, score)
