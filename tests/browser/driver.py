"""What the browser tests drive with: the running application, and a page that notices what goes wrong in it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, expect

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
SECONDS_TO_END = 10

RESTING_APP = '[data-testid="stApp"][data-test-script-state="notRunning"][data-test-connection-state="CONNECTED"]'

# On a deep link Streamlit looks for its base path below the page's own path first.
BASE_PATH_PROBE = re.compile(r"/[^/]+/_stcore/(health|host-config)$")


def wait_for_app(page: Page, *, seconds: float = 30) -> None:
    """Wait until `page` is connected, its script has run to the end, and nothing on it is stale.

    For the time after `goto`; after a click the script may not have started yet, so expect its result instead.
    """
    page.wait_for_selector(RESTING_APP, timeout=1000 * seconds)
    expect(page.locator('[data-stale="true"]')).to_have_count(0, timeout=1000 * seconds)


def open_exhibit(page: Page, path: str, exhibit: str, **parameters: str) -> None:
    """Go to an exhibit by its link; `_` in a parameter's name stands for `-`."""
    query = {"exhibit": exhibit, **{name.replace("_", "-"): value for name, value in parameters.items()}}
    page.goto(f"{path}?" + "&".join(f"{name}={value.replace(' ', '+')}" for name, value in query.items()))
    wait_for_app(page, seconds=120)


def expect_whole(page: Page, what: str) -> None:
    """Nothing failed on `page`, and nothing is wider than the screen."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_test_id("stAlertContentError")).to_have_count(0)
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow <= 1, f"{what} is {overflow} px too wide"


@dataclass
class App:
    """The application as a process of its own, from `start` to `stop`."""

    url: str
    process: subprocess.Popen
    log: Path

    @classmethod
    def start(cls, log: Path, **environment: str) -> "App":
        """Start it on a free port, with `environment` on top of this process's, and wait until it answers.

        Raises:
            RuntimeError: it ended or stayed silent; the text holds the end of its log.
        """
        port = _free_port()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
        with log.open("w") as output:
            process = subprocess.Popen(
                [*command, "--server.headless=true", "--server.address=localhost"],
                cwd=ROOT,
                env=os.environ | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        app = cls(f"http://localhost:{port}", process, log)
        deadline = time.monotonic() + SECONDS_TO_START
        while not app.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                app.stop()
                raise RuntimeError(f"The application did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.1)
        return app

    def answers(self) -> bool:
        """Whether the health check succeeds now."""
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as reply:
                return reply.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """End the application and everything that it started."""
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            pass
        finally:
            _kill_tree(self.process)


@dataclass
class Watch:
    """What went wrong in the pages of one test: console errors, uncaught exceptions, requests to other places."""

    complaints: list[str] = field(default_factory=list)
    allowed: list[re.Pattern] = field(default_factory=list)

    def allow(self, pattern: str) -> None:
        """Expect complaints in which the regular expression `pattern` is found."""
        self.allowed.append(re.compile(pattern))

    def follow(self, page: Page) -> None:
        """Listen to `page` from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))
        page.on("request", self._request)

    def unexpected(self) -> list[str]:
        """The complaints that nobody allowed."""
        return [text for text in self.complaints if not any(pattern.search(text) for pattern in self.allowed)]

    def _console(self, message: ConsoleMessage) -> None:
        source = message.location["url"]
        if message.type == "error" and not BASE_PATH_PROBE.search(source):
            self.complaints.append(f"console: {message.text} ({source})")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.hostname != "localhost":
            self.complaints.append(f"request to another place: {request.url}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


def _kill_tree(process: subprocess.Popen) -> None:
    if os.name == "nt":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True)
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
