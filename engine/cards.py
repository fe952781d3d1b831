"""Model cards: what is known about each set of weights, and where it lies. No torch needed to read one.

Models lie in `pretrained/` beside the engine; `MANIFOLD_PRETRAINED` names another folder.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from engine import packing

PRETRAINED = Path(os.environ.get("MANIFOLD_PRETRAINED", Path(__file__).parent.parent / "pretrained")).resolve()


class CheckpointError(RuntimeError):
    """A checkpoint is missing, damaged or foreign; the message says which file and how to restore it."""


@dataclass(frozen=True)
class Metric:
    """A measured number, on how many held-out samples and seeds it rests."""

    value: float
    samples: int
    seeds: int = 1


@dataclass(frozen=True)
class Reference:
    """A published number to stand beside ours, and who says so."""

    metric: str
    value: float
    source: str


@dataclass(frozen=True)
class Card:
    """Everything a reader should know about `weights.safetensors` beside it."""

    name: str
    title: str
    family: str
    kind: str
    config: dict
    parameters: int
    dataset: str
    licence: str
    split: str
    objective: str
    seed: int
    device: str
    minutes: float
    steps_done: int
    steps_full: int
    sha256: str
    metrics: dict[str, Metric] = field(default_factory=dict)
    published: tuple[Reference, ...] = ()
    limits: str = ""

    @property
    def command(self) -> str:
        """The command that measures the metrics again."""
        return f"python -m engine.evaluate {self.name}"

    def save(self, folder: Path) -> None:
        """Write `card.json` into `folder`."""
        (folder / "card.json").write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n", "utf-8")


def read(name: str) -> Card:
    """The card of `pretrained/NAME`. Raises `CheckpointError`."""
    path = PRETRAINED / name / "card.json"
    try:
        fields = json.loads(path.read_text("utf-8"))
        fields["metrics"] = {key: Metric(**metric) for key, metric in fields["metrics"].items()}
        fields["published"] = tuple(Reference(**reference) for reference in fields["published"])
        return Card(**fields)
    except FileNotFoundError:
        raise CheckpointError(f"{_short(path)} is missing. {restore(name)}") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise CheckpointError(f"{_short(path)} is damaged. {restore(name)}") from None


def names() -> list[str]:
    """Every folder in `pretrained/` that should hold a model, in alphabetical order."""
    return sorted(path.name for path in PRETRAINED.iterdir() if path.is_dir()) if PRETRAINED.exists() else []


def verified_weights(name: str) -> Path:
    """The path of the weights, once their checksum agrees with the card. Raises `CheckpointError`."""
    card, path = read(name), PRETRAINED / name / "weights.safetensors"
    try:
        checksum = sha256(path.read_bytes()).hexdigest()
    except OSError:
        raise CheckpointError(f"{_short(path)} is missing. {restore(name)}") from None
    if checksum != card.sha256:
        raise CheckpointError(f"{_short(path)} is damaged: its checksum is not the card's. {restore(name)}")
    return path


def weights(name: str) -> dict[str, np.ndarray]:
    """The weights by the names of the module's parameters, float16 or float32. Raises `CheckpointError`."""
    path = verified_weights(name)
    try:
        return packing.unpack(load_file(path))
    except SafetensorError:
        raise CheckpointError(f"{_short(path)} is damaged. {restore(name)}") from None


def derived(name: str) -> dict[str, np.ndarray]:
    """The small arrays beside the weights: latent codes, embeddings, statistics. Raises `CheckpointError`."""
    path = PRETRAINED / name / "derived.safetensors"
    try:
        return load_file(path)
    except (OSError, SafetensorError):
        raise CheckpointError(f"{_short(path)} is missing or damaged. {restore(name)}") from None


def restore(name: str) -> str:
    """How to bring a checkpoint back."""
    return f"Restore it with `git checkout pretrained/{name}` or train it with `make train NAME={name}`."


def _short(path: Path) -> str:
    return path.relative_to(PRETRAINED.parent).as_posix()
