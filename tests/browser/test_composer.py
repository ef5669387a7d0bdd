"""A secretary writes to some of a school: with the keyboard alone, and with mistakes."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.kernel.clock import now
from app.mailer.jobs import drain_mail
from tests.browser.keyboard import assert_held, tab_to, watch
from tests.browser.test_drafts import NEW, SIZES, Browse, expect_saved
from tests.live.webs import Webs
from tests.notifications.people import fan_out
from tests.support.axe import findings
from tests.support.fixtures_site import DESKTOP, PHONE
from tests.support.smtp import Sink

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
FOUND = "#found input"
SEND = ".composer-bar .btn-primary"


def work(app: Flask) -> None:
    """What the workers do when they look."""
    with app.app_context():
        fan_out()
        while drain_mail():
            pass


def find(page: Page, words: str, answer: str) -> None:
    """Type into the search, and wait for what it came to."""
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    expect(page.locator("#found-said")).to_contain_text(f"“{words}”")
    expect(page.locator("#found")).to_contain_text(answer)


def walk_to(page: Page, line: str, way: str) -> None:
    """With the arrows from the search to a line of what was found, and along it to "Add" or "Leave out"."""
    lines = page.locator("#found li")
    at = [each.locator("b").inner_text() for each in lines.all()].index(line)
    for _ in range(at + 1):
        page.keyboard.press("ArrowDown")
    if way == "exclude":
        page.keyboard.press("ArrowRight")
    expect(lines.nth(at).locator(f"[name={way}]")).to_be_focused()


def tally(page: Page) -> dict[str, str]:
    """What the panel counts."""
    return dict(each.inner_text().split("\n") for each in page.locator("#reach .tally li").all())


def preview_of(page: Page, button: str) -> Locator:
    """Press one of the preview's buttons; what its frame then shows."""
    tab_to(page, f"#looks button[formaction$='{button}']")
    page.keyboard.press("Enter")
    return page.frame_locator("iframe.look:not(.is-coming)").locator("body")


@SIZES
def test_with_the_keyboard_alone_from_an_empty_page_to_the_report(
    web: Webs, browse: Browse, app: Flask, sink: Sink, size: tuple[int, int]
) -> None:
    page = browse(web.url(), "margaret", size)
    watch(page)
    page.goto(NEW)
    tab_to(page, "[name=category]:checked")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[name=category][value=reminder]")).to_be_checked()
    page.keyboard.press("ArrowUp")
    expect(page.locator("[name=category][value=announcement]")).to_be_checked()

    tab_to(page, "#q")
    find(page, "4b", "Class 4B")
    walk_to(page, "Guardians of class 4B", "include")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(page.locator("#tokens li")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    find(page, "ravi", "Ravi Nair")
    walk_to(page, "Ravi Nair", "exclude")
    page.keyboard.press("Enter")
    expect(page.locator("#tokens")).to_contain_text("Except: Ravi Nair")
    expect(page.locator("#reach-words")).to_contain_text("Reaches 4 people. 1 has no email.")
    read_the_panel(page, size)

    tab_to(page, "#title")
    page.keyboard.type("Trip to the sea")
    tab_to(page, "#body")
    write_with_tools(page)
    tab_to(page, "#link")
    page.keyboard.type("https://northfield.example/trip")
    tab_to(page, "#requires_acknowledgement")
    page.keyboard.press("Space")
    tab_to(page, "#expires_at")
    in_a_week = now().date() + timedelta(days=7)
    page.keyboard.type(f"{in_a_week:%m%d%Y}")
    page.keyboard.press("Tab")
    page.keyboard.type("0430PM")
    expect(page.locator("#expires_at")).to_have_value(f"{in_a_week}T16:30")
    assert_held(page)

    if size == PHONE:
        tab_to(page, ".composer-who")
        page.keyboard.press("Enter")
    for button, words in {"inbox": "Trip to the sea", "page": "I have read this", "mail": "https://"}.items():
        expect(preview_of(page, button)).to_contain_text(words)
    tab_to(page, ".tester button")
    page.keyboard.press("Enter")
    expect(page.locator("#tested")).to_contain_text("A test is on its way to you alone.")
    expect(page.locator(".tester button")).to_be_focused()
    work(app)
    (mail,) = sink.wait_for(1)
    assert (mail.recipients, mail.subject) == (("margaret@belfry.example",), "[Test] Trip to the sea")
    if size == PHONE:
        page.keyboard.press("Escape")
        expect(page.locator(".composer-who")).to_be_focused()
    assert_held(page)

    tab_to(page, SEND)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("This reaches 4 people")
    sure = page.locator(".sure-items")
    for words in (
        "To: Guardians of class 4B, Class 4B",
        "Except: Ravi Nair",
        "Now, as soon as you press the button",
        "It holds until",
        "It arrives in 4 inboxes",
        "Everybody is asked to confirm",
        "It goes out as 3 mails",
    ):
        expect(sure).to_contain_text(words)
    tab_to(page, "#confirmation .btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/notifications/[0-9a-f-]{36}$"))
    expect(page.locator("h1")).to_contain_text("Trip to the sea")


