"""A headless Chromium with a stopwatch in every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, TimeoutError, sync_playwright

from benchmarks.application import running
from engine.timing import LeftOut
from tests.browser.driver import wait_for_app
from tools import chromium
from tools.environment import SetupError

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
DESKTOP = {"width": 1440, "height": 900}
STOPWATCH = Path(__file__).with_name("stopwatch.js")
SECONDS_TO_APPEAR = 120


@contextmanager
def browsing() -> Iterator[Browser]:
    """A running Chromium. Raises `LeftOut` where none starts."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium.find(), args=FLAGS)
        except (Error, SetupError) as error:
            raise LeftOut(f"No Chromium starts here; `make bench` installs one. {str(error).splitlines()[0]}") from None
        yield browser
        browser.close()


def new_page(browser: Browser, address: str) -> Page:
    """An empty page of 1440 × 900 with nothing in its cache; paths are relative to `address`."""
    page = browser.new_context(base_url=address, viewport=DESKTOP).new_page()
    page.add_init_script(path=STOPWATCH)
    return page


@contextmanager
def settled_page() -> Iterator[Page]:
    """An empty page beside an application that has been running for a while."""
    with running(settled=True) as app, browsing() as browser:
        yield new_page(browser, app.url)


def visit(page: Page, path: str, *pictures: str) -> None:
    """Go to `path` and wait until the script has run and the pictures (selectors) show something.

    Raises:
        LeftOut: the page or a picture stays away.
    """
    page.goto(path)
    try:
        wait_for_app(page, seconds=SECONDS_TO_APPEAR)
    except TimeoutError:
        raise LeftOut(f"{path} was not at rest within {SECONDS_TO_APPEAR} s.") from None
    for picture in pictures:
        appear(page, picture)


def appear(page: Page, picture: str) -> None:
    """Wait until the image or canvas that the selector `picture` finds shows something.

    Raises:
        LeftOut: it stays away; the text is what the page says instead.
    """
    try:
        page.wait_for_function("picture => stopwatch.look(picture)", arg=picture, timeout=1000 * SECONDS_TO_APPEAR)
    except TimeoutError:
        alerts = page.locator('[data-testid="stAlert"]').all_inner_texts()
        raise LeftOut(" ".join([f"{page.url} shows no {picture}.", *alerts])) from None


def begin(page: Page, watching: str) -> None:
    """Start a measurement of `stopwatch.js`, such as `stopwatch.redraws("canvas", 3000)`, without waiting for it."""
    page.evaluate(f"() => {{ globalThis.measured = {watching}; }}")


def result(page: Page) -> Any:
    """Wait for the measurement that was begun last. Raises `LeftOut` with its sentence if it failed."""
    try:
        return page.evaluate("() => globalThis.measured")
    except Error as error:
        raise LeftOut(error.message.splitlines()[0]) from None
