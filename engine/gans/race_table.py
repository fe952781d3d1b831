"""The race's measured table beside published ones. Standard library only: pages use it too.

`read()[toy]` is what `python -m engine.gans.race --toy TOY --seeds 10 --save` measured last, row by row in the order of
`METHODS`; `PUBLISHED[toy]` is what to hold beside it.
"""

import json
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from statistics import mean, stdev

from engine.gans.methods import METHODS, Settings

FILE = Path(__file__).with_name("race_table.json")
MEASURES = ("modes", "touched", "high_quality", "reverse_kl", "js")


@dataclass(frozen=True)
class Figure:
    """A mean over seeds and its standard error."""

    mean: float
    error: float

    @classmethod
    def of(cls, values: list[float]) -> "Figure":
        """Of one value a seed."""
        return cls(mean(values), stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0)


@dataclass(frozen=True)
class Row:
    """One method over all seeds, see `Coverage`; `diverged` seeds count with what they ended with."""

    method: str
    modes: Figure
    touched: Figure
    high_quality: Figure
    reverse_kl: Figure
    js: Figure
    diverged: int
    seconds: float


@dataclass(frozen=True)
class Table:
    """All rows measured on one toy under the same settings, on `samples` points a seed."""

    toy: str
    seeds: int
    steps: int
    samples: int
    settings: Settings
    device: str
    command: str
    rows: dict[str, Row]

    def agrees(self, other: "Table") -> bool:
        """Whether the rows of both may stand in one table."""
        return all(getattr(self, name) == getattr(other, name) for name in AGREE)


AGREE = ("toy", "seeds", "steps", "samples", "settings")


@dataclass(frozen=True)
class Published:
    """A row of a paper: `high_quality` in 0…1. Its networks and its counting of modes differ from ours."""

    who: str
    modes: float
    high_quality: float
    source: str


PUBLISHED = {
    "ring": [Published("PacGAN", 7.9, 0.956, "Lin et al. 2018, Table 1")],
    "grid": [Published("PacGAN", 24.8, 0.936, "Lin et al. 2018, Table 2")],
}


def read(file: Path = FILE) -> dict[str, Table]:
    """The measured tables by toy; empty when nothing was measured yet."""
    if not file.exists():
        return {}
    return {toy: _table(stored) for toy, stored in json.loads(file.read_text("utf-8")).items()}


def write(table: Table, file: Path = FILE) -> None:
    """Keep a table; its rows join those that were measured in the same way before."""
    tables = read(file)
    before = tables.get(table.toy)
    rows = before.rows | table.rows if before and before.agrees(table) else table.rows
    ordered = {name: rows[name] for name in METHODS if name in rows}
    tables[table.toy] = Table(**{**vars(table), "rows": ordered})
    stored = {toy: asdict(kept) for toy, kept in sorted(tables.items(), reverse=True)}
    file.write_text(json.dumps(stored, indent=1) + "\n", "utf-8")


def _table(stored: dict) -> Table:
    rows = {
        name: Row(**{**row, **{measure: Figure(**row[measure]) for measure in MEASURES}})
        for name, row in stored["rows"].items()
    }
    return Table(**{**stored, "settings": Settings(**stored["settings"]), "rows": rows})
