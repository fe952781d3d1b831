"""/retrieval in a real Chromium: search with words and clicks, a matrix that follows the hand, a map, every screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from engine import cards
from tests.browser.driver import expect_whole, open_exhibit
from tests.browser.test_autoencoders import SCREENS, listen, pixels, until_changed

EXHIBITS = ("Search", "Zero-shot", "Matrix", "Map", "Why this match", "Break it")
pytestmark = pytest.mark.skipif(
    not {"clip-scenes", "clip-flickr8k"} <= set(cards.names()), reason="the CLIP models are not published"
)


def ids(page: Page) -> list[str]:
    """The ids on the board, best first."""
    tiles = page.get_by_test_id("picture-board").locator("li")
    expect(tiles).to_have_count(24, timeout=60_000)
    return tiles.evaluate_all("tiles => tiles.map(t => t.dataset.id)")


def until_first(page: Page, id: str) -> None:
    """Wait until the tile with `id` leads the board."""
    expect(page.get_by_test_id("picture-board").locator("li").first).to_have_attribute("data-id", id, timeout=30_000)


def until_other_first(page: Page, id: str) -> None:
    """Wait until another tile than `id` leads the board."""
    first = page.get_by_test_id("picture-board").locator("li").first
    expect(first).not_to_have_attribute("data-id", id, timeout=30_000)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_exhibit_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    for exhibit in EXHIBITS:
        open_exhibit(page, "/retrieval", exhibit)
        expect_whole(page, exhibit)


def test_typing_and_enter_searches(page):
    open_exhibit(page, "/retrieval", "Search")
    before = ids(page)
    words = page.get_by_role("textbox", name="Search")
    words.fill("one small yellow circle on a black background")
    words.press("Enter")
    until_other_first(page, before[0])
    expect(page).to_have_url(re.compile("q-scenes=one"))


def test_a_click_searches_by_a_picture_and_a_minus_takes_one_away(page):
    open_exhibit(page, "/retrieval", "Search")
    third, fifth = ids(page)[2], ids(page)[4]
    tile = page.get_by_test_id("picture-board").locator(f'li[data-id="{third}"]')
    tile.get_by_role("button").first.click()
    until_first(page, third)  # nothing is more like a picture than itself
    expect(page).to_have_url(re.compile(f"like={third}"))
    if fifth in ids(page):
        other = page.get_by_test_id("picture-board").locator(f'li[data-id="{fifth}"]')
        other.hover()
        other.get_by_role("button", name="Take away").click()
        expect(page).to_have_url(re.compile(f"like={third}(;|%3B)-{fifth}"), timeout=30_000)
        until_first(page, third)


def test_a_link_with_pictures_in_the_query_opens_the_same_ranking(new_page):
    rankings = []
    for _ in range(2):
        page = new_page()
        open_exhibit(page, "/retrieval", "Search", like="12;-40", minus="red")
        rankings.append(ids(page))
    assert rankings[0] == rankings[1] and rankings[0][0] == "12"


def loss(page: Page) -> float:
    """What the matrix says of its loss."""
    expect(page.get_by_test_id("matrix-loss")).to_contain_text("nats", timeout=60_000)
    return float(re.search(r"= ([\d.]+) nats", page.get_by_test_id("matrix-loss").inner_text()).group(1))


def test_shuffling_texts_raises_the_loss_and_order_restores_it_without_the_server(page):
    open_exhibit(page, "/retrieval", "Matrix")
    before, sent = loss(page), listen(page)
    page.get_by_test_id("matrix-shuffle-two").click()
    assert loss(page) > before
    page.get_by_test_id("matrix-in-order").click()
    assert loss(page) == before
    heads = page.get_by_test_id("matrix-grid").get_by_role("button")
    heads.nth(0).click()
    heads.nth(1).click()
    assert loss(page) > before
    assert not sent


def test_a_hot_temperature_is_guessing(page):
    open_exhibit(page, "/retrieval", "Matrix", pairs="8")
    dial = page.get_by_role("slider", name="Temperature, times the learned one")
    dial.fill("2")
    assert loss(page) == pytest.approx(2.079, abs=0.2)  # ln 8


def test_the_map_is_pointed_at_and_the_gap_closed_without_the_server(page):
    open_exhibit(page, "/retrieval", "Map")
    expect(page.get_by_test_id("map-facts")).to_contain_text("gap", timeout=30_000)
    sent, seen = listen(page), pixels(page, "map-canvas")
    said = page.get_by_test_id("map-text").inner_text()
    box = page.get_by_test_id("map-canvas").bounding_box()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.7 * box["height"])
    expect(page.get_by_test_id("map-text")).not_to_have_text(said)
    until_changed(page, "map-canvas", seen)
    slider = page.get_by_role("slider", name="How much of the modality gap is closed")
    slider.fill("1")
    expect(page.get_by_test_id("map-facts")).to_contain_text("gap 0.000")
    assert not sent


def test_a_tiny_clip_trains_and_its_matrix_can_be_pointed_at(page):
    open_exhibit(page, "/retrieval", "Matrix", matrix_view="Train it live", live_steps="50")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("Step 50 of 50")).to_be_visible(timeout=120_000)
    expect(page.get_by_test_id("contrastive-matrix")).to_be_visible()
