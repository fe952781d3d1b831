"""Words on scenes in a real Chromium: the lens lights up under the hand and asks no server; the film is scrubbed."""

import pytest
from playwright.sync_api import Page, expect

from engine import cards
from tests.browser.driver import expect_whole, open_exhibit
from tests.browser.test_autoencoders import listen

pytestmark = pytest.mark.skipif(
    not {"text2scene", "scene-autoencoder"} <= set(cards.names()), reason="text2scene is not published"
)


def seen(page: Page, picture: int) -> str:
    """All that is drawn of a picture."""
    return page.get_by_test_id(f"lens-picture-{picture}").evaluate("canvas => canvas.toDataURL()")


def until_changed(page: Page, picture: int, before: str) -> str:
    """A picture once it differs from `before`."""
    for _ in range(300):
        if (now := seen(page, picture)) != before:
            return now
        page.wait_for_timeout(100)
    pytest.fail(f"picture {picture} did not change")


def open_lens(page: Page, **parameters: str) -> None:
    """Open the exhibit on a short run and wait until the lens has its pictures."""
    open_exhibit(page, "/editing", "Words on scenes", words_steps="5", **parameters)
    expect(page.get_by_test_id("lens-caption")).to_contain_text("step 5 of 5", timeout=120_000)


def test_words_and_places_light_up_in_the_browser_alone(page):
    open_lens(page)
    sent = listen(page)
    plain, says = seen(page, 1), page.get_by_test_id("lens-says")
    page.get_by_test_id("lens-word-0-2").hover()
    lit = until_changed(page, 1, plain)
    expect(says).to_contain_text("on “a red star”")
    page.mouse.move(5, 5)
    assert until_changed(page, 1, lit) == plain
    page.get_by_test_id("lens-word-1-2").press("Enter")
    expect(page.get_by_test_id("lens-word-0-2")).to_have_attribute("aria-pressed", "true")
    page.get_by_test_id("lens-word").click()
    expect(says).to_contain_text("on “red”")
    page.get_by_test_id("lens-picture-0").press("ArrowRight")
    expect(says).to_contain_text("This place of “Before” looks at")
    assert not [address for address in sent if "/api/" in address]


def test_the_film_is_scrubbed_by_keys_and_shows_differences(page):
    open_lens(page)
    end = seen(page, 0)
    page.get_by_test_id("lens-scrub").press("Home")
    expect(page.get_by_test_id("lens-caption")).to_contain_text("step 0 of 5 · words are looked for")
    noise = until_changed(page, 0, end)
    page.get_by_test_id("lens-x0").click()
    until_changed(page, 0, noise)
    after = seen(page, 1)
    page.get_by_test_id("lens-difference").click()
    until_changed(page, 1, after)


def test_another_prompt_paints_another_picture_and_breaking_it_a_third(page):
    open_lens(page)
    before = seen(page, 1)
    prompt = page.get_by_role("textbox", name="New prompt")
    prompt.fill("a yellow circle left of a blue square")
    prompt.press("Enter")
    expect(page.get_by_test_id("lens-word-1-2")).to_have_text("yellow", timeout=60_000)
    until_changed(page, 1, before)
    page.get_by_role("radio", name="Injection off").click()
    expect(page.get_by_test_id("lens-picture-2")).to_be_visible(timeout=60_000)
    expect_whole(page, "three pictures")
