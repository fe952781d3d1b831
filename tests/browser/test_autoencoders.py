"""/autoencoders in a real Chromium: what moves when it is touched, and what must not."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from engine.checkpoints import load
from tests.browser.driver import expect_whole, wait_for_app

EXHIBITS = (
    "Atlas", "5-D and 20-D", "Your own", "Arithmetic", "Corrupt and restore", "VQ codes", "Break it", "Why variational",
    "Train it now",
)  # fmt: skip
SCREENS = {
    "desktop-light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "desktop-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "phone-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "has_touch": True},
    "phone-dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True},
}
PIXELS = """canvas => Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)
    .filter((_, i) => i % 4 === 0)"""


def pixels(page: Page, name: str) -> np.ndarray:
    """The grey pixels of the canvas with this test id."""
    return np.array(page.get_by_test_id(name).evaluate(PIXELS))


def until_changed(page: Page, name: str, before: np.ndarray) -> np.ndarray:
    """The canvas's pixels once they differ from `before`."""
    for _ in range(100):
        now = pixels(page, name)
        if now.shape != before.shape or (now != before).any():
            return now
        page.wait_for_timeout(100)
    pytest.fail(f"{name} did not change")


def open_exhibit(page: Page, exhibit: str, **parameters: str) -> None:
    """Go to an exhibit by its link."""
    query = "&".join(f"{name}={value}" for name, value in {"exhibit": exhibit.replace(" ", "+"), **parameters}.items())
    page.goto(f"/autoencoders?{query}")
    wait_for_app(page, seconds=60)


def listen(page: Page) -> list[str]:
    """The addresses that the page asks for from now on, once its own loading is over."""
    page.wait_for_load_state("networkidle")
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    return sent


def open_atlas(page: Page) -> dict[str, float]:
    """Go to the atlas, wait until its picture moves by itself, and return the map's box."""
    open_exhibit(page, "Atlas")
    until_changed(page, "atlas-picture", pixels(page, "atlas-picture"))
    return page.get_by_test_id("atlas-map").bounding_box()


@pytest.mark.parametrize("screen", SCREENS)
def test_every_exhibit_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    for exhibit in EXHIBITS:
        open_exhibit(page, exhibit)
        expect(page.get_by_role("radio", name=exhibit, exact=True)).to_be_checked(timeout=30_000)
        expect_whole(page, exhibit)


def test_hovering_decodes_in_the_browser_alone(page):
    box = open_atlas(page)
    shown, sent = [], listen(page)
    for share in (0.2, 0.4, 0.6, 0.8):
        page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.5 * box["height"])
        page.wait_for_timeout(300)
        shown.append(pixels(page, "atlas-picture"))
    assert all((a != b).any() for a, b in zip(shown[:-1], shown[1:], strict=True))
    assert not sent


def test_the_browsers_decoder_equals_the_engines(page):
    import torch

    decoder = load("vae2-mnist", torch.device("cpu"))
    box = open_atlas(page)
    page.mouse.move(box["x"] + 0.35 * box["width"], box["y"] + 0.6 * box["height"])
    page.wait_for_timeout(2000)
    written = page.get_by_test_id("atlas-z").inner_text().replace("−", "-")
    z = [float(number) for number in re.findall(r"[+-]\d+\.\d+", written)]
    expected = decoder.decode(torch.tensor([z]))[0, 0].numpy()
    assert np.abs(pixels(page, "atlas-picture").reshape(28, 28) / 255 - expected).mean() < 0.01


def test_two_pins_make_a_strip_and_a_link(page, new_page):
    box = open_atlas(page)
    for share in (0.3, 0.7):
        page.mouse.click(box["x"] + share * box["width"], box["y"] + share * box["height"])
        page.wait_for_timeout(400)
    expect(page).to_have_url(re.compile("pins=[^&]*(;|%3B)"))
    expect(page.get_by_test_id("atlas-strip")).to_be_visible()
    expect(page.get_by_role("button", name="Path GIF")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Path GIF").click()
    film = Image.open(download.value.path())
    assert film.format == "GIF"
    assert film.n_frames > 20

    other = new_page()
    other.goto(page.evaluate("location.href"))
    wait_for_app(other, seconds=60)
    expect(other.get_by_test_id("atlas-strip")).to_be_visible()


def test_dials_decode_while_the_hand_moves(page):
    open_exhibit(page, "5-D and 20-D")
    page.get_by_test_id("dials-zero").click()
    page.wait_for_timeout(800)
    before = pixels(page, "dials-picture")
    first = page.locator("[data-testid^=dials-range-]").first
    with page.expect_response(re.compile("/api/decode/vae20-mnist")):
        first.focus()
        for _ in range(10):
            first.press("ArrowRight")
    until_changed(page, "dials-picture", before)


def test_a_drawing_changes_every_lane(page):
    open_exhibit(page, "Your own")
    lane = page.get_by_alt_text("linear reconstruction")
    before = lane.get_attribute("src")
    ink = page.get_by_test_id("sketch-ink")
    ink.scroll_into_view_if_needed()
    box = ink.bounding_box()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"], steps=8)
    page.mouse.up()
    expect(lane).not_to_have_attribute("src", before, timeout=15_000)
    expect(page.get_by_text("Looks like the data")).to_be_visible()


def test_uploads_are_answered_with_a_picture_or_a_sentence(page):
    open_exhibit(page, "Your own")
    page.get_by_role("tab", name="Upload").click()
    chooser = page.locator("input[type=file]")
    chooser.set_input_files({"name": "broken.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\nnot really"})
    expect(page.get_by_test_id("stAlert")).to_be_visible(timeout=20_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)

    paper = np.full((300, 200), 255, np.uint8)
    paper[60:240, 95:110] = 20
    file = io.BytesIO()
    Image.fromarray(paper).save(file, "PNG")
    chooser.set_input_files({"name": "one.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(page.get_by_text("Looks like the data")).to_be_visible(timeout=20_000)


def test_swapping_a_code_changes_the_picture_and_undo_brings_it_back(page):
    open_exhibit(page, "VQ codes")
    page.wait_for_timeout(1500)
    before = pixels(page, "board-picture")
    page.get_by_test_id("cell-24").click()
    page.locator("[data-testid^=code-]").nth(5).click()
    until_changed(page, "board-picture", before)
    page.get_by_test_id("board-undo").click()
    page.mouse.move(5, 5)
    page.wait_for_timeout(1500)
    assert np.array_equal(pixels(page, "board-picture"), before)


def test_a_film_plays_without_the_server(page):
    open_exhibit(page, "Arithmetic")
    before = pixels(page, "player-picture")
    sent = listen(page)
    until_changed(page, "player-picture", before)
    assert not sent


def test_training_starts_shows_its_map_and_stops(page):
    open_exhibit(page, "Train it now", **{"live-steps": "5000"})
    page.get_by_role("button", name="Train", exact=True).click()
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text(re.compile(r"Step [1-9]"), timeout=90_000)
    page.get_by_role("button", name="Stop and look").click()
    wait_for_app(page)
    halted = progress.inner_text()
    page.wait_for_timeout(2000)
    assert progress.inner_text() == halted
    assert "of 5,000" in halted
