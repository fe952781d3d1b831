"""Loads each model once, queues calls, and merges calls that wait for the same thing into one batch.

One worker thread owns the device. It never waits for a batch to fill: it takes what has gathered while it was busy.
"""

import os
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from engine import cards, checkpoints
from engine.cards import CheckpointError
from engine.devices import best_device, describe
from engine.errors import BadRequest, BrokenCheckpoint, Busy, EngineError, Superseded
from engine.operations import FAMILIES, Operation, find

QUEUE_LIMIT = 256
BATCH_LIMIT = 64
MODEL_BYTES = int(os.environ.get("MANIFOLD_MODEL_BYTES", 2**31))
END = object()


class Models:
    """Loaded checkpoints, the least recently used ones dropped beyond `limit` bytes."""

    def __init__(self, device: torch.device, limit: int = MODEL_BYTES):
        self.device, self.limit = device, limit
        self.loaded: OrderedDict[str, nn.Module] = OrderedDict()

    def __getitem__(self, name: str) -> nn.Module:
        if name not in self.loaded:
            self.put(name, checkpoints.load(name, self.device))
        self.loaded.move_to_end(name)
        return self.loaded[name]

    def put(self, name: str, module: nn.Module) -> None:
        """Hold a module under a name, making room for it."""
        self.loaded[name] = module
        while self.bytes() > self.limit and len(self.loaded) > 1:
            self.loaded.popitem(last=False)

    def bytes(self) -> int:
        """Memory that the loaded weights take."""
        return sum(p.nbytes for module in list(self.loaded.values()) for p in module.state_dict().values())


@dataclass
class Job:
    """Work for the device's thread: `run()` fills `future`. Jobs with an equal `batch_key` may be merged."""

    run: Callable[[list["Job"]], list[Any]]
    future: Future = field(default_factory=Future)
    slot: str | None = None
    batch_key: tuple | None = None
    arguments: dict[str, Any] = field(default_factory=dict)


class Host:
    """The one door to the models. `call` and `stream` may be used from any number of threads."""

    def __init__(self, device: torch.device | None = None, batching: bool = True):
        self.device = device or best_device()
        self.models = Models(self.device)
        self.batching = batching
        self.calls, self.batches, self.started = 0, 0, time.time()
        self._waiting: deque[Job] = deque()
        self._wake = threading.Condition()
        threading.Thread(target=self._work, name="engine-device", daemon=True).start()

    def call(self, target: str, operation: str, arguments: dict[str, Any], slot: str | None = None) -> Any:
        """Run an operation and return its result in NumPy arrays. Raises `EngineError`."""
        return self.submit(target, operation, arguments, slot).result()

    def submit(self, target: str, operation: str, arguments: dict[str, Any], slot: str | None = None) -> Future:
        """Queue an operation. A newer call with the same `slot` supersedes one that still waits."""
        chosen = find(_family(target), operation)
        if chosen.streams:
            raise BadRequest(f"'{operation}' is a stream.")
        job = Job(partial(self._run_operation, target, chosen), slot=slot, arguments=arguments)
        if chosen.batched and self.batching:
            job.batch_key = (target, operation, *_shape_of(arguments))
        return self._enqueue(job)

    def stream(self, target: str, operation: str, arguments: dict[str, Any]) -> Iterator[Any]:
        """The records of a streaming operation, each computed when asked for; closing the iterator ends the work."""
        chosen = find(_family(target), operation)
        if not chosen.streams:
            raise BadRequest(f"'{operation}' is no stream.")
        do = _here if chosen.apart else self._on_device
        records = do(lambda: chosen.run(self._subject(target), **_to_tensors(arguments, self.device)))
        try:
            while (record := do(lambda: _to_arrays(next(records, END)))) is not END:
                yield record
        finally:
            do(records.close)

    def status(self) -> dict[str, Any]:
        """Device, loaded models and how well calls merge into batches."""
        return {
            "device": describe(self.device),
            "torch": torch.__version__,
            "models": list(self.models.loaded),
            "model_bytes": self.models.bytes(),
            "calls": self.calls,
            "batches": self.batches,
            "seconds": time.time() - self.started,
        }

    def _subject(self, target: str) -> nn.Module | torch.device:
        return self.device if target in FAMILIES else self.models[target]

    def _on_device(self, work: Callable[[], Any]) -> Any:
        return self._enqueue(Job(lambda _: [work()])).result()

    def _enqueue(self, job: Job) -> Future:
        with self._wake:
            if len(self._waiting) >= QUEUE_LIMIT:
                raise Busy("The engine has too much to do right now; try again in a moment.")
            if job.slot is not None:
                self._supersede(job.slot)
            self._waiting.append(job)
            self._wake.notify()
        return job.future

    def _supersede(self, slot: str) -> None:
        for stale in [waiting for waiting in self._waiting if waiting.slot == slot]:
            self._waiting.remove(stale)
            if stale.future.set_running_or_notify_cancel():
                stale.future.set_exception(Superseded("Something newer was asked for."))

    def _take(self) -> list[Job]:
        """The next job and whatever waits for the same operation with the same shapes."""
        with self._wake:
            self._wake.wait_for(lambda: self._waiting)
            first = self._waiting.popleft()
            alike = [job for job in self._waiting if first.batch_key and job.batch_key == first.batch_key]
            alike = alike[: BATCH_LIMIT - 1]
            for job in alike:
                self._waiting.remove(job)
        return [first, *alike]

    def _work(self) -> None:
        while True:
            jobs = [job for job in self._take() if job.future.set_running_or_notify_cancel()]
            if not jobs:
                continue
            self.calls, self.batches = self.calls + len(jobs), self.batches + 1
            try:
                for job, result in zip(jobs, jobs[0].run(jobs), strict=True):
                    job.future.set_result(result)
            except BaseException as error:
                for job in jobs:
                    job.future.set_exception(_explained(error))

    @torch.no_grad()
    def _run_operation(self, target: str, operation: Operation, jobs: list[Job]) -> list[Any]:
        subject = self._subject(target)
        if len(jobs) == 1:
            return [_to_arrays(operation.run(subject, **_to_tensors(jobs[0].arguments, self.device)))]
        result = operation.run(subject, **_to_tensors(_joined([job.arguments for job in jobs]), self.device))
        return _split(_to_arrays(result), [_rows(job.arguments) for job in jobs])


