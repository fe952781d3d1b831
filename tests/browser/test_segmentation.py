"""/segmentation in a real Chromium: masks that answer a hand without the server, pictures in, files out."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from engine import cards
from pages.segmentation_exhibits.pictures import sample
from tests.browser.driver import expect_whole, open_exhibit, wait_for_app
from tests.browser.test_autoencoders import SCREENS, listen, pixels, until_changed

EXHIBITS = ("Your photo", "Skips", "Why is it black?")
needs_people = pytest.mark.skipif("unet-people" not in cards.names(), reason="unet-people is not published")


def opened(page: Page, exhibit: str, **parameters: str) -> None:
    """Go to an exhibit and wait until its mask is painted."""
    open_exhibit(page, "/segmentation", exhibit, **parameters)
    name = "threshold-sums" if "black" in exhibit else "mask-legend"
    expect(page.get_by_test_id(name)).not_to_be_empty(timeout=60_000)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_exhibit_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    for exhibit in EXHIBITS:
        open_exhibit(page, "/segmentation", exhibit)
        expect(page.get_by_role("radio", name=exhibit, exact=True)).to_be_checked(timeout=30_000)
        expect_whole(page, exhibit)


@needs_people
def test_a_hidden_class_the_divider_and_the_opacity_answer_in_the_browser_and_then_in_the_link(page):
    opened(page, "Your photo")
    sent = listen(page)
    chip = page.get_by_test_id("mask-legend").locator("button:enabled").first
    expect(chip).to_have_attribute("aria-pressed", "true")
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "false")
    divider = page.get_by_test_id("mask-divider")
    divider.focus()
    divider.press("Shift+ArrowRight")
    expect(divider).to_have_attribute("aria-valuenow", "43")
    assert not [address for address in sent if "/api/shown/" in address]
    expect(page).to_have_url(re.compile(r"view=60-43-1-\d"), timeout=20_000)
    page.reload()
    expect(page.get_by_test_id("mask-divider")).to_have_attribute("aria-valuenow", "43", timeout=60_000)


@needs_people
def test_the_pointer_and_the_keys_show_what_a_pixel_is(page):
    opened(page, "Your photo")
    stage, tip = page.get_by_test_id("stage").first, page.get_by_test_id("mask-tip")
    expect(tip).to_be_hidden()
    box = stage.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    expect(tip).to_be_visible()
    expect(tip.locator("p")).to_have_count(3)
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    stage.focus()
    stage.press("ArrowLeft")
    expect(tip).to_be_visible()


@needs_people
def test_an_uploaded_photo_is_cut_out_and_downloaded_at_its_own_size(page):
    astronaut, file = Image.fromarray(sample("astronaut").picture).resize((700, 500)), io.BytesIO()
    astronaut.save(file, "JPEG", exif=_with_a_place())
    opened(page, "Your photo", picture="Your own")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    )
    expect(page.get_by_text("700 × 500 pixels; the network")).to_be_visible(timeout=60_000)
    wait_for_app(page, seconds=60)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PNG at full size").click()
    made = Image.open(waiting.value.path())
    assert made.mode == "RGBA"
    assert made.size == (700, 500)
    assert not made.getexif()
    opacity = np.asarray(made)[..., 3]
    assert opacity.min() < 20
    assert opacity.max() > 235


@needs_people
def test_the_threshold_cuts_in_the_browser_as_the_engine_would(page):
    opened(page, "Why is it black?", broken="not broken", picture="Astronaut")
    white, sent = page.get_by_test_id("threshold-white"), listen(page)
    shares = []
    for threshold in (0.1, 0.5, 0.9):
        page.get_by_test_id("threshold-dial").fill(str(threshold))
        mask = pixels(page, "threshold-mask")
        assert set(np.unique(mask)) <= {0, 255}
        shares.append((mask > 0).mean())
        expect(white).to_contain_text("% white")
    assert shares[0] > shares[1] > shares[2] > 0
    assert not [address for address in sent if "/api/shown/" in address]


@needs_people
def test_class_numbers_saved_as_grey_look_black_until_they_are_spread(page):
    opened(page, "Why is it black?", broken="not broken", picture="Astronaut")
    before = pixels(page, "threshold-mask")
    page.get_by_role("button", name="class numbers, as saved").click()
    numbers = until_changed(page, "threshold-mask", before)
    assert 0 < numbers.max() <= 7
    page.get_by_role("button", name="class numbers × 255").click()
    assert until_changed(page, "threshold-mask", numbers).max() > 30


@needs_people
def test_a_skip_that_is_switched_changes_the_mask_and_its_overlap(page):
    opened(page, "Skips")
    overlap = page.get_by_test_id("stMetricValue").first
    first = overlap.inner_text()
    page.get_by_role("radiogroup", name="Skip 0").get_by_role("radio", name="on").click()
    expect(overlap).to_have_text("100.0 %", timeout=30_000)
    assert first != "100.0 %"


def test_what_is_no_picture_gets_a_sentence(page):
    open_exhibit(page, "/segmentation", "Your photo", picture="Your own")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    expect(page.get_by_test_id("stAlertContentWarning")).to_be_visible(timeout=30_000)
    expect_whole(page, "a broken upload")


def _with_a_place() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    return exif
