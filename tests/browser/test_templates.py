"""Ready texts in a real browser: put in with one press, never over what was typed unasked, and a school's own."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_drafts import NEW, SIZES, Browse, expect_saved, expect_written, write
from tests.live.webs import Webs
from tests.support.axe import findings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]


def ready(page: Page, name: str) -> None:
    page.locator("#ready").get_by_role("button", name=name, exact=True).click()


def body(page: Page) -> str:
    return page.locator("#composer [name=body]").input_value()


@SIZES
def test_from_a_ready_text_to_an_alarm_and_from_ones_own_words_to_a_ready_text(
    web: Webs, browse: Browse, size: tuple[int, int]
) -> None:
    page = browse(web.url(), "margaret", size)
    page.goto(NEW)
    page.locator("#composer [name=include][value='role:parent']").first.check()
    ready(page, "Evacuation")
    expect(page.locator("[name=category][value=emergency]")).to_be_checked()
    expect(page.locator("#composer [name=include][value='role:parent']")).to_be_checked()
    page.keyboard.type("the sports field")  # what is to be put in is selected already
    assert "to go to **the sports field**." in body(page)
    assert "{" not in body(page)

    ready(page, "Lockdown")
    asked = page.get_by_role("dialog").filter(has_text="in the place of what you have written")
    assert findings(page) == []
    asked.get_by_role("button", name="Keep what I wrote").click()
    assert "sports field" in body(page)
    ready(page, "Lockdown")
    asked.get_by_role("button", name="Replace it").click()
    expect(page.locator("#composer [name=title]")).to_have_value("Lockdown at Northfield Primary")
    ready(page, "Shelter")
    expect(asked).to_be_hidden()  # nothing of theirs stood there
    expect(page.locator("#composer [name=title]")).to_have_value("Shelter inside: {hazard}")
    page.get_by_role("button", name=re.compile("Check")).last.click()
    expect(page.locator("main")).to_contain_text("{hazard} still stands in it.")
    assert findings(page) == []
    page.locator("[name=school_name]").fill("Northfield Primary")
    expect(page.get_by_role("button", name=re.compile("^Send to"))).to_be_enabled()

    page.goto(NEW)
    write(page, "title", "Lost on {today}")
    write(page, "body", "A blue key. Ask at the office.")
    expect_saved(page)
    page.get_by_role("button", name="Save as template").click()
    page.locator("[name=name]").fill("Lost and found")
    assert findings(page) == []
    page.get_by_role("button", name="Save the template").click()
    expect_written(page, "Lost on {today}", "A blue key. Ask at the office.")
    page.goto("/notifications/templates")
    assert findings(page) == []
    page.get_by_role("link", name="Write from the template “Lost and found”").click()
    expect(page.locator("#composer [name=title]")).to_have_value(re.compile(r"^Lost on \w+, .*\d{4}$"))
    page.goto(NEW)
    ready(page, "Lost and found")
    expect(page.locator("#composer [name=body]")).to_have_value("A blue key. Ask at the office.")
