"""From a click or a slider's release to the frame that shows the new picture, in Chromium."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from benchmarks.browser import begin, result, settled_page, visit
from engine.timing import LeftOut, latencies, repetitions
from tests.browser.driver import wait_for_app

CLICKS = 20


def set_strength(page: Page, turn: int) -> None:
    """Press the strength slider at another place than the last time."""
    track = page.locator(".st-key-strength [role=group] > [data-orientation]")
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    page.mouse.click(box["x"] + box["width"] * (0.1 + 0.8 * (7 * turn % 17) / 16), box["y"] + box["height"] / 2)


def next_seed(page: Page, turn: int) -> None:
    """Press the plus of the seed."""
    page.locator('.st-key-seed [data-testid="stNumberInputStepUp"]').click()


@dataclass(frozen=True)
class Click:
    """What a hand does on an exhibit, and the picture that changes by it. Seeds begin where no other click has been."""

    exhibit: str
    hand: Callable[[Page, int], None]
    picture: str


ACTIONS = {
    "arithmetic_doodles": Click("Arithmetic", set_strength, ".wall img"),
    "arithmetic_garments": Click("Arithmetic&arith=fashion", set_strength, ".wall img"),
    "code_board_seed": Click("VQ+codes&seed=1000", next_seed, '[data-testid="board-picture"]'),
    "code_samples_seed": Click("VQ+codes&seed=3000", next_seed, ".wall img"),
    "dials_samples_seed": Click("5-D+and+20-D&seed=5000", next_seed, ".wall img"),
}


def measure(effort: float) -> dict[str, Any]:
    """Latencies of each action; the first click of each is not counted."""
    with settled_page() as page:
        return {name: latencies_of(page, name, click, repetitions(CLICKS, effort)) for name, click in ACTIONS.items()}


def latencies_of(page: Page, name: str, click: Click, clicks: int) -> dict[str, Any]:
    """Go to the exhibit and click; `left_out` with a sentence where its picture never comes."""
    try:
        visit(page, f"/autoencoders?exhibit={click.exhibit}", click.picture)
        seconds = [timed(page, click, turn) for turn in range(clicks + 1)][1:]
    except LeftOut as reason:
        return {"left_out": str(reason)}
    print(f"clicks: {name} {latencies(seconds)}", file=sys.stderr)
    return {"clicks": clicks} | latencies(seconds)


def timed(page: Page, click: Click, turn: int) -> float:
    """Seconds from the release of the pointer to the new picture; afterwards the page is at rest again."""
    begin(page, f"stopwatch.untilNewPicture({click.picture!r}, 'pointerup')")
    click.hand(page, turn)
    milliseconds = result(page)
    wait_for_app(page)
    return milliseconds / 1000
