"""Decoded pictures a second while a latent dial is dragged: the hot path from the page to the engine and back."""

import math
import time
from typing import Any

from playwright.sync_api import Page, Request

from benchmarks.atlas import rates
from benchmarks.browser import begin, result, settled_page, visit
from engine.timing import latencies

SECONDS = 3
DIAL, PICTURE = '[data-testid="dials-range-0"]', '[data-testid="dials-picture"]'


def measure(effort: float) -> dict[str, Any]:
    """Pictures a second and round trips on `/autoencoders?exhibit=5-D and 20-D`."""
    with settled_page() as page:
        visit(page, "/autoencoders?exhibit=5-D+and+20-D", PICTURE)
        answered: list[Request] = []
        page.on("requestfinished", lambda request: "/api/decode/" in request.url and answered.append(request))
        drag(page, seconds=0.5)
        answered.clear()
        begin(page, f"stopwatch.redraws({PICTURE!r}, {1000 * SECONDS})")
        moves = drag(page, SECONDS)
        frames = result(page)
        trips = [request.timing["responseEnd"] / 1000 for request in answered]
    decodes = {"decodes_per_s": round(len(trips) / SECONDS, 1), "round_trip": latencies(trips)}
    return rates(frames) | decodes | {"pointer_moves": moves}


def drag(page: Page, seconds: float) -> int:
    """Drag the first dial to and fro for so long, then let go; return the number of moves.

    The pointer speaks to Chromium itself, since Playwright asks the page before each move of a pressed pointer.
    """
    dial = page.locator(DIAL)
    dial.scroll_into_view_if_needed()
    box = dial.bounding_box()
    pointer = page.context.new_cdp_session(page)

    def send(kind: str, share: float) -> None:
        place = {"x": box["x"] + box["width"] * share, "y": box["y"] + box["height"] / 2}
        pressed = {"button": "left", "buttons": 1, "clickCount": 1}
        pointer.send("Input.dispatchMouseEvent", {"type": kind, **place, **pressed})

    send("mousePressed", 0.5)
    end, moves = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        moves += 1
        send("mouseMoved", 0.5 + 0.45 * math.sin(moves / 31))
    send("mouseReleased", 0.5)
    return moves
