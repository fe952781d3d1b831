"""The Chromium that the browser tests drive: one that is there, else one that Playwright or Debian installs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.environment import SetupError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MAC = ("Google Chrome", "Chromium", "Microsoft Edge")
WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)

OPENS_A_PAGE = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    playwright.chromium.launch(args=["--no-sandbox"]).new_page()
"""


def find() -> str | None:
    """Return the path of an installed Chromium, Chrome or Edge, `$CHROMIUM` first; None leaves it to Playwright's own.

    Raises:
        SetupError: `$CHROMIUM` names no file.
    """
    asked = os.environ.get("CHROMIUM")
    if asked:
        if not Path(asked).is_file():
            raise SetupError(f"CHROMIUM is {asked}, but there is no such file: correct it or unset it.")
        return asked
    return next((path for path in _usual_places() if _is_browser(path)), None)


def ensure(python: Path) -> None:
    """See to it that a Chromium is there for `python`'s Playwright.

    Raises:
        SetupError: none was found and none could be installed.
    """
    if find() or _opens_a_page(python):
        return
    print("Installing a Chromium for the browser tests ...", flush=True)
    if _succeeds(python, "-m", "playwright", "install", "chromium") and _opens_a_page(python):
        return
    if _is_root_on_debian() and _succeeds("apt-get", "update"):
        _succeeds("apt-get", "install", "-y", "--no-install-recommends", "chromium")
    if not find():
        raise SetupError(
            "No Chromium is here for the browser tests and none could be installed: install Chromium or Chrome, "
            "or set CHROMIUM to its path; MANIFOLD_SKIP_BROWSER=1 leaves these tests out."
        )


def _usual_places() -> list[str]:
    if sys.platform == "win32":
        homes = [os.environ[key] for key in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA") if key in os.environ]
        return [str(Path(home, place)) for place in WINDOWS for home in homes]
    on_path = [path for name in NAMES if (path := shutil.which(name))]
    if sys.platform == "darwin":
        return [f"/Applications/{name}.app/Contents/MacOS/{name}" for name in MAC] + on_path
    return on_path


def _is_browser(path: str) -> bool:
    """Whether `path` is a browser: Ubuntu's `chromium-browser` may only be a note that points to a shop."""
    if not Path(path).is_file():
        return False
    return sys.platform == "win32" or _succeeds(path, "--version")


def _opens_a_page(python: Path) -> bool:
    return _succeeds(python, "-c", OPENS_A_PAGE)


def _is_root_on_debian() -> bool:
    return sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _succeeds(*command: str | Path) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
