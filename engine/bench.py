"""Measure the application: `python -m engine.bench [NAME …]` prints one JSON object, progress on standard error.

What concerns the engine alone is in `engine.measurements`. What needs the whole application, a browser or many
sessions is in the folder `benchmarks/`, a process each, so that the engine knows neither Streamlit nor Playwright.
What cannot be measured here says so in one sentence; the rest goes on.
"""

import argparse
import json
import os
import platform
import shlex
import subprocess
import sys
import time
import traceback
from importlib import metadata
from pathlib import Path
from typing import Any

from engine import measurements
from engine.timing import LeftOut

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("streamlit", "torch", "numpy", "uvicorn", "starlette", "playwright", "websockets")

ENGINE = {
    "elbo": "the −ELBO table of the cards beside the published figures",
    "start": "the engine's start: seconds until it answers and until its first picture",
    "memory": "resident memory of the engine with every checkpoint loaded",
    "calls": "decodes a second from 1, 20 and 50 threads, batched against one at a time",
    "library": "a picture library of a million vectors: recall and milliseconds beside NumPy and FAISS",
    "samplers": "our DDIM and DDPM against those of diffusers on the same network",
}
APPLICATION = {
    "paint": "from the command to the first page painted, and to the atlas's picture",
    "clicks": "from a click or a slider's release to the new picture in Chromium",
    "atlas": "frames a second while the pointer crosses the atlas, and requests meanwhile",
    "dials": "decoded pictures a second while a dial is dragged",
    "weight": "bytes and requests of a first visit",
    "sessions": "many raw websocket sessions at once, batched against one at a time",
}
BENCHES = ENGINE | APPLICATION


def run(name: str, effort: float) -> Any:
    """The figures of one benchmark, or `{"left_out": …}` or `{"failed": …}` with a sentence."""
    try:
        return getattr(measurements, name)(effort) if name in ENGINE else outside(name, effort)
    except LeftOut as reason:
        return {"left_out": str(reason)}
    except Exception as error:
        traceback.print_exc()
        return {"failed": f"{type(error).__name__}: {error}"}


def outside(name: str, effort: float) -> Any:
    """The JSON that `python -m benchmarks NAME` prints."""
    command = [sys.executable, "-m", "benchmarks", name, "--effort", str(effort)]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if ended.returncode:
        shown = shlex.join(["python", *command[1:]])
        return {"failed": f"`{shown}` ended with status {ended.returncode}; its reason is on standard error."}
    return json.loads(ended.stdout)


def machine() -> dict[str, Any]:
    """Where the figures were measured: processor, device, memory, versions."""
    from engine.devices import best_device, cores, describe

    return {
        "system": platform.platform(terse=True),
        "processor": _processor(),
        "cores": cores(),
        "memory_gib": _memory_gib(),
        "device": describe(best_device()),
        "python": platform.python_version(),
        "packages": {name: version for name in PACKAGES if (version := _version(name))},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory_gib() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        return None


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _load_average() -> float | None:
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def listing() -> str:
    """One line a benchmark."""
    return "\n".join(f"{name:<10}{what}" for name, what in BENCHES.items())


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command line. Ends the process with one sentence if a benchmark is unknown."""
    parser = argparse.ArgumentParser(prog="python -m engine.bench", description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="which benchmarks (default: all)")
    parser.add_argument("--list", action="store_true", help="say what each of them measures")
    parser.add_argument("--effort", type=float, default=1.0, help="share of the repetitions, such as 0.1 for a trial")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in BENCHES]:
        sys.exit(f"There is no benchmark '{unknown[0]}'. `python -m engine.bench --list` shows all.")
    return options


def main(arguments: list[str] | None = None) -> None:
    """The command line: one JSON object with the machine and a result a benchmark."""
    options = parse(arguments)
    if options.list:
        print(listing())
        return
    report: dict[str, Any] = {"effort": options.effort, "load_average_before": _load_average(), "results": {}}
    for name in options.names or BENCHES:
        print(f"{name}: {BENCHES[name]} ...", file=sys.stderr, flush=True)
        started = time.perf_counter()
        report["results"][name] = run(name, options.effort)
        print(f"{name}: {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    print(json.dumps({"machine": machine()} | report, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
