"""/diffusion in a real Chromium: five linked views on one scrubber, and every exhibit on every screen."""

import pytest
from playwright.sync_api import expect

from tests.browser.driver import expect_whole, wait_for_app
from tests.browser.test_autoencoders import SCREENS, listen, pixels, until_changed

VIEWS = ("film-xt", "film-x0", "film-eps", "film-curve", "film-distance")


def test_one_scrubber_moves_five_views_without_the_server(page):
    page.goto("/diffusion?exhibit=Reverse&steps=10")
    wait_for_app(page, seconds=120)
    play = page.get_by_test_id("film-play")
    expect(play).to_be_visible(timeout=60_000)
    caption = page.get_by_test_id("film-caption")
    expect(caption).not_to_be_empty(timeout=30_000)
    scrub = page.get_by_test_id("film-scrub")
    scrub.press("Home")
    sent = listen(page)
    before = {view: pixels(page, view) for view in VIEWS}
    for _ in range(5):
        scrub.press("ArrowRight")
    for view in VIEWS:
        until_changed(page, view, before[view])
    expect(caption).to_contain_text("t = 500")
    assert not sent


def test_a_run_shows_itself_and_halts_with_a_film(page):
    page.goto("/diffusion?exhibit=Reverse&steps=10")
    wait_for_app(page, seconds=120)
    page.goto("/diffusion?exhibit=Reverse&steps=1000")
    page.get_by_test_id("stProgress").get_by_text("of 1000").wait_for(timeout=60_000)
    page.get_by_role("button", name="Halt").click()
    expect(page.get_by_text("Halted at t =")).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("film-caption")).not_to_be_empty(timeout=30_000)
    expect(page.get_by_test_id("stProgress")).to_have_count(0)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_exhibit_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    page.goto("/diffusion")
    wait_for_app(page, seconds=120)
    exhibits = page.get_by_role("radiogroup").first.get_by_role("radio").all_inner_texts()
    assert len(exhibits) >= 8
    for exhibit in exhibits:
        page.goto(f"/diffusion?exhibit={exhibit.replace(' ', '+')}")
        wait_for_app(page, seconds=120)
        expect_whole(page, exhibit)
