"""From the command to the first page painted: a cold process on a warm disk, the browser already open."""

import statistics
import sys
import time

from playwright.sync_api import Page

from benchmarks.application import running
from benchmarks.browser import SECONDS_TO_APPEAR, appear, browsing, new_page
from engine.timing import LeftOut, repetitions

RUNS = 3
ATLAS = '[data-testid="atlas-picture"]'
FIRST_PAINT = """() => {
  const [entry] = performance.getEntriesByName("first-contentful-paint");
  return (performance.timeOrigin + entry.startTime) / 1000;
}"""


def measure(effort: float) -> dict[str, object]:
    """Medians of the seconds from `streamlit run app.py` to each milestone of `/`."""
    runs = []
    with browsing() as browser:
        for _ in range(repetitions(RUNS, effort)):
            started = time.time()
            with running() as app:
                answered = time.time()
                page = new_page(browser, app.url)
                moments = {"answers_s": answered} | milestones(page)
                page.context.close()
            runs.append({name: round(moment - started, 2) for name, moment in moments.items()})
            print(f"paint: {runs[-1]}", file=sys.stderr)
    medians = {name: round(statistics.median(run[name] for run in runs if name in run), 2) for name in runs[0]}
    return {"runs": len(runs)} | medians


def milestones(page: Page) -> dict[str, float]:
    """The moments, in seconds since 1970, of the first paint, the heading, and the atlas's first decoded picture."""
    page.goto("/", wait_until="commit")
    page.wait_for_selector("h1", timeout=1000 * SECONDS_TO_APPEAR)
    heading = time.time()
    moments = {"first_paint_s": page.evaluate(FIRST_PAINT), "heading_s": heading}
    try:
        appear(page, ATLAS)
    except LeftOut as reason:
        print(f"paint: {reason}", file=sys.stderr)
        return moments
    return moments | {"atlas_s": time.time()}
