"""Training in the page: several GANs race on the same points in the plane while the person watches."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from engine.gans import race_state
from engine.gans.methods import METHODS, Settings
from engine.gans.race_training import Lane, Race
from engine.gans.race_view import count, look
from engine.gans.toys import Toy, window
from engine.operations import operation

MOST_CENTRES, MOST_LANES, MOST_STEPS = 2000, 8, 100_000
EVERY, LOOKING = 0.125, 0.25
"""Seconds between two records, and the share of the time that making them may take: slow machines make fewer."""
SIDES = ("", "discriminator", "generator")
HISTORY = ("d_loss", "g_loss", "d_real", "d_fake")


@dataclass(frozen=True)
class RaceRecord:
    """The state of a race of L lanes after `step` rounds of `steps`, in the order of the methods.

    `seconds` is the training time of this call. `fakes` f16 (L, 512, 2) are generated points, always from the same z;
    `landscape` u8 (L, 48, 48) is 255 · D(x) on the `window` x0, x1, y0, y1, row 0 at the top; `arrows` f16 (L, 96, 4)
    are the first fakes x, y and −∂L_G/∂x, ∂L_G/∂y, the way that would please the discriminator. `history` holds what
    happened since the last record: f32 (L, n) d_loss, g_loss, d_real and d_fake (mean beliefs 0…1), one column for each
    of the rounds up to `step`; NaN where a lane has stopped or a side did not move. `modes` (L,), `high_quality`,
    `reverse_kl` and `js` (L,) are counted on 2,000 points, see `coverage`; `shares` (L, M) is how the points divide
    among the modes. `stopped` has a sentence for a lane that diverged, else "". `state` continues to the same numbers.
    """

    step: int
    steps: int
    seconds: float
    fakes: np.ndarray
    landscape: np.ndarray
    arrows: np.ndarray
    window: tuple[float, float, float, float]
    history: dict[str, np.ndarray]
    modes: np.ndarray
    high_quality: np.ndarray
    reverse_kl: np.ndarray
    js: np.ndarray
    shares: np.ndarray
    stopped: list[str]
    state: bytes


@operation()
def race(
    device: torch.device, methods: list[str], centres: Tensor, spread: float, steps: int, state: bytes = b"",
    only: str = "", modes: Tensor | None = None, **settings: float,
) -> Iterator[RaceRecord]:  # fmt: skip
    """Race `methods` (names in `METHODS`, at most 8) for `steps` more rounds, with a record about 8 times a second.

    `centres` (K, 2) within −8…8 and `spread` in 0.001…1 make the data; `modes` (K,) says which mode each centre belongs
    to (default: each its own), see `Toy`. `settings` are the fields of `Settings`. A first record shows the race as it
    is before it moves. `state`, from a record of a race with the same methods, layers and seed, goes on from there;
    data and step sizes may have changed. `only` = "discriminator" or "generator" moves one side, once a round. Nothing
    is kept here: whoever stops reading stops the work, and the last record's state goes on anywhere. Raises ValueError.
    """
    _check(methods, steps, only)
    toy, chosen = _toy(centres, spread, modes), _settings(settings)
    running = Race([Lane(METHODS[name], chosen.seed) for name in methods], toy, chosen, device)
    if state:
        race_state.restore(running, state)
    watched = Watched(running, toy, running.step + steps)
    yield watched.record()
    for _ in range(steps):
        watched.advance(only)
        if watched.due or running.step == watched.steps:
            yield watched.record()


@dataclass
class Watched:
    """A race with the history since its last record."""

    race: Race
    toy: Toy
    steps: int
    seconds: float = 0.0
    history: list[Tensor] = field(default_factory=list)
    next_look: float = 0.0

    @property
    def due(self) -> bool:
        """Whether it is time for a record."""
        return time.perf_counter() >= self.next_look

    def advance(self, only: str) -> None:
        """One round."""
        started = time.perf_counter()
        told = self.race.advance(only)
        missing = torch.full_like(self.race.alive, torch.nan)
        column = torch.stack([told.get(name, missing) for name in HISTORY])  # (4, L)
        self.history.append(column.masked_fill(self.race.alive == 0, torch.nan))
        self.seconds += time.perf_counter() - started

    def record(self) -> RaceRecord:
        """The race as it is now; its history begins anew."""
        started = time.perf_counter()
        self.race.stop_diverged()
        view, counts = look(self.race, window(self.toy.centres)), count(self.race, self.toy)
        columns = torch.stack(self.history, -1) if self.history else torch.zeros(4, len(self.race.lanes), 0)
        self.history = []
        record = RaceRecord(
            self.race.step, self.steps, self.seconds, view.fakes, view.landscape, view.arrows, window(self.toy.centres),
            dict(zip(HISTORY, columns.cpu().numpy(), strict=True)),
            np.array([found.modes for found in counts]),
            *(np.array([getattr(found, name) for found in counts]) for name in ("high_quality", "reverse_kl", "js")),
            np.stack([found.shares for found in counts]).astype(np.float32),
            self.race.sentences(), race_state.to_bytes(self.race),
        )  # fmt: skip
        ended = time.perf_counter()
        self.next_look = ended + max(EVERY, (ended - started) / LOOKING - (ended - started))
        return record


def _check(methods: list[str], steps: int, only: str) -> None:
    unknown = [name for name in methods if name not in METHODS]
    if unknown or not 1 <= len(methods) <= MOST_LANES:
        raise ValueError(f"A race needs 1 to {MOST_LANES} methods out of {', '.join(METHODS)}.")
    if not 0 <= steps <= MOST_STEPS:
        raise ValueError(f"The steps must lie in 0…{MOST_STEPS:,}.")
    if only not in SIDES:
        raise ValueError("Only the discriminator or the generator can move alone.")


def _settings(fields: dict[str, float]) -> Settings:
    unknown = set(fields) - set(Settings.__dataclass_fields__)
    if unknown:
        raise ValueError(f"A race has no setting '{unknown.pop()}'.")
    return Settings(**fields)


def _toy(centres: Tensor, spread: float, modes: Tensor | None) -> Toy:
    if centres.ndim != 2 or centres.shape[1] != 2 or not 1 <= len(centres) <= MOST_CENTRES:
        raise ValueError(f"The data must be 1 to {MOST_CENTRES:,} points in the plane: draw some.")
    if not (centres.abs().max() <= 8 and 0.001 <= spread <= 1):
        raise ValueError("The centres must lie within −8…8 and the spread in 0.001…1.")
    numbers = torch.arange(len(centres)) if modes is None else modes
    if (
        numbers.shape != (len(centres),)
        or numbers.is_floating_point()
        or not 0 <= numbers.min() <= numbers.max() < 2000
    ):
        raise ValueError("Each centre needs the number of its mode, 0 or more.")
    places = np.unique(numbers.cpu().numpy(), return_inverse=True)[1]
    return Toy(centres.double().cpu().numpy(), spread, places)
