"""The engine killed with −9: the page says so, the engine comes back, the next click works."""

import os
import re
import signal
import subprocess

from playwright.sync_api import expect

from tests.browser.driver import App, wait_for_app


def engine_pid(app: App) -> int:
    """The process id of the app's engine."""
    listing = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()[1:]]
    return next(int(pid) for pid, parent, args in rows if int(parent) == app.process.pid and "engine.server" in args)


def test_a_killed_engine_is_reported_and_comes_back(browser, watch, tmp_path):
    app = App.start(tmp_path / "log.txt")
    try:
        page = browser.new_context(base_url=app.url, viewport={"width": 1440, "height": 900}).new_page()
        page.goto("/autoencoders?exhibit=Train+it+now&live-steps=5000")
        wait_for_app(page, seconds=60)
        page.get_by_role("button", name="Train", exact=True).click()
        expect(page.get_by_test_id("stProgress")).to_contain_text(re.compile(r"Step [1-9]"), timeout=90_000)
        os.kill(engine_pid(app), signal.SIGKILL)
        expect(page.get_by_text("The engine stopped in the middle of this")).to_be_visible(timeout=30_000)
        page.goto("/autoencoders?exhibit=Corrupt+and+restore")
        expect(page.get_by_text("restores best")).to_be_visible(timeout=60_000)
    finally:
        app.stop()