def read_the_panel(page: Page, size: tuple[int, int]) -> None:
    """On a phone it is a sheet that a key opens and another closes."""
    if size == PHONE:
        tab_to(page, ".composer-who")
        page.keyboard.press("Enter")
        expect(page.locator("#panel")).to_be_visible()
    assert tally(page) == {"Guardians": "2", "Teachers": "1", "Pupils": "1", "Inbox": "4", "Email": "3"}
    expect(page.locator("#reach .who")).to_contain_text("1 cannot be reached by email")
    expect(page.locator("#reach .who-list")).to_have_text("Yusuf Rahman no address on file")
    if size == PHONE:
        page.keyboard.press("Escape")
        expect(page.locator("#panel")).to_be_hidden()
        expect(page.locator(".composer-who")).to_be_focused()
        page.locator("#q").focus()


def write_with_tools(page: Page) -> None:
    """By keys, and by the tools above the text; what they did is undone like typing."""
    text = page.locator("#body")
    page.keyboard.type("Bring ")
    page.keyboard.press("Control+b")
    page.keyboard.type("boots")
    page.keyboard.press("End")
    expect(text).to_have_value("Bring **boots**")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(text).to_have_value("Bring ")
    page.keyboard.press("Control+Shift+z")
    page.keyboard.press("Control+Shift+z")
    expect(text).to_have_value("Bring **boots**")
    page.keyboard.press("Control+End")
    page.keyboard.type(". See ")
    page.keyboard.press("Control+k")
    page.keyboard.type("the map")
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("hats")
    tab_to(page, "[data-mark=list]", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(text).to_have_value("Bring **boots**. See [the map](https://)\n\n- hats")
    expect(text).to_be_focused()


WRONG = {
    "title": ("Title", "Give it a title"),
    "q": ("Who is it for?", "Choose who it is for."),
    "link": ("Link", "Begin the address with https://"),
    "expires_at": ("Until when does it hold?", "This moment is over already"),
}


def test_what_is_wrong_is_said_first_and_at_each_field_and_nothing_typed_is_lost(web: Webs, browse: Browse) -> None:
    page = browse(web.url(), "margaret", reduced_motion="reduce")
    for size in (PHONE, DESKTOP):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(NEW)
        page.locator("#body").fill("Bring <b>boots</b> & hats")
        page.locator("#link").fill("northfield")
        page.locator("#expires_at").fill("2020-01-01T10:00")
        page.locator(SEND).click()  # before any of it is saved
        summary = page.locator("#refused")
        expect(summary).to_be_focused()
        expect_saved(page)
        for field, (label, words) in WRONG.items():
            expect(summary.get_by_role("listitem").filter(has_text=label)).to_contain_text(words)
            one = page.locator(f"#{field}")
            expect(one).to_have_attribute("aria-invalid", "true")
            expect(one).to_have_accessible_description(re.compile(re.escape(words)))
            tab_to(page, f"#refused a[href='#{field}']")
            page.keyboard.press("Enter")
            expect(one).to_be_focused()
            summary.focus()
        expect(page.locator("#body")).to_have_value("Bring <b>boots</b> & hats")
        expect(page.locator("#link")).to_have_value("northfield")
        expect(page.locator("#expires_at")).to_have_value("2020-01-01T10:00")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert findings(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
