"""Start the application on a free port, say where it is once it answers, and end it cleanly."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from contextlib import suppress
from pathlib import Path

from tools.environment import ROOT, SetupError

PORTS = range(8501, 8511)
SECONDS_TO_END = 10


def serve(python: Path, *, follow_changes: bool = False) -> int:
    """Run `app.py` until it ends or Ctrl-C; return its exit status.

    `PORT` asks for a port, `SHARE=1` opens the application to other machines.

    Raises:
        SetupError: no port is free, or the one asked for is taken.
    """
    host = "0.0.0.0" if os.environ.get("SHARE") == "1" else "localhost"
    port = choose_port(host, os.environ.get("PORT"))
    _treat_as_ctrl_c("SIGTERM", "SIGHUP")
    app = subprocess.Popen(_command(python, host, port, follow_changes), cwd=ROOT, start_new_session=True)
    try:
        if _wait_until_it_answers(app, port):
            _welcome(host, port)
        return app.wait()
    except KeyboardInterrupt:
        _end(app)
        return 0


def choose_port(host: str, asked: str | None) -> int:
    """Return the port asked for, else the first free one of `PORTS`.

    Raises:
        SetupError: that port is no number or in use, or all of them are.
    """
    if asked:
        if not (asked.isdecimal() and 0 < int(asked) < 65536):
            raise SetupError(f"PORT is {asked!r}: it must be a number from 1 to 65535.")
        if not _is_free(host, int(asked)):
            raise SetupError(f"Port {asked} cannot be used, another program has it: choose another PORT.")
        return int(asked)
    for port in PORTS:
        if _is_free(host, port):
            if port != PORTS[0]:
                print(f"Port {PORTS[0]} is in use, so Manifold takes {port}.", flush=True)
            return port
    raise SetupError(f"Ports {PORTS[0]} to {PORTS[-1]} are all in use: choose another one, for example PORT=9000.")


def _is_free(host: str, port: int) -> bool:
    """Whether nobody answers on `port`, over IPv4 or IPv6, and `host` can be bound there."""
    with suppress(OSError), socket.create_connection(("localhost", port), timeout=0.2):
        return False
    with socket.socket() as listener:
        if os.name != "nt":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def _command(python: Path, host: str, port: int, follow_changes: bool) -> list[str]:
    options = [f"--server.address={host}", f"--server.port={port}", "--server.headless=true"]
    options += ["--logger.hideWelcomeMessage=true"]
    if follow_changes:
        options += ["--server.fileWatcherType=auto", "--server.runOnSave=true", "--client.showErrorDetails=full"]
    return [str(python), "-m", "streamlit", "run", "app.py", *options]


def _wait_until_it_answers(app: subprocess.Popen, port: int) -> bool:
    """Wait for the health check of the running `app`; False if it ended before it ever answered."""
    while app.poll() is None:
        if _answers(port):
            return True
        time.sleep(0.05)
    return False


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=1)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(host: str, port: int) -> None:
    address = f"http://localhost:{port}"
    print(f"Manifold is at {address} (Ctrl-C ends it).", flush=True)
    if host != "localhost":
        print(f"Other machines on your network find it at http://{_own_address()}:{port}.", flush=True)
    if _has_screen():
        webbrowser.open(address)


def _own_address() -> str:
    """This machine's address on its network; connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return socket.gethostname()


def _has_screen() -> bool:
    if os.environ.get("CI"):
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _treat_as_ctrl_c(*names: str) -> None:
    for name in names:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)


def _end(app: subprocess.Popen) -> None:
    """Ask `app` to end and give it time to; on Windows the Ctrl-C itself has asked it already."""
    if os.name != "nt":
        app.terminate()
    try:
        app.wait(SECONDS_TO_END)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        app.kill()
