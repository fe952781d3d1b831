"""/gans in a real Chromium: walls that light up together, a training that scrubs, a slice painted under the hand."""

import re

import pytest
from playwright.sync_api import expect

from engine import cards
from tests.browser.driver import expect_whole, open_exhibit
from tests.browser.test_autoencoders import SCREENS, listen, pixels, until_changed

EXHIBITS = ("Pictures", "Conditional", "Discriminator", "Three families")
VIEWS = ("Side by side", "The collapse", "Between two latents", "A slice to touch")


def needs(model: str) -> pytest.MarkDecorator:
    """Skip where a model is not published."""
    return pytest.mark.skipif(model not in cards.names(), reason=f"{model} is not published")


@pytest.mark.parametrize("screen", SCREENS)
def test_every_exhibit_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    for exhibit, view in [*((exhibit, VIEWS[0]) for exhibit in EXHIBITS), *(("Pictures", view) for view in VIEWS[1:])]:
        open_exhibit(page, "/gans", exhibit, gan_view=view)
        expect(page.get_by_role("radio", name=exhibit, exact=True)).to_be_checked(timeout=60_000)
        expect_whole(page, f"{exhibit}, {view}")


@needs("gan-ns-mnist")
def test_a_picture_pointed_at_lights_up_in_every_wall_without_the_server(page):
    open_exhibit(page, "/gans", "Pictures")
    lens = page.get_by_test_id("walls-lens-0")
    expect(lens).to_contain_text("z1 ", timeout=30_000)
    sent = listen(page)
    page.get_by_test_id("walls-wall-0").hover(position={"x": 5, "y": 5})
    page.get_by_test_id("walls-wall-0").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    for reading in page.get_by_test_id(re.compile(r"walls-lens-\d")).all():
        expect(reading).to_contain_text("z10 ")
    assert not sent


@needs("gan-ns-mnist")
def test_a_bar_leaves_its_class_alone(page):
    open_exhibit(page, "/gans", "Pictures")
    bars = page.get_by_test_id("walls-bars-0").get_by_role("button")
    expect(bars).to_have_count(10, timeout=30_000)
    wall = page.get_by_test_id("walls-wall-0").locator("canvas")
    before = wall.evaluate("canvas => canvas.toDataURL()")
    bars.nth(3).click()
    expect(bars.nth(3)).to_have_attribute("aria-pressed", "true")
    assert wall.evaluate("canvas => canvas.toDataURL()") != before
    page.get_by_test_id("walls-everyone").click()
    assert wall.evaluate("canvas => canvas.toDataURL()") == before


@needs("gan-vanilla-mnist")
def test_a_training_scrubs_with_its_counts_without_the_server(page):
    open_exhibit(page, "/gans", "Pictures", gan_view="The collapse")
    scrub = page.get_by_test_id("walls-scrub")
    expect(scrub).to_be_visible(timeout=60_000)
    scrub.press("Home")
    caption, coverage = page.get_by_test_id("walls-caption"), page.get_by_test_id("walls-coverage-0")
    expect(caption).to_contain_text("step 0 ")
    first, sent = coverage.inner_text(), listen(page)
    scrub.press("End")
    expect(caption).not_to_contain_text("step 0 ")
    expect(coverage).not_to_have_text(first)
    assert not sent


@needs("gan-ns-mnist")
def test_a_slice_paints_under_the_hand(page):
    open_exhibit(page, "/gans", "Pictures", gan_view="A slice to touch")
    slice_map = page.get_by_test_id("slice-map-0")
    expect(slice_map).to_be_visible(timeout=60_000)
    page.wait_for_load_state("networkidle")
    before = pixels(page, "slice-picture-0")
    box = slice_map.bounding_box()
    with page.expect_response(re.compile("/api/generate/gan-")) as answer:
        page.mouse.move(box["x"] + 0.15 * box["width"], box["y"] + 0.8 * box["height"])
    assert answer.value.ok
    painted = until_changed(page, "slice-picture-0", before)
    place = page.get_by_test_id("slice-place").inner_text()
    slice_map.focus()
    page.keyboard.press("Shift+ArrowUp")
    expect(page.get_by_test_id("slice-place")).not_to_have_text(place)
    until_changed(page, "slice-picture-0", painted)


@needs("gan-ns-mnist")
def test_a_latent_that_is_none_is_refused(page):
    open_exhibit(page, "/gans", "Pictures")
    for model, body in (
        ("gan-ns-mnist", b""), ("gan-ns-mnist", b"abc"), ("gan-ns-mnist", b"\x00" * 12),
        ("gan-ns-mnist", b"\x00\x00\xc0\x7f" * 32), ("gan-of-nothing", b"\x00" * 128),
    ):  # fmt: skip
        answer = page.request.post(f"/api/generate/{model}", data=body)
        assert answer.status == 400, answer.text()
        assert "Traceback" not in answer.text()
