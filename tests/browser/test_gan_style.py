"""/gans, Style, in a real Chromium: three planes that follow one hand without the server, films, every screen."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

from engine import checkpoints
from tests.browser.driver import expect_whole, open_exhibit
from tests.browser.test_autoencoders import SCREENS, listen, pixels, until_changed
from tests.browser.test_gan_pictures import needs

TOY = "Why a mapping network"
VIEWS = ("Z against W", "Truncation", "Style mixing", TOY)
PLACE = re.compile(r"z = \((.+?), (.+?)\).* data = \((.+?), (.+?)\)")


@pytest.fixture
def toy(page) -> Page:
    """The toy, ready to be pointed at."""
    open_exhibit(page, "/gans", "Style", style_view=TOY)
    expect(page.get_by_test_id("mapping-place")).to_contain_text("data = ", timeout=60_000)
    return page


def place(page: Page) -> np.ndarray:
    """z and data of B, (4,)."""
    found = PLACE.search(page.get_by_test_id("mapping-place").inner_text())
    return np.array([float(number) for number in found.groups()])


@pytest.mark.parametrize("screen", SCREENS)
def test_every_view_fits_every_screen(new_page, screen):
    page = new_page(**SCREENS[screen])
    for view in VIEWS:
        open_exhibit(page, "/gans", "Style", style_view=view)
        expect(page.get_by_role("radio", name=view, exact=True)).to_be_checked(timeout=60_000)
        expect_whole(page, view)


@needs("mapping-toys")
@pytest.mark.parametrize("plane", ("mapping-z", "mapping-w", "mapping-x"))
def test_a_point_in_one_plane_is_found_in_all_without_the_server(toy, plane):
    others = {name: pixels(toy, name) for name in ("mapping-z", "mapping-w", "mapping-x")}
    sent, before = listen(toy), place(toy)
    canvas = toy.get_by_test_id(plane)
    side = canvas.bounding_box()["width"]
    canvas.hover(position={"x": 0.55 * side, "y": 0.6 * side})
    for name, seen in others.items():
        until_changed(toy, name, seen)
    found = place(toy)
    assert np.abs(found - before).max() > 0.05
    model, z = checkpoints.load("mapping-toys", torch.device("cpu")), torch.tensor(found[None, :2]).float()
    painted = model.generator["mapped"](z)[0].numpy()
    np.testing.assert_allclose(found[2:], painted, atol=0.06)  # the page reads a table between its lines
    assert not sent


@needs("mapping-toys")
def test_a_straight_walk_in_w_is_straight_in_the_data(toy):
    ratio = re.compile(r": ([\d.]+) × the direct way, steps ± (\d+) %")
    in_z, in_w = (
        tuple(map(float, ratio.search(toy.get_by_test_id(f"mapping-walk-{space}").inner_text()).groups()))
        for space in "zw"
    )
    assert in_w[0] < 1.05 < in_z[0] or in_w[1] < in_z[1]
    assert in_w[1] < in_z[1]


@needs("mapping-toys")
def test_keys_move_both_ends(toy):
    canvas = toy.get_by_test_id("mapping-z")
    canvas.focus()
    before, seen = place(toy), pixels(toy, "mapping-z")
    toy.keyboard.press("ArrowRight")
    until_changed(toy, "mapping-z", seen)
    np.testing.assert_allclose(place(toy)[:2], before[:2] + [0.1, 0], atol=0.011)
    before, seen = place(toy), pixels(toy, "mapping-z")
    toy.keyboard.press("Shift+ArrowUp")
    until_changed(toy, "mapping-z", seen)
    np.testing.assert_allclose(place(toy), before)


@needs("mapping-toys")
def test_without_a_mapping_w_is_gone(toy):
    toy.get_by_role("radio", name="Without").click()
    expect(toy.get_by_test_id("mapping-w")).to_be_hidden(timeout=30_000)
    expect(toy.get_by_test_id("mapping-walk-w")).to_contain_text("no W")
    expect(toy.get_by_test_id("mapping-z")).to_be_visible()


@needs("gan-style-mnist")
def test_the_dial_changes_the_wall(page):
    open_exhibit(page, "/gans", "Style", style_view="Truncation")
    wall = page.locator(".wall img").first
    before = wall.get_attribute("src", timeout=60_000)
    page.get_by_role("slider", name="ψ").press("ArrowRight")
    expect(wall).not_to_have_attribute("src", before, timeout=30_000)


@needs("gan-style-mnist")
def test_the_address_keeps_the_view(page):
    open_exhibit(page, "/gans", "Style", style_view="Truncation", style_psi="0.3")
    expect(page.get_by_role("slider", name="ψ")).to_have_value("0.3", timeout=60_000)
