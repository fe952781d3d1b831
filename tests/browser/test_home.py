"""The first thing a stranger sees."""

import re

import numpy as np
from playwright.sync_api import expect

from tests.browser.driver import wait_for_app
from tests.browser.test_autoencoders import pixels, until_changed


def test_home_opens_on_something_that_moves(page):
    page.goto("/")
    wait_for_app(page, seconds=60)
    expect(page.get_by_test_id("atlas-picture")).to_be_visible()
    first = until_changed(page, "atlas-picture", np.zeros(28 * 28))
    until_changed(page, "atlas-picture", first)


def test_doors_lead_to_exhibits(page):
    page.goto("/")
    wait_for_app(page, seconds=60)
    page.get_by_role("link", name="Pictures in 49 words").click()
    expect(page.get_by_role("radio", name="VQ codes")).to_be_checked(timeout=20_000)


def test_reduced_motion_is_respected(new_page):
    page = new_page(reduced_motion="reduce")
    page.goto("/")
    wait_for_app(page, seconds=60)
    page.wait_for_timeout(1500)
    first = pixels(page, "atlas-picture")
    page.wait_for_timeout(1500)
    assert np.array_equal(first, pixels(page, "atlas-picture"))


def test_model_cards_are_all_there(page):
    page.goto("/model-cards")
    wait_for_app(page, seconds=60)
    for table in (0, 1):
        expect(page.get_by_test_id("stDataFrame").nth(table)).to_be_visible()
    expect(page.get_by_text(re.compile("python -m engine.evaluate"))).to_be_visible()
