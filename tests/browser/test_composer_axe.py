"""Composer, drafts and templates in the states that people meet, looked at with axe: light and dark, small and wide."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_composer import SEND
from tests.browser.test_drafts import DRAFTS, NEW, Browse, expect_saved
from tests.live.webs import Webs
from tests.support.axe import findings
from tests.support.fixtures_site import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
TEMPLATES = "/notifications/templates"


def assert_sound(page: Page, state: str, *sizes: tuple[int, int]) -> None:
    for width, height in sizes or (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{state} is too wide for {width}"
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert findings(page) == [], f"{state}, {width} px, {scheme}"


@pytest.fixture
def margaret(web: Webs, browse: Browse) -> Page:
    return browse(web.url(), "margaret", reduced_motion="reduce")


def test_axe_finds_nothing_on_the_composer_whatever_is_open_in_it(margaret: Page) -> None:
    page = margaret
    page.goto(NEW)
    expect(page.locator("#draft-save")).to_have_count(0)
    assert_sound(page, "empty")

    page.locator("#q").fill("4b")
    page.get_by_role("checkbox", name="Add: Class 4B").check()
    page.locator("#q").fill("ra")
    page.get_by_role("checkbox", name="Leave out: Ravi Nair").check()
    page.locator("#title").fill("Trip")
    page.locator("#body").fill("Bring **boots**.")
    expect(page.locator("#reach")).to_contain_text("1 cannot be reached by email")
    expect_saved(page)
    assert_sound(page, "a search that found somebody")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.get_by_role("button", name="Who exactly?").click()
    assert_sound(page, "the sheet of a phone", PHONE)
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    for name in ("Page", "Email"):
        page.locator("#looks").get_by_role("button", name=name).click()
        expect(page.frame_locator("iframe.look:not(.is-coming)").locator("body")).to_contain_text("boots")
        assert_sound(page, f"the preview of {name}", DESKTOP)
    page.get_by_role("radio", name=re.compile("Emergency")).check()
    expect(page.frame_locator("iframe.look:not(.is-coming)").locator("body")).to_contain_text("Emergency")
    assert_sound(page, "an emergency, previewed as an alert")
    page.get_by_role("radio", name=re.compile("Announcement")).check()

    page.locator(SEND).click()
    expect(page.locator("h1")).to_have_text("This reaches 2 people")
    for details in page.locator(".sure details:not([open]) summary").all():
        details.click()
    assert_sound(page, "the page that asks")


def test_axe_finds_nothing_on_drafts_and_templates_and_a_template_is_its_schools_alone(
    web: Webs, browse: Browse, margaret: Page
) -> None:
    page = margaret
    page.goto(DRAFTS)
    expect(page.locator("main")).to_contain_text("No drafts")
    assert_sound(page, "no drafts")
    page.goto(TEMPLATES)
    assert_sound(page, "no templates of the school's own")
    page.get_by_role("link", name="New template").click()
    page.locator("#body").fill("Kept, though there is no name.")
    page.locator("form").evaluate_all("forms => forms.forEach(form => { form.noValidate = true })")
    page.get_by_role("button", name="Save the template").click()
    expect(page.locator("#refused")).to_be_focused()
    expect(page.locator("#body")).to_have_value("Kept, though there is no name.")
    expect(page.locator("#name")).to_have_accessible_description(re.compile("Give it a name"))
    assert_sound(page, "a template that is not right")

    code = "{{7*7}} {school.__class__} <img src=x onerror=alert(1)>"
    page.locator("#name").fill("Swimming")
    page.locator("#title").fill(code)
    page.get_by_role("button", name="Save the template").click()
    page.wait_for_url(f"**{TEMPLATES}")
    expect(page.locator("main")).to_contain_text(code)
    page.get_by_role("link", name="Swimming", exact=True).click()
    page.locator("#body").fill("On Monday at {school}.")
    assert_sound(page, "a template being changed", DESKTOP)
    page.get_by_role("button", name="Save the template").click()
    page.wait_for_url(f"**{TEMPLATES}")
    assert_sound(page, "a template of one's own")

    link = page.get_by_role("link", name="Write from the template “Swimming”")
    use = link.get_attribute("href")
    link.click()
    expect(page.locator("#title")).to_have_value(code)
    expect(page.locator("#body")).to_have_value("On Monday at Northfield Primary.")
    page.locator("#title").press("End")
    page.keyboard.type("!")
    expect_saved(page)
    expect(page.frame_locator("iframe.look:not(.is-coming)").locator("body")).to_contain_text(f"{code}!")
    page.goto(DRAFTS)
    expect(page.get_by_role("link", name=f"{code}!")).to_be_visible()
    assert_sound(page, "drafts")

    hugo = browse(web.url(), "hugo")
    hugo.goto(NEW)
    expect(hugo.locator("#ready")).not_to_contain_text("Swimming")
    answer = hugo.goto(str(use))
    assert answer
    assert answer.status == 404
