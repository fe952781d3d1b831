"""Fixtures of the browser tests: one running application, one Chromium, and pages that fail on what goes wrong."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser.driver import App, Watch, wait_for_app
from tools import chromium
from tools.environment import SetupError

__all__ = ["wait_for_app"]

HERE = Path(__file__).parent
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
DESKTOP = {"width": 1440, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder and run it last, since Playwright keeps an event loop running from then on.

    `MANIFOLD_SKIP_BROWSER=1` leaves these tests out; a missing Chromium does not.
    """
    items.sort(key=_is_browser_test)
    for item in filter(_is_browser_test, items):
        item.add_marker(pytest.mark.browser)
        if os.environ.get("MANIFOLD_SKIP_BROWSER") == "1":
            item.add_marker(pytest.mark.skip(reason="MANIFOLD_SKIP_BROWSER=1"))


def _is_browser_test(item: pytest.Item) -> bool:
    return HERE in item.path.parents


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The running application, shared by all tests; a test that kills it starts one of its own with `App.start`."""
    running = App.start(tmp_path_factory.mktemp("app") / "log.txt")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: the system's if there is one, else Playwright's own."""
    with sync_playwright() as playwright:
        try:
            running = playwright.chromium.launch(executable_path=chromium.find(), args=CHROMIUM_FLAGS)
        except (Error, SetupError) as error:
            reason = f"No Chromium starts here (`make test` installs one): {error}"
            raise pytest.fail.Exception(reason, pytrace=False) from None
        yield running
        running.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Listens to the test's pages and fails it on anything that `watch.allow(pattern)` does not expect."""
    watching = Watch()
    yield watching
    if watching.unexpected():
        pytest.fail("\n".join(watching.unexpected()), pytrace=False)


@pytest.fixture
def new_page(app: App, browser: Browser, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a browser context of its own: `new_page(viewport={...}, color_scheme="dark")`.

    `page.goto("/autoencoders")` is relative to the application.
    """
    contexts = []

    def open_page(**options: object) -> Page:
        contexts.append(browser.new_context(**{"base_url": app.url, "viewport": DESKTOP, **options}))
        page = contexts[-1].new_page()
        watch.follow(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """An empty page of 1440 × 900."""
    return new_page()
