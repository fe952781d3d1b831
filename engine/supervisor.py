"""Keeps an engine process alive: starts it as a child, restarts it when it dies, ends it with its parent."""

import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Supervisor:
    """A child `engine.server` on a loopback port with a secret of its own; `options` go on its command line."""

    def __init__(self, *options: str):
        self.port, self.secret, self.options = _free_port(), secrets.token_hex(16), options
        self.restarts = 0
        self._stopping = threading.Event()
        self.process = self._start()
        threading.Thread(target=self._watch, name="engine-supervisor", daemon=True).start()

    @property
    def address(self) -> str:
        """Where the engine listens."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End the engine for good."""
        self._stopping.set()
        self.process.terminate()

    def _start(self) -> subprocess.Popen:
        command = [sys.executable, "-m", "engine.server", "--child", "--port", str(self.port), *self.options]
        environment = os.environ | {"MANIFOLD_ENGINE_SECRET": self.secret}
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            started = time.monotonic()
            self.process.wait()
            if time.monotonic() - started < 5:
                self._stopping.wait(2)
            if not self._stopping.is_set():
                self.restarts += 1
                self.process = self._start()
        self.process.terminate()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
