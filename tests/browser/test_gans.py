"""/gans in a real Chromium: the race starts by itself, is scrubbed in the browser, and is updated by hand."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import wait_for_app
from tests.browser.test_autoencoders import SCREENS, listen, pixels, until_changed

SMALL = "race-steps=5000&race-width=32&race-batch=64&race-k=1"


def open_race(page: Page, seed: int, extra: str = ""):
    """A small race of its own, on its way, and long enough not to be over before it is looked at."""
    page.goto(f"/gans?exhibit=Race&{SMALL}&race-seed={seed}{extra}")
    wait_for_app(page, seconds=120)
    counter = page.get_by_test_id("race-counter")
    expect(counter).to_contain_text("training", timeout=60_000)
    return counter


def pause(page: Page) -> None:
    """Rest, with nothing left to arrive."""
    page.get_by_test_id("race-play").click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible(timeout=30_000)
    page.wait_for_timeout(2500)


@pytest.mark.parametrize("screen", SCREENS)
def test_the_race_starts_by_itself_and_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    open_race(page, 40 + list(SCREENS).index(screen))
    until_changed(page, "race-plane-0", pixels(page, "race-plane-0"))
    expect(page.get_by_test_id("race-lane-3")).to_contain_text("R3GAN")
    expect(page.get_by_test_id("race-words")).to_contain_text("−log 4 = −1.39")
    page.goto("/gans?exhibit=Break+it")
    wait_for_app(page, seconds=120)
    expect(page.get_by_test_id("race-counter")).to_contain_text("step", timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 1


def test_scrubbing_needs_no_server(page):
    open_race(page, 50)
    page.wait_for_timeout(4000)
    pause(page)
    before = pixels(page, "race-plane-0")
    sent = listen(page)
    scrub = page.get_by_test_id("race-scrub")
    scrub.press("Home")
    expect(page.get_by_test_id("race-counter")).to_have_text("step 0")
    first = until_changed(page, "race-plane-0", before)
    scrub.press("ArrowRight")
    until_changed(page, "race-plane-0", first)
    assert not sent


def test_updates_by_hand_move_one_player(page):
    counter = open_race(page, 51)
    pause(page)
    for button, player in (("race-one-d", "discriminator"), ("race-one-g", "generator")):
        before = pixels(page, "race-plane-1")
        page.get_by_test_id(button).click()
        expect(counter).to_contain_text(f"the {player} alone", timeout=30_000)
        until_changed(page, "race-plane-1", before)


def test_a_widget_answers_while_the_race_runs(page):
    open_race(page, 52)
    page.get_by_text("More", exact=True).click()
    page.get_by_test_id("race-slow").click()
    expect(page.get_by_test_id("race-counter")).to_contain_text("alone", timeout=30_000)
    expect(page.get_by_text("Adam's β₁")).to_be_visible()


def test_the_history_is_a_table(page):
    open_race(page, 53)
    page.wait_for_timeout(2000)
    with page.expect_download() as download:
        page.get_by_test_id("race-csv").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[0].startswith("lane,update,d_loss")
    assert {line.split(",")[0] for line in lines[1:]} >= {'"Vanilla GAN"', '"R3GAN"'}
