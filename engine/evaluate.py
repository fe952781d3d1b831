"""Measure published weights again: `python -m engine.evaluate NAME …` prints the card's metrics as JSON.

With `--write` the card takes over what was measured.
"""

import argparse
import json
import sys
from dataclasses import asdict, replace

import torch

from engine import cards, checkpoints, datasets
from engine.cards import CheckpointError, Metric
from engine.devices import best_device, limit_threads
from engine.train import recipes


@torch.no_grad()
def evaluate(name: str, device: torch.device) -> dict[str, Metric]:
    """The metrics of `pretrained/NAME`, under the names that the card uses."""
    return recipes()[name].evaluate(checkpoints.load(name, device), device)


def write(name: str, metrics: dict[str, Metric]) -> None:
    """Put these metrics on the card of `pretrained/NAME`."""
    replace(cards.read(name), metrics=metrics).save(cards.PRETRAINED / name)


def main(arguments: list[str] | None = None) -> None:
    """The command line; without names, every recipe's."""
    parser = argparse.ArgumentParser(prog="python -m engine.evaluate", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="one or more checkpoints (default: all)")
    parser.add_argument("--write", action="store_true", help="put what was measured on the card")
    parser.add_argument("--threads", type=int, help="CPU threads (default: all cores)")
    options = parser.parse_args(arguments)
    limit_threads(options.threads)
    try:
        measured = {name: evaluate(name, best_device()) for name in options.names or recipes()}
    except KeyError as error:
        sys.exit(f"There is no recipe {error}. `python -m engine.train --list` shows all.")
    except (CheckpointError, datasets.MissingData) as error:
        sys.exit(str(error))
    if options.write:
        for name, metrics in measured.items():
            write(name, metrics)
    print(json.dumps(measured, indent=2, default=asdict))


if __name__ == "__main__":
    main()
