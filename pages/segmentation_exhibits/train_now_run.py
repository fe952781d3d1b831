"""A training that is watched: its losses, its newest record, and the film of its masks."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np

MOST = 8
"""So many finished trainings are kept for everybody."""
FRAMES = 96
"""A film has at most so many frames; of a longer one every second is dropped."""


@dataclass
class Training:
    """What has come of a training with these `settings` so far."""

    settings: tuple
    history: list[dict[str, float]] = field(default_factory=list)
    record: SimpleNamespace | None = None
    frames: list[np.ndarray] = field(default_factory=list)
    """uint8 (8, 96, 96): the masks of each record."""
    marks: list[tuple[int, float]] = field(default_factory=list)
    """Step and mean IoU of each frame."""

    def take(self, record: SimpleNamespace) -> None:
        """One more record of the stream."""
        self.history += record.history
        self.frames.append(record.masks)
        self.marks.append((record.step, record.miou))
        self.record = record
        if len(self.frames) > FRAMES:
            self.frames[:-1], self.marks[:-1] = self.frames[:-1:2], self.marks[:-1:2]
