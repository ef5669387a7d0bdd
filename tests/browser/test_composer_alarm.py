"""From a ready text to an alarm in a few touches; and what is said when people came or went since one looked."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.test_composer import SEND
from tests.browser.test_drafts import NEW, SIZES, Browse
from tests.live.webs import Webs
from tests.notifications.people import fan_out, recipients
from tests.notifications.test_moved import a_new_guardian, ended, sent
from tests.support.axe import findings
from tests.support.cast import Cast
from tests.support.fixtures_site import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
REPORT = re.compile(r"/notifications/[0-9a-f-]{36}$")


def reached(app: Flask) -> set[str]:
    (row,) = sent(app)
    with app.app_context():
        fan_out()
        return set(recipients(row.id))


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_lockdown_leaves_after_three_touches_and_the_schools_name_whoever_came_meanwhile(
    web: Webs, browse: Browse, app: Flask, cast: Cast
) -> None:
    page = browse(web.url(), "margaret", PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
    page.goto(NEW)
    page.get_by_role("button", name="Lockdown").tap()
    expect(page.locator("#title")).to_have_value("Lockdown at Northfield Primary")
    expect(page.locator("#tokens")).to_contain_text("Everybody at Northfield Primary")
    expect(page.locator("#send-words")).to_have_text("Check and send to 11 people", use_inner_text=True)
    page.locator(SEND).tap()

    expect(page.locator("h1")).to_have_text("You are about to interrupt 11 people")
    assert fits(page)
    name, send = page.locator("#school_name"), page.get_by_role("button", name="Send to 11 people now")
    expect(name).to_be_in_viewport()
    expect(send).to_be_in_viewport(ratio=1)
    assert "{" not in page.frame_locator("iframe.look:not(.is-coming)").locator("body").inner_text()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert findings(page) == []
    name.fill("Hillside")
    send.tap()
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("This is not the name of the school. Nothing was sent.")
    assert sent(app) == []

    a_new_guardian(app, cast)
    ended(app, cast.grace.id)
    name.fill("northfield primary")
    send.tap()
    page.wait_for_url(REPORT)
    expect(page.locator("main")).to_contain_text("1 came in addition, 1 were no longer in it")
    assert {"zara", "tom", "mina", "priya"} <= reached(app)
    assert "grace" not in reached(app)


def test_an_alarm_for_some_stays_for_some_and_what_nobody_put_in_is_pointed_at(web: Webs, browse: Browse) -> None:
    page = browse(web.url(), "margaret", DESKTOP)
    page.goto(NEW)
    page.get_by_role("checkbox", name="Teachers").first.check()
    page.get_by_role("button", name="Evacuation").click()
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("the church")
    expect(page.locator("#tokens li")).to_have_text(["Teachers"])
    expect(page.locator("#body")).to_have_value(re.compile(r"to go to \*\*the church\*\*"))
    expect(page.locator("#send-words")).to_have_text("Check and send to 2 people", use_inner_text=True)

    page.get_by_role("button", name="Shelter").click()
    page.get_by_role("button", name="Replace it").click()
    expect(page.locator("#title")).to_be_focused()
    page.keyboard.type("$& smoke")
    expect(page.locator("#title")).to_have_value("Shelter inside: $& smoke")
    expect(page.locator("#body")).to_have_value(re.compile(r"^Because of \$& smoke, everybody at Northfield Primary"))
    page.locator("#body").fill("My own words about {hazard}.")
    page.locator("#title").fill("Shelter inside: a storm")
    expect(page.locator("#body")).to_have_value("My own words about {hazard}.")


@SIZES
def test_who_came_and_who_left_is_told_by_name_before_anything_leaves(
    web: Webs, browse: Callable[..., Page], app: Flask, cast: Cast, size: tuple[int, int]
) -> None:
    page = browse(web.url(), "margaret", size, reduced_motion="reduce")
    page.goto(NEW)
    page.get_by_role("checkbox", name="Guardians", exact=True).first.check()
    page.locator("#title").fill("Snow")
    page.locator(SEND).click()
    expect(page.locator("h1")).to_have_text("This reaches 4 people")
    a_new_guardian(app, cast)
    ended(app, cast.grace.id)
    page.get_by_role("button", name="Send to 4 people now").click()

    told = page.locator(".moved")
    expect(told).to_be_focused()
    expect(told).to_be_in_viewport()
    for words in ("Not sent yet", "1 has come in addition: Zara Nowak", "1 is no longer in it: Grace Field"):
        expect(told).to_contain_text(words)
    assert sent(app) == []
    assert fits(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert findings(page) == []
    page.get_by_role("button", name="Send to 4 people now").click()
    page.wait_for_url(REPORT)
    assert reached(app) == {"priya", "asha", "peter", "zara"}
