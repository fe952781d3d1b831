"""What a first visit transfers: bytes as they travel (gzip), requests, messages, and where they come from."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page

from benchmarks.application import running
from benchmarks.browser import browsing, new_page, visit
from tests.browser.driver import App

PATHS = ("/", "/autoencoders")
SECONDS_AFTER = 3


def measure(effort: float) -> dict[str, Any]:
    """The weight of each path, with an empty cache each."""
    with running() as app, browsing() as browser:
        return {path: weight(new_page(browser, app.url), path, app) for path in PATHS}


def weight(page: Page, path: str, app: App) -> dict[str, Any]:
    """Requests and KiB of one visit, until the page has been at rest for a while."""
    addresses: list[str] = []
    sizes: list[float] = []
    messages: list[float] = []
    listener = page.context.new_cdp_session(page)
    listener.send("Network.enable")
    listener.on("Network.requestWillBeSent", lambda event: addresses.append(event["request"]["url"]))
    listener.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    listener.on("Network.webSocketFrameReceived", lambda event: messages.append(payload(event["response"])))
    visit(page, path)
    page.wait_for_timeout(1000 * SECONDS_AFTER)
    fetched = [address for address in addresses if address.startswith("http")]
    return {
        "requests": len(fetched),
        "transferred_kib": round(sum(sizes) / 1024),
        "websocket_kib": round(sum(messages) / 1024),
        "other_origins": sorted({urlsplit(a).netloc for a in fetched} - {urlsplit(app.url).netloc}),
    }


def payload(frame: dict[str, Any]) -> float:
    """Bytes of a websocket frame, which the browser reports in base64 if it is binary."""
    return len(frame["payloadData"]) * (0.75 if frame["opcode"] == 2 else 1)
