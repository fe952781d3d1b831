"""Measure published weights again: `python -m engine.evaluate NAME …` prints the card's metrics as JSON."""

import json
import sys
from dataclasses import asdict

import torch

from engine import checkpoints, datasets
from engine.cards import CheckpointError
from engine.devices import best_device, limit_threads
from engine.train import recipes


@torch.no_grad()
def evaluate(name: str, device: torch.device) -> dict[str, dict]:
    """The metrics of `pretrained/NAME`, under the names that the card uses."""
    metrics = recipes()[name].evaluate(checkpoints.load(name, device), device)
    return {key: asdict(metric) for key, metric in metrics.items()}


def main(names: list[str]) -> None:
    """The command line; without names, every recipe's."""
    limit_threads()
    try:
        print(json.dumps({name: evaluate(name, best_device()) for name in names or recipes()}, indent=2))
    except KeyError as error:
        sys.exit(f"There is no recipe {error}. `python -m engine.train --list` shows all.")
    except (CheckpointError, datasets.MissingData) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
