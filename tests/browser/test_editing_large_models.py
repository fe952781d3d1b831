"""Large models in a real Chromium, as far as they go without a download: the stand-in follows the brush."""

from playwright.sync_api import Page, expect

from tests.browser.driver import expect_whole, open_exhibit
from tests.browser.test_editing import drag


def test_the_hole_is_mended_where_it_is_brushed_until_a_model_is_here(page: Page):
    open_exhibit(page, "/editing", "Large models")
    filled = page.get_by_role("img", name="The hole filled without a model")
    before = filled.get_attribute("src")
    drag(page, (0.7, 0.2), (0.75, 0.25))
    expect(filled).not_to_have_attribute("src", before, timeout=30_000)
    page.get_by_test_id("brush-clear").click()
    expect(page.get_by_text("Nothing is marked yet")).to_be_visible(timeout=30_000)
    page.get_by_role("radio", name="Instruction", exact=True).click()
    expect(page.get_by_text("What the model will see")).to_be_visible(timeout=30_000)
    expect(page.get_by_label("Instruction", exact=True).and_(page.get_by_role("textbox"))).to_have_value(
        "make the suit blue"
    )
    expect_whole(page, "Large models")
