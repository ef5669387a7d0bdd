"""The composer without scripts, with some of them lost on their way, and without a socket: forms that post."""

import re
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.test_composer import SEND, work
from tests.browser.test_drafts import NEW, Browse
from tests.live.webs import Webs
from tests.support.fixtures_site import DESKTOP, PHONE
from tests.support.smtp import Sink

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
LOST = {"htmx": r"/static/vendor/", "ours": r"/static/js/(composer|drafts|templates|looks|markdown)"}
WAYS = pytest.mark.parametrize(
    "way",
    [(PHONE, "scripts"), (DESKTOP, "scripts"), (DESKTOP, "htmx"), (PHONE, "ours")],
    ids=["no-scripts-390", "no-scripts-1440", "no-htmx", "none-of-ours"],
)


def enter(web: Webs, browse: Browse, size: tuple[int, int], lost: str) -> Page:
    options: dict[str, Any] = {"java_script_enabled": False} if lost == "scripts" else {}
    page = browse(web.url(), "margaret", size, **options)
    if lost in LOST:
        page.route(re.compile(LOST[lost]), lambda route: route.abort())
    return page


def search(page: Page, words: str) -> None:
    page.locator("#q").fill(words)
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#found-said")).to_contain_text(f"“{words}”")


def look(page: Page, size: tuple[int, int], name: str) -> None:
    """The preview in its frame; on a phone in the sheet that the bar opens."""
    if size == PHONE and not page.locator("#panel").is_visible():
        page.get_by_role("button", name="Who exactly?").click()
    page.locator("#looks").get_by_role("button", name=name).click()
    expect(page.frame_locator("iframe.look:not(.is-coming)").locator("body")).to_contain_text("Bus 7 is late")


@WAYS
def test_all_of_it_works_with_plain_forms(
    web: Webs, browse: Browse, app: Flask, sink: Sink, way: tuple[tuple[int, int], str]
) -> None:
    size, lost = way
    page = enter(web, browse, size, lost)
    page.goto(NEW)
    page.get_by_role("button", name="Late bus").click()
    expect(page.locator("#title")).to_have_value(re.compile("Bus {bus}"))
    page.locator("#title").fill("Bus 7 is late")
    page.locator("#body").fill("About **ten** minutes.")
    search(page, "4b")
    page.get_by_role("checkbox", name="Add: Guardians of class 4B").check()
    search(page, "asha")
    expect(page.locator("#composer [name=include]:checked")).not_to_have_count(0)
    page.get_by_role("checkbox", name="Leave out: Asha Nair").check()
    if size == PHONE:
        page.get_by_role("button", name="Who exactly?").click()
    page.get_by_role("button", name="Count again").click()
    expect(page.locator("#reach-words")).to_contain_text("Reaches 1 person.")

    for name in ("Inbox", "Email"):
        look(page, size, name)
    page.get_by_role("button", name="Send me a test").click()
    expect(page.locator("#tested")).to_contain_text("A test is on its way to you alone.")
    work(app)
    (mail,) = sink.wait_for(1)
    assert (mail.recipients, mail.subject) == (("margaret@belfry.example",), "[Test] Bus 7 is late")

    if (sheet := page.locator("#panel [popovertargetaction=hide]")).is_visible():
        sheet.click()
    if lost != "htmx":  # else drafts.js has saved it, and has taken the button away
        page.get_by_role("button", name="Save draft").click()
        page.wait_for_url(re.compile(r"draft="))
    page.goto("/notifications/drafts")
    page.get_by_role("link", name="Bus 7 is late").click()
    expect(page.locator("#body")).to_have_value("About **ten** minutes.")
    page.get_by_role("button", name="Lockdown").click()
    asks = page.locator("dialog.ready-asks[open], div.ready-asks")
    expect(asks).to_contain_text("in the place of what you have written?")
    asks.get_by_role("button", name="Keep what I wrote").click()
    expect(page.locator("#title")).to_have_value("Bus 7 is late")
    page.locator(SEND).click()
    expect(page.locator("h1")).to_have_text("This reaches 1 person")
    expect(page.locator(".sure-items")).to_contain_text("Except: Asha Nair")
    page.get_by_role("button", name="Back to the draft").click()
    expect(page.locator("#title")).to_have_value("Bus 7 is late")
    page.locator(SEND).click()
    page.get_by_role("button", name="Send to 1 person now").click()
    page.wait_for_url(re.compile(r"/notifications/[0-9a-f-]{36}$"))
    expect(page.locator("h1")).to_contain_text("Bus 7 is late")
