"""A restoration that is watched: its curve, its newest record, and the film of its pictures."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np

from engine import client
from pages.editing_exhibits.damage import Damage, Damaged

FRAMES = 80
"""A film has at most so many frames; of a longer one every second is dropped."""
PATIENCE = 200
"""So many steps after the best moment so far a run that may end itself does."""
Settings = tuple[Damage, str, int]
"""The damage, the photo's digest and the network's seed: equal settings restore alike, for as long as they run."""


@dataclass
class Restoring:
    """What has come of a restoration with these `settings` so far."""

    settings: Settings
    history: list[dict[str, float]] = field(default_factory=list)
    record: SimpleNamespace | None = None
    frames: list[np.ndarray] = field(default_factory=list)
    """uint8 (H, W, 3) each, the running average."""
    steps: list[int] = field(default_factory=list)
    """The step of each frame."""

    def take(self, record: SimpleNamespace) -> None:
        """One more record of the stream."""
        self.history += record.history
        self.frames.append(record.picture)
        self.steps.append(record.step)
        self.record = record
        if len(self.frames) > FRAMES:
            self.frames[:-1], self.steps[:-1] = self.frames[:-1:2], self.steps[:-1:2]

    @property
    def found(self) -> bool:
        """Whether there was a moment that seemed right to stop at."""
        return any(np.isfinite(line["restless"]) for line in self.history)

    @property
    def is_past_best(self) -> bool:
        """Whether the best moment is so long ago that none better is to be expected."""
        return self.found and self.record.step - self.record.best_step >= PATIENCE

    @property
    def picture(self) -> np.ndarray:
        """The picture of the best moment; before there is one, the newest."""
        return self.record.best if self.found else self.record.picture


def records(settings: Settings, hurt: Damaged, steps: int) -> Iterator[SimpleNamespace]:
    """The engine's stream. Raises `EngineError`."""
    damage, _, seed = settings
    return client.engine().stream(
        "editing", "restore", photo=hurt.photo, task=damage.task, steps=steps, seed=seed, keep=hurt.keep,
        factor=damage.amount if damage.task == "enlarge" else 4, truth=hurt.truth,
    )  # fmt: skip
