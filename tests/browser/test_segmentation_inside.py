"""Microscope, History and Train now of /segmentation in a real Chromium: what answers the hand, and with what."""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from engine import cards
from engine.segmentation.borders import border_weights
from engine.segmentation.cells import drawn_cells
from tests.browser.driver import expect_whole, open_exhibit
from tests.browser.test_autoencoders import SCREENS, listen, pixels, until_changed

VIEWS = (
    ("Microscope", {}),
    ("History", {}),
    ("History", {"history": "Up-sampling"}),
    ("History", {"history": "Border weights"}),
    ("Train now", {"train_steps": "10", "train_width": "4", "train_depth": "1"}),
)
needs_people = pytest.mark.skipif("unet-people" not in cards.names(), reason="unet-people is not published")
needs_horses = pytest.mark.skipif("fcn-horses" not in cards.names(), reason="fcn-horses is not published")


def hover(page: Page, name: str, across: float, down: float) -> None:
    page.get_by_test_id(name).scroll_into_view_if_needed()
    box = page.get_by_test_id(name).bounding_box()
    page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])


@pytest.mark.parametrize("screen", SCREENS)
def test_every_view_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    for exhibit, parameters in VIEWS:
        open_exhibit(page, "/segmentation", exhibit, **parameters)
        expect(page.get_by_role("radio", name=exhibit, exact=True)).to_be_checked(timeout=30_000)
        expect_whole(page, f"{exhibit} {parameters}")


@needs_people
def test_a_value_shows_what_it_sees_in_the_browser_and_its_sum_after_a_click(page):
    open_exhibit(page, "/segmentation", "Microscope", look="encoder0 1")
    sees = page.get_by_test_id("u-sees")
    expect(sees).not_to_be_empty(timeout=60_000)
    sent = listen(page)
    hover(page, "u-map", 0.5, 0.5)
    expect(page.get_by_test_id("u-value")).to_contain_text("row 32, column 32")
    small = page.get_by_test_id("u-field").bounding_box()["width"]
    assert not sent
    page.get_by_test_id("u-map").click(position={"x": 40, "y": 40})
    expect(page).to_have_url(re.compile(r"look=encoder0\+1\+\d+\+\d+"), timeout=30_000)
    row, column = map(int, page.url.split("look=encoder0+1+")[1].split("&")[0].split("+"))
    expect(page.get_by_test_id("u-sum")).to_contain_text(f"encoder0, map 1, row {row}, column {column}")

    page.get_by_test_id("u-block-bottleneck").press("Enter")
    expect(page.get_by_test_id("u-described")).to_contain_text("bottleneck reads encoder3")
    expect(page.get_by_test_id("u-sum")).to_contain_text("The sum behind bottleneck", timeout=30_000)
    hover(page, "u-map", 0.5, 0.5)
    assert page.get_by_test_id("u-field").bounding_box()["width"] > 5 * small


@needs_people
def test_the_sum_on_show_is_the_sum_of_its_parts(page):
    open_exhibit(page, "/segmentation", "Microscope", look="decoder1 3 20 20")
    chain = page.get_by_test_id("u-chain")
    expect(chain).to_contain_text("all 32 channels", timeout=60_000)
    bars, parts = page.get_by_test_id("u-bars"), []
    bars.focus()
    for _ in range(32):
        bars.press("ArrowLeft")
    for _ in range(32):
        parts.append(number(chain.locator(".here").inner_text()))
        bars.press("ArrowRight")
    total = number(chain.locator("p").nth(1).locator("b").inner_text())
    assert sum(parts) == pytest.approx(total, abs=32 * 0.0005 + 0.0005)


def number(text: str) -> float:
    return float(text.split("=")[1].replace("−", "-"))


def test_the_browsers_border_weights_are_the_engines(page):
    open_exhibit(page, "/segmentation", "History", history="Border weights", border="10; 5")
    expect(page.get_by_test_id("border-weight")).not_to_be_empty(timeout=60_000)
    cells = drawn_cells(0)
    sent = listen(page)
    for row, column in ((80, 80), (40, 100), (110, 60)):
        hover(page, "border-map", (column + 0.5) / 160, (row + 0.5) / 160)
        shown = number(page.get_by_test_id("border-weight").inner_text())
        assert shown == pytest.approx(float(border_weights(cells)[row, column]), abs=0.02)
    assert not sent
    before = pixels(page, "border-map")
    page.get_by_label("Height").fill("0")
    assert np.ptp(until_changed(page, "border-map", before)) == 0
    expect(page.get_by_test_id("border-weight")).to_have_text("w = 1.00")
    expect(page).to_have_url(re.compile(r"border=0[^&]*5"), timeout=20_000)


@needs_horses
def test_one_lens_magnifies_the_same_place_in_every_lane(page):
    open_exhibit(page, "/segmentation", "History")
    lenses = page.get_by_test_id("lens-lanes").locator(".lens")
    expect(lenses).to_have_count(len([name for name in cards.names() if name.endswith("-horses")]) + 1, timeout=60_000)
    sent = listen(page)
    hover(page, "lens-lane-1", 0.25, 0.3)
    for lens in lenses.all():
        assert lens.evaluate("lens => parseFloat(lens.style.left)") == pytest.approx(25, abs=1)
    before = pixels(page, "lens-lane-1")
    page.get_by_role("button", name="Probability", exact=True).click()
    until_changed(page, "lens-lane-1", before)
    assert not [address for address in sent if "/static/" not in address]


def test_a_training_shows_its_masks_and_can_be_played_again(page):
    parameters = {"train_steps": "20", "train_width": "4", "train_depth": "1"}
    open_exhibit(page, "/segmentation", "Train now", **parameters)
    expect(page.get_by_text(re.compile(r"Step 20 of 20 .* mean IoU"))).to_be_visible(timeout=120_000)
    expect(page.get_by_test_id("player-caption")).to_contain_text("mean IoU", timeout=30_000)
