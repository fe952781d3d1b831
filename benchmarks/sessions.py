"""Many people at once: raw websocket sessions that move a slider and wait for its pictures, again and again."""

import asyncio
import sys
import time
from typing import Any

from websockets import WebSocketException

from benchmarks.application import running
from benchmarks.raw_session import RawSession
from engine.timing import latencies, repetitions, resident_mib

SESSIONS = (1, 20, 30, 50)
RERUNS = 15
PAGE, QUERY = "autoencoders", "exhibit=Arithmetic"
SLIDER = "How much of (B − C)"
TROUBLES = (TimeoutError, OSError, WebSocketException, KeyError)


def measure(effort: float) -> dict[str, Any]:
    """Load with batches and with one call at a time, of sessions that never pause between two moves."""
    reruns = repetitions(RERUNS, effort)
    return {
        "batched": loads("batched", reruns, MANIFOLD_BATCHING="1"),
        "one_at_a_time": loads("one at a time", reruns, MANIFOLD_BATCHING="0"),
    }


def loads(way: str, reruns: int, **environment: str) -> list[dict[str, Any]]:
    """One running application under 1, 20, 30 and 50 sessions, one after the other."""
    rows = []
    with running(settled=True, **environment) as app:
        asyncio.run(load(app.url, sessions=1, reruns=1))
        for sessions in SESSIONS:
            row = asyncio.run(load(app.url, sessions, reruns))
            rows.append(row | {"web_process_mib": resident_mib(app.process.pid)})
            print(f"sessions: {way} {rows[-1]}", file=sys.stderr)
    return rows


async def load(url: str, sessions: int, reruns: int) -> dict[str, Any]:
    """Throughput, latencies and errors of so many sessions: all open the page, then all move their sliders."""
    first, seconds, errors = [], [], []
    arrived = await asyncio.gather(*(arrive(url, first, errors) for _ in range(sessions)))
    started = time.perf_counter()
    present = [session for session in arrived if session]
    await asyncio.gather(*(play(session, reruns, seconds, errors) for session in present))
    wall = time.perf_counter() - started
    await asyncio.gather(*(session.close() for session in present))
    result = {"sessions": sessions, "reruns": len(seconds), "reruns_per_s": round(len(seconds) / wall, 1)}
    result |= latencies(seconds) | {"first_run": latencies(first), "errors": len(errors)}
    return result | ({"complaints": sorted(set(errors))[:3]} if errors else {})


async def arrive(url: str, seconds: list[float], errors: list[str]) -> RawSession | None:
    """Open the page and run it once; None where that fails."""
    try:
        started = time.perf_counter()
        session = await RawSession.connect(url, PAGE, QUERY)
        errors += (await session.run()).complaints[:1]
        seconds.append(time.perf_counter() - started)
        return session
    except TROUBLES as error:
        errors.append(f"{type(error).__name__}: {error}")
        return None


async def play(session: RawSession, reruns: int, seconds: list[float], errors: list[str]) -> None:
    """Move the slider `reruns` times, each time to another place, without a pause."""
    for turn in range(reruns):
        try:
            started = time.perf_counter()
            run = await session.move(SLIDER, (7 * turn % 21) / 10)
            seconds.append(time.perf_counter() - started)
            errors += run.complaints[:1]
        except TROUBLES as error:
            errors.append(f"{type(error).__name__}: {error}")
            return
