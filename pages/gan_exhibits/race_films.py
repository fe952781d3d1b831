"""Films of races: all records so far, shared by everyone who asks for the same race, made while somebody watches.

A race is a function of its settings, so one film serves a whole lecture hall, and later visitors find it finished.
Updates by hand go onto a copy.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace

from engine import client
from engine.errors import EngineError
from engine.gans.methods import Settings
from engine.gans.toys import Toy
from pages.components.frame_player import pack
from pages.gan_exhibits.race_records import packed

MOST_STEPS = 20_000
MOST_BYTES = 256 * 2**20
PATIENCE = 2.0
"""Seconds after which somebody who has not asked again no longer watches."""
AT_ONCE = 48
"""Records that travel together, about 1.5 MB."""
SIDES = ("discriminator", "generator")


@dataclass(frozen=True)
class Race:
    """Who races over what; `name` tells equal data from other data."""

    name: str
    toy: Toy = field(compare=False)
    methods: tuple[str, ...]
    settings: Settings = Settings()

    def stream(self, **options) -> Iterator[SimpleNamespace]:
        """The engine's records; `options` are its `steps`, `state` and `only`."""
        return client.engine().stream(
            "gans", "race", methods=list(self.methods), centres=self.toy.centres, spread=self.toy.spread,
            modes=self.toy.modes, **asdict(self.settings), **options,
        )  # fmt: skip


class Film:
    """The records of a race so far, packed, and the `state` to go on from."""

    def __init__(self, race: Race):
        self.race = race
        self.token = secrets.token_urlsafe(8)
        self.shared = True
        self.records: list[bytes] = []
        self.step, self.at, self.state = 0, 0.0, b""
        self.sentence = ""
        """What went wrong, if the engine failed."""
        self._watchers: dict[str, tuple[int, float]] = {}
        self._thread: threading.Thread | None = None
        self._lock = threading.RLock()

    @property
    def running(self) -> bool:
        """Whether steps are being made now."""
        return self._thread is not None

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return len(self.state) + sum(map(len, self.records))

    def watch(self, watcher: str, goal: int) -> None:
        """`watcher` wants the race to go on to step `goal`, or, if it is there already, no longer cares."""
        with self._lock:
            self._watchers.pop(watcher, None)
            if goal <= self.step:
                return
            self._watchers[watcher] = (min(goal, MOST_STEPS), time.monotonic() + PATIENCE)
            if not self.running:
                self.sentence = ""
                self._thread = threading.Thread(target=self._run, daemon=True)
                self._thread.start()

    def update(self, side: str) -> None:
        """One update of one player alone, once the race rests. Raises `EngineError`."""
        self._watchers.clear()
        if thread := self._thread:
            thread.join()
        with self._lock:
            for record in self.race.stream(steps=1, state=self.state, only=side):
                self._take(record, side)

    def news(self, known: int) -> bytes:
        """What a component that has the first `known` records reads next: how things are, and some more records."""
        fresh = self.records[known : known + AT_ONCE]
        header = {
            "token": self.token, "count": len(self.records), "sizes": [len(record) for record in fresh],
            "running": self.running, "sentence": self.sentence,
        }  # fmt: skip
        return pack(header, b"".join(fresh))

    def copy(self) -> "Film":
        """A film of one's own that goes on from here."""
        with self._lock:
            film = Film(self.race)
            film.shared = False
            film.records = list(self.records)
            film.step, film.at, film.state = self.step, self.at, self.state
        return film

    def _goal(self) -> int:
        """How far the most patient watcher wants to go; 0 when nobody watches."""
        now = time.monotonic()
        return max((goal for goal, until in list(self._watchers.values()) if until > now), default=0)

    def _run(self) -> None:
        """Make steps until all watchers have what they want or have gone."""
        try:
            while (goal := self._goal()) > self.step:
                for record in self.race.stream(steps=goal - self.step, state=self.state):
                    self._take(record)
                    if self._goal() < goal:
                        break
        except EngineError as error:
            self.sentence = str(error)
        finally:
            self._watchers.clear()
            self._thread = None

    def _take(self, record: SimpleNamespace, side: str = "") -> None:
        """Append a record, unless it only shows again where the film already is."""
        with self._lock:
            if self.records and record.step == self.step:
                return
            if self.records:
                self.at += max(1, record.step - self.step)
            self.step, self.state = record.step, record.state
            self.records.append(packed(record, self.at, side))


_shared: OrderedDict[Race, Film] = OrderedDict()
_films: dict[str, Film] = {}
_lock = threading.Lock()


def film_of(race: Race) -> Film:
    """The film that everyone who asks for this race shares."""
    with _lock:
        if race not in _shared:
            _shared[race] = _keep(Film(race))
        _shared.move_to_end(race)
        return _shared[race]


def find(token: str) -> Film | None:
    """The film with that token, or None when it is no longer kept."""
    return _films.get(token)


def own(film: Film) -> Film:
    """`film` itself if it is one's own, else a copy to update by hand."""
    if not film.shared:
        return film
    with _lock:
        return _keep(film.copy())


def _keep(film: Film) -> Film:
    """Remember a film; the oldest that rest are forgotten when all take too much memory."""
    _films[film.token] = film
    spent = sum(each.size for each in _films.values())
    for each in list(_films.values()):
        if spent <= MOST_BYTES:
            break
        if each is film or each.running:
            continue
        spent -= each.size
        del _films[each.token]
        _shared.pop(each.race, None)
    return film
