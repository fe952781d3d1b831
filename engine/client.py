"""How pages speak to the engine: a named model, a named operation, arrays in, arrays or a stream of records out.

Knows no torch. `MANIFOLD_ENGINE` chooses where the engine runs: unset (a child process), `inline` (in this process), or
an address such as `http://gpu-machine:8600`.
"""

import os
import threading
import time
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Protocol

import urllib3

from engine.errors import BY_STATUS, EngineDown, EngineError
from engine.protocol import MEDIA_TYPE, pack, unpack, unpacker

START_SECONDS = 40


class Engine(Protocol):
    """What every way of reaching the engine offers. All raise `EngineError`, whose text a person understands."""

    def call(self, target: str, operation: str, /, *, slot: str | None = None, **arguments: Any) -> Any:
        """Run `operation` of a model (or of a family). A newer call with the same `slot` supersedes a waiting one."""

    def stream(self, target: str, operation: str, /, **arguments: Any) -> Iterator[Any]:
        """The records of a streaming operation; closing the iterator cancels the work within a step."""

    def status(self) -> dict[str, Any]:
        """Device, loaded models, calls and batches so far."""


class RemoteEngine:
    """An engine behind HTTP, on this machine or another. Safe to share between threads."""

    def __init__(self, address: str, secret: str = ""):
        self.address = address.rstrip("/")
        self.headers = {"content-type": MEDIA_TYPE, "x-manifold-secret": secret}
        self.http = urllib3.PoolManager(maxsize=64, retries=False, timeout=urllib3.Timeout(connect=2, read=120))

    def call(self, target: str, operation: str, /, *, slot: str | None = None, **arguments: Any) -> Any:
        response = self._post(f"/call/{target}/{operation}", pack(arguments), slot)
        return _answer(response.status, response.data)

    def stream(self, target: str, operation: str, /, **arguments: Any) -> Iterator[Any]:
        response = self._post(f"/stream/{target}/{operation}", pack(arguments), preload_content=False)
        try:
            if response.status != 200:
                _answer(response.status, response.read())
            yield from _records(response)
        finally:
            response.close()

    def status(self) -> dict[str, Any]:
        response = self._reach("GET", "/status", headers=self.headers)
        return _answer(response.status, response.data)

    def _post(self, path: str, body: bytes, slot: str | None = None, **options: Any) -> urllib3.BaseHTTPResponse:
        headers = self.headers | ({"x-manifold-slot": slot} if slot else {})
        return self._reach("POST", path, body=body, headers=headers, **options)

    def _reach(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        """One request. An engine that does not listen yet is waited for; one that goes away meanwhile is not."""
        patience = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.http.request(method, self.address + path, **options)
            except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
                if time.monotonic() > patience:
                    raise EngineDown("The engine does not answer. Restart the app, or look at its log.") from error
                time.sleep(0.05)
            except urllib3.exceptions.HTTPError as error:
                self.http.clear()
                raise EngineDown(LOST) from error


LOST = "The engine stopped in the middle of this. It is being restarted: try again in a few seconds."


def _answer(status: int, body: bytes) -> Any:
    try:
        value = unpack(body)
    except Exception as error:
        raise EngineError(f"What answered in place of the engine cannot be read (HTTP status {status}).") from error
    if status != 200:
        raise BY_STATUS.get(status, EngineError)(value if isinstance(value, str) else str(value))
    return value


def _records(response: urllib3.BaseHTTPResponse) -> Iterator[Any]:
    reader = unpacker()
    try:
        while chunk := response.read1():
            reader.feed(chunk)
            for record in reader:
                if isinstance(record, dict) and "error" in record:
                    raise BY_STATUS.get(record["status"], EngineError)(record["error"])
                yield record
    except urllib3.exceptions.HTTPError as error:
        raise EngineDown(LOST) from error


class InlineEngine:
    """The engine in this very process: for debugging and tests. Values take the same way through the protocol."""

    def __init__(self):
        self.host = import_module("engine.host").Host()

    def call(self, target: str, operation: str, /, *, slot: str | None = None, **arguments: Any) -> Any:
        return unpack(pack(self.host.call(target, operation, arguments, slot)))

    def stream(self, target: str, operation: str, /, **arguments: Any) -> Iterator[Any]:
        for record in self.host.stream(target, operation, arguments):
            yield unpack(pack(record))

    def status(self) -> dict[str, Any]:
        return self.host.status()


_starting = threading.Lock()


def engine() -> Engine:
    """The engine that `MANIFOLD_ENGINE` names, the same one for every caller in this process."""
    with _starting:
        return _chosen(os.environ.get("MANIFOLD_ENGINE", ""))


def stop() -> None:
    """End the child process, if there is one."""
    if _supervisor.cache_info().currsize:
        _supervisor().stop()


@cache
def _chosen(where: str) -> Engine:
    if where == "inline":
        return InlineEngine()
    if where:
        return RemoteEngine(where, os.environ.get("MANIFOLD_ENGINE_SECRET", ""))
    return RemoteEngine(_supervisor().address, _supervisor().secret)


@cache
def _supervisor():
    from engine.supervisor import Supervisor

    return Supervisor()
