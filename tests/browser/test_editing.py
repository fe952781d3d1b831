"""/editing in a real Chromium: strokes that follow the hand, by pointer and by keys; results and files from them."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from engine import cards
from tests.browser.driver import expect_whole, open_exhibit
from tests.browser.test_autoencoders import SCREENS, listen

EXHIBITS = ("Words on scenes", "Your photo", "Restore", "SDEdit", "Fill a hole", "Large models")
needs_people = pytest.mark.skipif("unet-people" not in cards.names(), reason="unet-people is not published")
needs_painter = pytest.mark.skipif("ddpm-mnist" not in cards.names(), reason="ddpm-mnist is not published")


def covered(page: Page) -> float:
    """The share of the mask that is painted."""
    return page.get_by_test_id("brush-ink").evaluate(
        """ink => {
          const { data } = ink.getContext("2d").getImageData(0, 0, ink.width, ink.height);
          return data.filter((value, i) => i % 4 === 3 && value > 127).length / (data.length / 4);
        }"""
    )


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A stroke from one place of the photo to another, in shares of it."""
    box = page.get_by_test_id("brush-sheet").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end)]
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=8)
    page.mouse.up()


@needs_painter
@pytest.mark.parametrize("screen", SCREENS)
def test_every_exhibit_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    for exhibit in EXHIBITS:
        open_exhibit(page, "/editing", exhibit)
        expect(page.get_by_role("radio", name=exhibit, exact=True)).to_be_checked(timeout=30_000)
        expect_whole(page, exhibit)


def test_strokes_are_drawn_in_the_browser_and_undone_and_done_again(page):
    open_exhibit(page, "/editing", "Your photo", edit="Remove", photo="Coffee")
    sent = listen(page)
    assert covered(page) == 0
    drag(page, (0.2, 0.3), (0.6, 0.3))
    line = covered(page)
    assert 0.02 < line < 0.06
    page.get_by_test_id("brush-eraser").click()
    drag(page, (0.4, 0.2), (0.4, 0.4))
    cut = covered(page)
    assert 0 < cut < line
    page.get_by_test_id("brush-undo").click()
    assert covered(page) == pytest.approx(line, rel=0.01)
    page.get_by_test_id("brush-redo").click()
    assert covered(page) == pytest.approx(cut, rel=0.01)
    page.get_by_test_id("brush-clear").click()
    assert covered(page) == 0
    page.get_by_test_id("brush-undo").click()
    assert covered(page) == pytest.approx(cut, rel=0.01)
    assert not [address for address in sent if "/api/" in address and "/api/shown/" not in address]


def test_a_click_is_a_dab(page):
    open_exhibit(page, "/editing", "Your photo", edit="Remove", photo="Coffee")
    box = page.get_by_test_id("brush-sheet").bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    assert covered(page) == pytest.approx(np.pi * 0.03**2 * 1.5, rel=0.1)
    expect(page.get_by_text("Your 1 stroke turned")).to_be_visible(timeout=60_000)


def test_the_keys_paint_as_well(page):
    open_exhibit(page, "/editing", "Your photo", edit="Remove", photo="Coffee")
    page.get_by_test_id("brush-sheet").focus()
    for key in ("Space", "Shift+ArrowRight", "Shift+ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    painted = covered(page)
    assert painted > 0.003
    page.keyboard.press("e")
    expect(page.get_by_test_id("brush-eraser")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Control+z")
    assert covered(page) == 0


def test_a_stroke_changes_the_result_and_the_file_has_the_photos_own_size_and_no_metadata(page):
    photo, file = Image.new("RGB", (1800, 1200), (90, 140, 200)), io.BytesIO()
    photo.paste((200, 30, 30), (850, 550, 950, 650))
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    photo.save(file, "PNG", exif=exif)
    open_exhibit(page, "/editing", "Your photo", edit="Remove", photo="Your own")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "me.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    expect(page.get_by_text("1,800 × 1,200 pixels")).to_be_visible(timeout=60_000)
    before = page.get_by_alt_text("Remove", exact=True).get_attribute("src")
    drag(page, (0.45, 0.5), (0.55, 0.5))
    drag(page, (0.47, 0.47), (0.53, 0.53))
    drag(page, (0.47, 0.53), (0.53, 0.47))
    expect(page.get_by_alt_text("Remove", exact=True)).not_to_have_attribute("src", before, timeout=60_000)
    expect(page.get_by_text("Your 3 strokes")).to_be_visible(timeout=60_000)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="PNG at full size").click()
    made = Image.open(waiting.value.path())
    assert made.size == (1800, 1200) and made.mode == "RGB"
    assert not made.getexif() and not made.info
    pixels = np.asarray(made).astype(int)
    assert np.abs(pixels[600, 900] - (90, 140, 200)).max() <= 3
    assert (pixels[:300] == (90, 140, 200)).all()


@needs_people
def test_a_mask_of_the_network_is_corrected_by_hand(page):
    open_exhibit(page, "/editing", "Your photo")
    expect(page.get_by_alt_text("Cut out")).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("brush-clear")).to_be_disabled()
    proposed = covered(page)
    assert 0.05 < proposed < 0.9
    page.get_by_test_id("brush-eraser").click()
    drag(page, (0.3, 0.6), (0.6, 0.9))
    assert covered(page) < proposed
    expect(page.get_by_text("Your 1 stroke turned")).to_be_visible(timeout=60_000)


def test_restoring_is_watched_and_can_be_stopped(page):
    open_exhibit(page, "/editing", "Restore", restore_side="96")
    page.get_by_role("button", name="Restore it").click()
    expect(page.get_by_text("s of fitting")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="Stop and keep").click()
    expect(page.get_by_role("button", name="Best PNG")).to_be_visible(timeout=60_000)
    expect_whole(page, "a restoration that was stopped")


@needs_painter
def test_a_hole_in_a_digit_is_brushed_and_filled(page):
    open_exhibit(page, "/editing", "Fill a hole", fill_steps="5", rounds="1")
    expect(page.get_by_text("The hole has 173 of 784 pixels")).to_be_visible(timeout=90_000)
    drag(page, (0.3, 0.8), (0.7, 0.8))
    expect(page.get_by_text("The hole has 173 of 784 pixels")).to_have_count(0, timeout=90_000)
    expect(page.get_by_test_id("player-picture")).to_be_visible(timeout=90_000)