def _here(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except Exception as error:
        raise _explained(error) from error


def _family(target: str) -> str:
    """The family that a target belongs to: it is one, or it is a checkpoint whose card says so."""
    if target in FAMILIES:
        return target
    if target not in cards.names():
        raise BadRequest(f"There is no model '{target}' in pretrained/. {cards.restore(target)}")
    try:
        family = cards.read(target).family
    except CheckpointError as error:
        raise BrokenCheckpoint(str(error)) from None
    if family not in FAMILIES:
        restore = cards.restore(target)
        raise BrokenCheckpoint(f"pretrained/{target}/card.json names an unknown family, '{family}'. {restore}")
    return family


def _explained(error: BaseException) -> BaseException:
    """Known troubles keep their sentence; anything else becomes an engine error that names itself."""
    if isinstance(error, EngineError):
        return error
    if isinstance(error, CheckpointError):
        return BrokenCheckpoint(str(error))
    if isinstance(error, ValueError | FileNotFoundError | FloatingPointError):
        return BadRequest(str(error))
    explained = EngineError(f"The engine failed with {type(error).__name__}: {error}")
    explained.__cause__ = error
    return explained


def _to_tensors(arguments: dict[str, Any], device: torch.device) -> dict[str, Any]:
    return {
        name: torch.tensor(value, device=device) if isinstance(value, np.ndarray) else value
        for name, value in arguments.items()
    }


def _to_arrays(value: Any) -> Any:
    if isinstance(value, Tensor):
        return value.detach().cpu().numpy()
    if isinstance(value, dict):
        return {name: _to_arrays(part) for name, part in value.items()}
    return value


def _shape_of(arguments: dict[str, Any]) -> tuple:
    """What must agree before two calls can share a batch: plain values, and arrays' types and shapes beyond axis 0."""
    return tuple(
        (name, value.dtype.str, value.shape[1:]) if isinstance(value, np.ndarray) else (name, value)
        for name, value in sorted(arguments.items())
    )


def _rows(arguments: dict[str, Any]) -> int:
    return next(len(value) for value in arguments.values() if isinstance(value, np.ndarray))


def _joined(several: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: np.concatenate([arguments[name] for arguments in several]) if isinstance(value, np.ndarray) else value
        for name, value in several[0].items()
    }


def _split(result: Any, rows: list[int]) -> list[Any]:
    if isinstance(result, dict):
        parts = {name: _split(value, rows) for name, value in result.items()}
        return [{name: part[i] for name, part in parts.items()} for i in range(len(rows))]
    return np.split(result, np.cumsum(rows)[:-1])
