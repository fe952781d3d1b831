"""The commands that the Makefile and run.bat offer."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from tools import chromium, environment, launch
from tools.environment import APP, DEV, ROOT, SetupError

LEFT_BEHIND = (".pytest_cache", ".ruff_cache", ".hypothesis")


def main(arguments: list[str]) -> int:
    """Run the command that `arguments` names and return its exit status; what goes wrong is told in one sentence."""
    name, *rest = arguments or ["help"]
    if name not in COMMANDS:
        show_help([])
        return 2
    try:
        return COMMANDS[name](rest)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(_arguments: list[str]) -> int:
    """start the application"""
    return launch.serve(environment.ensure(APP))


def dev(_arguments: list[str]) -> int:
    """start it so that it follows every change to the code"""
    return launch.serve(environment.ensure(APP), follow_changes=True)


def test(arguments: list[str]) -> int:
    """check the style, then run every test"""
    python = _with_browser()
    return _call(python, "-m", "ruff", "check") or _call(python, "-m", "pytest", *arguments)


def bench(arguments: list[str]) -> int:
    """measure the application and print JSON"""
    return _call(_with_browser(), "-m", "engine.bench", *arguments)


def train(arguments: list[str]) -> int:
    """train a recipe; without a name, list them"""
    return _call(environment.ensure(APP), "-m", "engine.train", *(arguments or ["--list"]))


def evaluate(arguments: list[str]) -> int:
    """compute the figures of a checkpoint again"""
    if not arguments:
        raise SetupError("Say which checkpoint, for example: make evaluate NAME=vae2-mnist (make train lists them).")
    return _call(environment.ensure(APP), "-m", "engine.evaluate", *arguments)


def clean(_arguments: list[str]) -> int:
    """remove the environment and everything the tools left behind"""
    caches = [*ROOT.glob("__pycache__"), *ROOT.glob("[!.]*/**/__pycache__")]
    for folder in (environment.VENV, *(ROOT / name for name in LEFT_BEHIND), *caches):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def show_help(_arguments: list[str]) -> int:
    """show this list"""
    for name, command in COMMANDS.items():
        print(f"  {name:9} {command.__doc__}")
    return 0


def _with_browser() -> os.PathLike:
    """The Python with all test packages, and a Chromium beside it; a missing one lets the browser tests fail."""
    python = environment.ensure(APP, DEV)
    if os.environ.get("MANIFOLD_SKIP_BROWSER") != "1":
        try:
            chromium.ensure(python)
        except SetupError as error:
            print(error, file=sys.stderr)
    return python


def _call(*command: str | os.PathLike) -> int:
    return subprocess.call(command, cwd=ROOT)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "run": run,
    "dev": dev,
    "test": test,
    "bench": bench,
    "train": train,
    "evaluate": evaluate,
    "clean": clean,
    "help": show_help,
}
