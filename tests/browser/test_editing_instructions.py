"""Instructions in a real Chromium: a place of the grid is chosen by hand and by keys, examples change the picture."""

import re

import pytest
from playwright.sync_api import expect

from engine import cards
from tests.browser.driver import expect_whole, open_exhibit

NEEDED = {"instruct-scenes", "scene-autoencoder", "judge-scenes"}
needs_editor = pytest.mark.skipif(not set(cards.names()) >= NEEDED, reason="instruct-scenes is not published")
needs_painter = pytest.mark.skipif("text2scene" not in cards.names(), reason="text2scene is not published")


@needs_editor
def test_a_place_of_the_grid_turns_both_dials_and_an_example_changes_the_instruction(page):
    open_exhibit(page, "/editing", "Instructions", edit_steps="5")
    grid = page.get_by_test_id("guidance-grid")
    expect(grid.get_by_test_id("guidance-2-1")).to_have_attribute("aria-pressed", "true", timeout=120_000)
    grid.get_by_test_id("guidance-2-1").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(grid.get_by_test_id("guidance-0-1")).to_have_attribute("aria-pressed", "true", timeout=120_000)
    expect(page).to_have_url(re.compile("edit-w-picture=0"))
    before = page.get_by_label("What should change?").input_value()
    page.get_by_role("radio", name=re.compile("^remove the")).click()
    expect(page.get_by_label("What should change?")).not_to_have_value(before, timeout=120_000)
    expect(page.get_by_test_id("lens-word-1-1")).to_be_visible(timeout=120_000)
    expect_whole(page, "Instructions")


@needs_painter
def test_blots_of_another_colour_are_brushed_and_painted_over(page):
    open_exhibit(page, "/editing", "SDEdit", data="Scenes", sdedit_steps="5")
    begun = page.locator(".figures.large img").first
    before = begun.get_attribute("src")
    box = page.get_by_test_id("brush-sheet").bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.15 * box["height"])
    expect(begun).not_to_have_attribute("src", before, timeout=120_000)
    expect_whole(page, "SDEdit on scenes")
