"""Many people at once: raw websocket sessions that move a slider and wait for its pictures, again and again."""

import asyncio
import sys
import time
from typing import Any

from websockets import WebSocketException

from benchmarks.application import running
from benchmarks.raw_session import RawSession
from engine import cards
from engine.timing import LeftOut, latencies, repetitions, resident_mib
from pages.autoencoder_exhibits.arithmetic import MODELS

SESSIONS = (1, 20, 30, 50)
RERUNS = 15
SLIDER = "How much of (B − C)"
TROUBLES = (TimeoutError, OSError, WebSocketException, KeyError)


def measure(effort: float) -> dict[str, Any]:
    """Load with batches and with one call at a time, of sessions that never pause between two moves."""
    query = f"exhibit=Arithmetic&arith={data_at_hand()}"
    reruns = repetitions(RERUNS, effort)
    ways = {"batched": "1", "one_at_a_time": "0"}
    return {"query": query} | {way: loads(way, query, reruns, MANIFOLD_BATCHING=on) for way, on in ways.items()}


def data_at_hand() -> str:
    """The first kind of pictures in the exhibit whose model is there."""
    present = [data for data, model in MODELS.items() if model in cards.names()]
    if not present:
        raise LeftOut(f"None of the models of this exhibit is there: {', '.join(MODELS.values())}.")
    return present[0]


def loads(way: str, query: str, reruns: int, **environment: str) -> list[dict[str, Any]]:
    """One running application under 1, 20, 30 and 50 sessions, one after the other."""
    rows = []
    with running(settled=True, **environment) as app:
        asyncio.run(load(app.url, query, sessions=1, reruns=1))
        for sessions in SESSIONS:
            row = asyncio.run(load(app.url, query, sessions, reruns))
            rows.append(row | {"web_process_mib": resident_mib(app.process.pid)})
            print(f"sessions: {way} {rows[-1]}", file=sys.stderr)
    return rows


async def load(url: str, query: str, sessions: int, reruns: int) -> dict[str, Any]:
    """Throughput, latencies and errors of so many sessions: all open the page, then all move their sliders."""
    first, seconds, errors = [], [], []
    arrived = await asyncio.gather(*(arrive(url, query, first, errors) for _ in range(sessions)))
    started = time.perf_counter()
    present = [session for session in arrived if session]
    await asyncio.gather(*(play(session, reruns, seconds, errors) for session in present))
    wall = time.perf_counter() - started
    await asyncio.gather(*(session.close() for session in present))
    result = {"sessions": sessions, "reruns": len(seconds), "reruns_per_s": round(len(seconds) / wall, 1)}
    result |= latencies(seconds) | {"first_run": latencies(first), "errors": len(errors)}
    return result | ({"complaints": sorted(set(errors))[:3]} if errors else {})


async def arrive(url: str, query: str, seconds: list[float], errors: list[str]) -> RawSession | None:
    """Open the page and run it once; None where that fails."""
    try:
        started = time.perf_counter()
        session = await RawSession.connect(url, "autoencoders", query)
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
