"""The virtual environment in `.venv`: made once, filled again only when the requirements change."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.interpreter import SUPPORTED

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOG = VENV / "install.log"
APP = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"

NETWORK_TROUBLE = re.compile(
    r"from versions: none|network was disabled|network connectivity|failed to fetch|dns error|name resolution"
    r"|getaddrinfo|connection (refused|reset|error|broken)|NewConnectionError|timed? ?out|unreachable"
    r"|ProxyError|SSLError",
    re.IGNORECASE,
)
DISK_FULL = re.compile(r"No space left on device|not enough space on the disk", re.IGNORECASE)


class SetupError(Exception):
    """A set-up step failed; the text is one sentence that says what to do."""


def ensure(*requirements: Path) -> Path:
    """Return the Python of `.venv`, which holds everything that the `requirements` files ask for.

    When nothing changed since the last call this reads two small files and returns.

    Raises:
        SetupError: the environment could not be made or filled.
    """
    if not (PYTHON.exists() and all(_is_installed(file) for file in requirements)):
        _make_environment()
        _install(requirements)
        for file in requirements:
            _stamp(file).write_text(_digest(file))
    return PYTHON


def _is_installed(requirements: Path) -> bool:
    stamp = _stamp(requirements)
    return stamp.exists() and stamp.read_text() == _digest(requirements)


def _stamp(requirements: Path) -> Path:
    return VENV / f"{requirements.stem}.sha256"


def _digest(requirements: Path) -> str:
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def _make_environment() -> None:
    if _environment_works():
        return
    print("Making the environment in .venv ...", flush=True)
    uv = _uv()
    if uv:
        command = [uv, "venv", "--clear", "--no-project", "--python", sys.executable, str(VENV)]
    else:
        command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if made.returncode:
        raise SetupError(_why_no_environment(made.stdout + made.stderr))


def _environment_works() -> bool:
    if not PYTHON.exists():
        return False
    probe = f"import sys; sys.exit(sys.version_info[:2] not in {SUPPORTED!r})"
    return subprocess.run([PYTHON, "-c", probe], capture_output=True).returncode == 0


def _why_no_environment(output: str) -> str:
    if "ensurepip" in output:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return (
            "This Python comes without its venv module: install that (on Debian and Ubuntu: "
            f"apt install python{version}-venv) or uv, then run the command again."
        )
    if NETWORK_TROUBLE.search(output):
        return "The environment in .venv could not be made without a network: connect and run the command again."
    return f"The environment in .venv could not be made: {_last_line(output)}"


def _install(requirements: tuple[Path, ...]) -> None:
    print("Installing the packages: a few minutes the first time, about 6 GB with GPU support ...", flush=True)
    files = [argument for file in requirements for argument in ("-r", str(file))]
    if _run_logged([*_installer(), *files]) == 0:
        return
    output = LOG.read_text(errors="replace")
    if os.environ.get("CI"):
        print(*output.splitlines()[-20:], sep="\n")
    raise SetupError(_why_not_installed(output, requirements))


def _installer() -> list[str]:
    uv = _uv()
    if uv:
        return [uv, "pip", "install", "--python", str(PYTHON)]
    _run_logged([str(PYTHON), "-m", "ensurepip"])
    return [str(PYTHON), "-m", "pip", "install"]


def _why_not_installed(output: str, requirements: tuple[Path, ...]) -> str:
    wanted = f"The packages of {requirements[-1].name} ({', '.join(_names(requirements))}) could not be installed"
    if DISK_FULL.search(output):
        return f"{wanted} because the disk is full: free about 8 GB and run the command again."
    if NETWORK_TROUBLE.search(output):
        return (
            f"{wanted} because the package index does not answer: connect to the network, or name its proxy "
            "in HTTPS_PROXY, and run the command again."
        )
    return f"{wanted}: {_last_line(output)} (everything it said: {LOG.relative_to(ROOT)})"


def _names(requirements: tuple[Path, ...]) -> list[str]:
    lines = [line for file in requirements for line in file.read_text().splitlines()]
    return re.findall(r"^[A-Za-z][A-Za-z0-9-]*", "\n".join(lines), re.MULTILINE)


def _run_logged(command: list[str]) -> int:
    """Run `command` with its output in `LOG`; a terminal shows the line it is at."""
    with (
        LOG.open("w") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", cwd=ROOT
        ) as process,
    ):
        for line in process.stdout:
            log.write(line)
            _show(line.strip())
    _show("")
    return process.returncode


def _show(line: str) -> None:
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print("\r" + line[:width].ljust(width), end="\r", flush=True)


def _last_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."


def _uv() -> str | None:
    """The `uv` on the path, if it runs: a stand-in of a version manager may be there and not work."""
    uv = shutil.which("uv")
    return uv if uv and subprocess.run([uv, "--version"], capture_output=True).returncode == 0 else None
