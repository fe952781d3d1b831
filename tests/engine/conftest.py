"""A small `pretrained/` of untrained models, so that no test depends on which checkpoints are published.

And ways to hold the device thread still, so that no test depends on how fast the machine is.
"""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
import torch

from engine import cards, checkpoints
from engine.cards import Card, Metric, Reference
from engine.host import Host
from engine.operations import REGISTER, Operation

PATIENCE = 60
VAE, LINEAR = "vae-small", "linear-small"
CONFIGS = {VAE: ("vae", {"d": 2, "width": 16, "blocks": 1}), LINEAR: ("linear", {"code": 4})}


def publish(folder: Path, name: str, kind: str, config: dict) -> None:
    """Write the weights, the derived arrays and the card of an untrained network to `folder`/`name`."""
    torch.manual_seed(0)
    module = checkpoints.build("autoencoders", kind, config)
    digest = checkpoints.save_weights(module, folder / name)
    checkpoints.save_derived({"codes": torch.randn(5, 2), "labels": torch.arange(5)}, folder / name)
    Card(
        name=name,
        title=name.capitalize(),
        family="autoencoders",
        kind=kind,
        config=config,
        parameters=checkpoints.parameters(module),
        dataset="scikit-learn digits",
        licence="none",
        split="none",
        objective="none",
        seed=0,
        device="CPU",
        minutes=0.0,
        steps_done=0,
        steps_full=1,
        sha256=digest,
        metrics={"mse": Metric(0.25, 10)},
        published=(Reference("mse", 0.2, "nobody"),),
    ).save(folder / name)


@pytest.fixture(scope="session")
def small_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a VAE of two dimensions and a linear autoencoder, shared by all tests: leave it as it is."""
    folder = tmp_path_factory.mktemp("models") / "pretrained"
    for name, (kind, config) in CONFIGS.items():
        publish(folder, name, kind, config)
    return folder


@pytest.fixture
def pretrained(small_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small models that the engine takes for `pretrained/`, and that a test may damage."""
    folder = tmp_path / "pretrained"
    shutil.copytree(small_models, folder)
    monkeypatch.setattr(cards, "PRETRAINED", folder)
    return folder


@pytest.fixture
def host(pretrained: Path) -> Host:
    """A host on the CPU over the small models."""
    return Host(torch.device("cpu"))


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Callable:
    """`register(name, run, batched=False, apart=False)` adds an operation for one test."""

    def add(name: str, run: Callable, batched: bool = False, apart: bool = False) -> None:
        monkeypatch.setitem(REGISTER, ("autoencoders", name), Operation(run, batched, apart))

    return add


class Gate:
    """Between `close` and `open` the device thread is held, and whatever is submitted waits in the queue."""

    def __init__(self, host: Host):
        self.host, self._reached, self._opened = host, threading.Event(), threading.Event()

    def close(self, slot: str | None = None) -> Future:
        holding = self.host.submit("autoencoders", "hold", {"gate": self}, slot)
        assert self._reached.wait(PATIENCE)
        return holding

    def open(self) -> None:
        self._opened.set()

    def hold(self) -> None:
        self._reached.set()
        assert self._opened.wait(PATIENCE)


@pytest.fixture
def gates(register: Callable) -> Iterator[Callable[[Host], Gate]]:
    """`gates(host)` is a new gate, open at first."""
    made = []

    def new(host: Host) -> Gate:
        made.append(Gate(host))
        return made[-1]

    register("hold", lambda _device, gate: gate.hold())
    yield new
    for gate in made:
        gate.open()


@pytest.fixture
def gate(host: Host, gates: Callable[[Host], Gate]) -> Gate:
    """A gate that is closed when the test begins."""
    gate = gates(host)
    gate.close()
    return gate


@pytest.fixture(scope="session")
def eventually() -> Callable[[Callable[[], object]], None]:
    """`eventually(true)` waits until a condition holds and fails after a minute."""

    def wait_for(true: Callable[[], object]) -> None:
        patience = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < patience, "this never came true"
            time.sleep(0.01)

    return wait_for
