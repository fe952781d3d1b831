"""What benchmarks say about time and memory: percentiles of durations, load by many threads, resident memory."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

MIB = 2**20


class LeftOut(RuntimeError):
    """Something cannot be measured on this machine; the text says why in one sentence."""


def latencies(seconds: Sequence[float]) -> dict[str, float | None]:
    """Median, 95th percentile (linear between neighbours) and maximum of seconds, in milliseconds; None of nothing."""
    quantiles = np.percentile(seconds, (50, 95, 100)).tolist() if len(seconds) else [None] * 3
    milliseconds = [value and round(1000 * value, 1) for value in quantiles]
    return dict(zip(("p50_ms", "p95_ms", "max_ms"), milliseconds, strict=True))


def repetitions(full: int, effort: float) -> int:
    """How often to repeat what deserves `full` repetitions, at least twice."""
    return max(2, round(full * effort))


def at_once(work: Callable[[], Any], threads: int, each: int) -> dict[str, float | int | str | None]:
    """Let `threads` threads begin together and call `work` `each` times: throughput, latencies, errors."""
    seconds, errors = [], []
    gate = threading.Barrier(threads + 1)

    def hand() -> None:
        gate.wait()
        for _ in range(each):
            started = time.perf_counter()
            try:
                work()
                seconds.append(time.perf_counter() - started)
            except Exception as error:
                errors.append(str(error))

    hands = [threading.Thread(target=hand, daemon=True) for _ in range(threads)]
    for thread in hands:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in hands:
        thread.join()
    wall = time.perf_counter() - started
    load = {"threads": threads, "calls": threads * each, "calls_per_s": round(len(seconds) / wall, 1)}
    return load | latencies(seconds) | {"errors": len(errors)} | ({"first_error": errors[0]} if errors else {})


def resident_mib(pid: int) -> float:
    """Resident memory of a process in MiB. Raises `LeftOut` where the system has no /proc."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        raise LeftOut("Resident memory is read from /proc, which this system does not have.") from None
    return round(int(status.split("VmRSS:")[1].split()[0]) / 1024, 1)
