"""Frames a second while the pointer crosses the latent atlas, and what is sent to the server meanwhile."""

import math
import time
from typing import Any

from playwright.sync_api import Page, WebSocket

from benchmarks.browser import begin, result, settled_page, visit
from engine.timing import latencies

SECONDS = 3
SECONDS_TO_PAINT_THE_MAP = 5
MAP, PICTURE = '[data-testid="atlas-map"]', '[data-testid="atlas-picture"]'


def measure(effort: float) -> dict[str, Any]:
    """Frames and decoded pictures a second on `/autoencoders`, and the requests and messages sent in that time."""
    with settled_page() as page:
        sent = listen(page)
        visit(page, "/autoencoders", PICTURE)
        page.locator(MAP).scroll_into_view_if_needed()
        page.wait_for_timeout(1000 * SECONDS_TO_PAINT_THE_MAP)
        sent.clear()
        begin(page, f"stopwatch.redraws({PICTURE!r}, {1000 * SECONDS})")
        moves = circle(page, SECONDS)
        frames = result(page)
    return rates(frames) | {"pointer_moves": moves, "sent_to_server": len(sent)}


def listen(page: Page) -> list[str]:
    """A list that grows with each request and each websocket message that the page sends."""
    sent: list[str] = []

    def follow(socket: WebSocket) -> None:
        socket.on("framesent", lambda _: sent.append(socket.url))

    page.on("request", lambda request: sent.append(request.url))
    page.on("websocket", follow)
    return sent


def circle(page: Page, seconds: float) -> int:
    """Move the pointer over the map, in a curve that meets no place twice, for so long; return the number of moves."""
    box = page.locator(MAP).bounding_box()
    end, moves = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        x, y = 0.5 + 0.4 * math.cos(moves / 31), 0.5 + 0.4 * math.sin(moves / 19)
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        moves += 1
    return moves


def rates(frames: dict[str, Any]) -> dict[str, Any]:
    """Frames and redraws a second, and how long a frame takes, of what `stopwatch.redraws` returns."""
    seconds = frames["duration"] / 1000
    return {
        "frames_per_s": round(len(frames["intervals"]) / seconds, 1),
        "pictures_per_s": round(frames["redraws"] / seconds, 1),
        "frame": latencies([interval / 1000 for interval in frames["intervals"]]),
    }
