"""Measure the race: `python -m engine.gans.race --toy ring --seeds 10 [--methods vanilla r3] [--save]` prints a table.

All seeds of a method train together as lanes. `--speed` measures six lanes together against one after another instead.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, replace
from functools import partial

import torch

from engine.devices import best_device, describe, limit_threads
from engine.gans.methods import LANES, MEASURED, METHODS, PRESETS, Settings
from engine.gans.race_table import MEASURES, PUBLISHED, Figure, Row, Table, write
from engine.gans.race_training import Lane, Race
from engine.gans.race_view import count
from engine.gans.toys import TOYS, Toy

SAMPLES = 10_000
LOOK = 100
"""Steps between two checks for lanes that diverged."""


def measure(method: str, toy: Toy, settings: Settings, seeds: int, steps: int, device: torch.device) -> Row:
    """Train a method from every seed at once and count what the generators make."""
    started = time.perf_counter()
    race = Race([Lane(METHODS[method], settings.seed + seed) for seed in range(seeds)], toy, settings, device)
    for _ in range(steps):
        race.advance()
        if race.step % LOOK == 0:
            race.stop_diverged()
    found = count(race, toy, SAMPLES)
    figures = {name: Figure.of([float(getattr(counted, name)) for counted in found]) for name in MEASURES}
    diverged = seeds - int(race.alive.sum())
    return Row(method=method, **figures, diverged=diverged, seconds=round(time.perf_counter() - started, 1))


def speed(toy: Toy, settings: Settings, device: torch.device, rounds: int = 3, steps: int = 50) -> dict[str, float]:
    """Rounds a second of the six default lanes, together and one after another; the best of a few tries each."""
    lanes = [Lane(METHODS[name], settings.seed) for name in LANES["default"]]
    ways = {"together": [Race(lanes, toy, settings, device)]}
    ways["one after another"] = [Race([lane], toy, settings, device) for lane in lanes]
    best = dict.fromkeys(ways, 0.0)
    for _ in range(rounds):
        for way, races in ways.items():
            started = time.perf_counter()
            for race in races:
                for _ in range(steps):
                    race.advance()
            best[way] = max(best[way], steps / (time.perf_counter() - started))
    return best


def describe_row(row: Row) -> str:
    """One line of the table."""
    shown = {name: getattr(row, name) for name in MEASURES}
    shown["high_quality"] = Figure(100 * row.high_quality.mean, 100 * row.high_quality.error)
    figures = "".join(f"{figure.mean:10.2f} ± {figure.error:<5.2f}" for figure in shown.values())
    ended = f"  {row.diverged} diverged" if row.diverged else ""
    return f"{METHODS[row.method].title:<22}{figures}{row.seconds:8.0f} s{ended}"


def asked(arguments: list[str] | None) -> argparse.Namespace:
    """The command line's options."""
    parser = argparse.ArgumentParser(prog="python -m engine.gans.race", description=__doc__)
    parser.add_argument("--toy", choices=TOYS, default="ring")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(LANES["default"]), metavar="METHOD")
    parser.add_argument("--preset", choices=PRESETS, help="default: the one that the toy's table is measured in")
    parser.add_argument("--steps", type=int, help="rounds until the learning rates are 0; default: the preset's")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--json", action="store_true", help="print JSON, and the table on standard error")
    parser.add_argument("--save", action="store_true", help="keep the rows for the page in race_table.json")
    parser.add_argument("--speed", action="store_true", help="measure speed instead of coverage")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    options = asked(arguments)
    limit_threads(options.threads)
    device, toy = best_device(), TOYS[options.toy]()
    preset = options.preset or MEASURED.get(options.toy, "default")
    steps = options.steps or PRESETS[preset].horizon
    settings = replace(PRESETS[preset], horizon=steps)
    if options.speed:
        print(json.dumps({"device": describe(device), "rounds_per_second": speed(toy, settings, device)}))
        return
    kept = f"--toy {options.toy} --preset '{preset}' --steps {steps} --seeds {options.seeds} --save"
    command = f"python -m engine.gans.race {kept}"
    table = Table(options.toy, options.seeds, steps, SAMPLES, settings, describe(device), command, {})
    say = partial(print, file=sys.stderr if options.json else sys.stdout, flush=True)
    say(" " * 22 + "".join(f"{name:>15}   " for name in MEASURES))
    for method in options.methods:
        row = measure(method, toy, settings, options.seeds, steps, device)
        table.rows[method] = row
        say(describe_row(row))
        if options.save:
            write(replace(table, rows={method: row}))
    for paper in PUBLISHED.get(options.toy, []):
        say(f"{paper.who:<22}{paper.modes:10.2f}{100 * paper.high_quality:36.2f}{'':26}{paper.source}")
    if options.json:
        print(json.dumps(asdict(table)))


if __name__ == "__main__":
    main()
