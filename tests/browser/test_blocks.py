"""/blocks in a real Chromium: every exhibit on every screen, and numbers that answer while they are written."""

import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from engine.blocks.convolution import KERNELS
from engine.pictures import to_png
from pages.block_exhibits import kernels, picture
from tests.browser.driver import expect_whole, open_exhibit, wait_for_app
from tests.browser.test_autoencoders import SCREENS, listen, pixels, until_changed

EXHIBITS = (
    "Convolution", "Which kernel?", "Output size", "Parameters", "Pooling", "Up-sampling", "Normalisation", "Residual",
    "Linear as 1 × 1",
)  # fmt: skip


def cell(page: Page, grid: str, i: int):
    return page.get_by_test_id(grid).locator("input").nth(i)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_exhibit_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    for exhibit in EXHIBITS:
        short = {"race-depth": "5", "race-steps": "50"} if exhibit == "Residual" else {}
        open_exhibit(page, "/blocks", exhibit, **short)
        expect(page.get_by_role("radio", name=exhibit, exact=True)).to_be_checked(timeout=30_000)
        expect_whole(page, exhibit)


def test_a_kernel_edit_changes_the_picture_and_then_the_link(page, new_page):
    open_exhibit(page, "/blocks", "Convolution")
    expect(page.get_by_test_id("kernel-sum")).to_have_text("Σw = 0")
    before = pixels(page, "kernel-output")
    cell(page, "kernel-cells", 4).fill("9")
    until_changed(page, "kernel-output", before)
    expect(page.get_by_test_id("kernel-sum")).to_have_text("Σw = 1")
    expect(page).to_have_url(re.compile(r"kernel=[^&]*9"), timeout=20_000)

    other = new_page()
    other.goto(page.evaluate("location.href"))
    wait_for_app(other, seconds=60)
    expect(cell(other, "kernel-cells", 4)).to_have_value("9")


def test_the_browsers_convolution_equals_the_engines(page):
    open_exhibit(page, "/blocks", "Convolution")
    grey = np.asarray(picture.bundled("china").convert("L"))
    for name in ("sharpen", "blur"):
        before = pixels(page, "kernel-output")
        page.get_by_role("button", name=name, exact=True).click()
        shown = until_changed(page, "kernel-output", before).reshape(grey.shape)
        expected = np.clip(kernels.filtered(grey, KERNELS[name]), 0, 255)
        assert np.abs(shown - expected).max() <= 0.51


def test_keys_turn_a_weight_and_move_the_window_without_the_server(page):
    open_exhibit(page, "/blocks", "Convolution")
    window = page.get_by_test_id("kernel-input")
    expect(page.get_by_test_id("kernel-sentence")).not_to_be_empty(timeout=20_000)
    sent = listen(page)
    sentence = page.get_by_test_id("kernel-sentence").inner_text()
    window.focus()
    for _ in range(12):
        window.press("ArrowLeft")
    expect(page.get_by_test_id("kernel-sentence")).not_to_have_text(sentence)
    assert not sent
    cell(page, "kernel-cells", 0).press("ArrowUp")
    expect(page.get_by_test_id("kernel-sum")).to_have_text("Σw = 1")


def test_the_lectures_numbers_are_there_and_can_be_changed(page):
    open_exhibit(page, "/blocks", "Parameters")
    expect(page.get_by_test_id("layers-total")).to_have_text("404", timeout=20_000)
    page.get_by_label("Layer 1, channels in").fill("1")
    expect(page.get_by_test_id("layers-total")).to_have_text("204")
    open_exhibit(page, "/blocks", "Pooling")
    expect(page.get_by_test_id("pool-max").locator("span")).to_have_text(["20", "30", "112", "37"], timeout=20_000)
    expect(page.get_by_test_id("pool-mean").locator("span")).to_have_text(["13", "8", "79", "19.5"])
    cell(page, "pool-matrix", 0).fill("40")
    expect(page.get_by_test_id("pool-max").locator("span").first).to_have_text("40")
    open_exhibit(page, "/blocks", "Output size")
    expect(page.get_by_test_id("walk-formula")).to_contain_text("+ 1 = 4", timeout=20_000)
    page.get_by_label("Stride").press("ArrowLeft")
    expect(page.get_by_test_id("walk-formula")).to_contain_text("+ 1 = 7")
    expect(page.get_by_test_id("walk-output").locator("i")).to_have_count(49)


def test_the_checkerboard_goes_where_the_stride_divides_the_kernel(page):
    open_exhibit(page, "/blocks", "Up-sampling")
    expect(page.get_by_test_id("up-verdict")).to_contain_text("checkerboard", timeout=20_000)
    before = pixels(page, "up-transposed-picture")
    page.get_by_label("Kernel", exact=True).locator("visible=true").last.press("ArrowRight")
    until_changed(page, "up-transposed-picture", before)
    expect(page.get_by_test_id("up-verdict")).to_contain_text("equally many")


def test_the_cube_tells_what_shares_a_mean(page):
    open_exhibit(page, "/blocks", "Normalisation", norm="layer")
    expect(page.get_by_test_id("cube-where")).to_contain_text("shares its mean with 35 others", timeout=20_000)
    shown = page.get_by_test_id("cube-sum").inner_text()
    page.get_by_test_id("cube-before").press("ArrowDown")
    expect(page.get_by_test_id("cube-sum")).not_to_have_text(shown)


def test_pictures_of_ones_own_take_the_place_of_the_temple(page):
    open_exhibit(page, "/blocks", "Pooling")
    page.get_by_role("radio", name="Your own").click()
    shape = "canvas => [canvas.width, canvas.height]"
    for name, size, expected in (("panorama", (2000, 150), [30, 2]), ("icon", (16, 16), [30, 30])):
        file = {"name": f"{name}.png", "mimeType": "image/png", "buffer": to_png(Image.new("RGB", size, "teal"))}
        page.locator('input[type="file"]').set_input_files(file)
        expect(page.get_by_text(f"{name}.png")).to_be_visible(timeout=30_000)
        for _ in range(300):
            if page.get_by_test_id("pool-max-picture").evaluate(shape) == expected:
                break
            page.wait_for_timeout(100)
        assert page.get_by_test_id("pool-max-picture").evaluate(shape) == expected
    file = {"name": "nothing.png", "mimeType": "image/png", "buffer": b"no picture"}
    page.locator('input[type="file"]').set_input_files(file)
    expect(page.get_by_text("This file is not a picture")).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
