"""Browsers too old for the page's scripts, and networks that lose one of them: the bell is heard all the same."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.settings import Settings
from tests.browser.test_emergency import GAS_LEAK, compose_emergency
from tests.support import entering
from tests.support.cast import Cast
from tests.support.content import content_of
from tests.support.fixtures_site import PHONE
from tests.support.patience import eventually
from tests.support.site import Site

pytestmark = pytest.mark.browser
PLAIN = Path(__file__).parents[2] / "static/js/plain.js"
NO_HTMX = re.compile(r"/static/vendor/")
NO_LIVE = re.compile(r"/static/js/live\.js")
TOO_NEW = re.compile(r"/static/(vendor|js)/(?!plain)")


@pytest.fixture
def enter(chromium: Browser, site: Site) -> Callable[..., Page]:
    """Somebody's inbox in a browser to which some scripts mean nothing. What it polls, it polls every second."""

    def entered(who: str, lost: re.Pattern[str]) -> Page:
        page = chromium.new_context(base_url=site.url(), viewport={"width": PHONE[0], "height": PHONE[1]}).new_page()
        page.route(lost, lambda route: route.fulfill(body="class A { #too => new; }", content_type="text/javascript"))
        page.route("**/plain.js*", quicken)
        entering.enter(page, who)
        expect(page.locator("#live-state")).to_have_attribute("data-state", "polling", timeout=40_000)
        return page

    return entered


def quicken(route: Route) -> None:
    source = PLAIN.read_text()
    assert "EVERY = 15000" in source
    route.fulfill(body=source.replace("EVERY = 15000", "EVERY = 1000"), content_type="text/javascript")


def alerts_delivered(settings: Settings) -> int:
    rows = content_of(settings)["notification_logs"]
    return sum("'websocket'" in row and "'delivered'" in row for row in rows)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_with_scripts_that_did_not_come_the_alert_does(
    site: Site, cast: Cast, settings: Settings, browse: Callable[..., Page], enter: Callable[..., Page]
) -> None:
    pages = [enter("priya", NO_HTMX), enter("asha", NO_LIVE), enter("grace", TOO_NEW)]
    compose_emergency(browse(site.url(), "margaret"), cast)
    for page in pages:
        alert = page.get_by_role("alertdialog")
        expect(alert).to_be_visible(timeout=40_000)
        expect(alert.get_by_role("heading", name=GAS_LEAK)).to_be_focused()
        expect(page.locator("#inbox-badge")).to_have_text("1")
    eventually(lambda: alerts_delivered(settings) == len(pages), 20, "the receipts of the three pages")

    for page in pages:
        page.get_by_role("button", name="I have read this").click()
        expect(page.get_by_role("alertdialog")).to_have_count(0)
        page.goto("/inbox")
        page.locator("#main [data-notification] a").first.click()
        expect(page.locator("h1")).to_contain_text(GAS_LEAK)

    old = pages[2]
    expect(old.locator("#came")).to_be_hidden()
    margaret = browse(site.url(), "margaret")
    announce(margaret, cast)
    expect(old.locator("#came")).to_be_visible(timeout=40_000)
    old.locator("#came").click()
    expect(old.locator("#main")).to_contain_text("Book fair")

    browse(site.url(), "grace", PHONE)
    expect(old.locator("#signed-out")).to_be_visible(timeout=40_000)
    asked: list[str] = []
    old.on("request", lambda request: asked.append(request.url))
    old.wait_for_timeout(2_500)
    assert asked == [], "a page that was signed out went on asking"


def announce(page: Page, cast: Cast) -> None:
    page.goto("/notifications/new")
    page.get_by_role("radio", name=re.compile("Announcement")).check()
    for box in page.locator("[name=include][value^='guardians-of:']").all()[:20]:
        box.evaluate("box => box.click()")
    page.locator("[name=title]").fill("Book fair")
    page.locator("[name=body]").fill("On Friday.")
    page.get_by_role("button", name=re.compile("Check and send")).click()
    page.get_by_role("button", name=re.compile("^Send to")).click()
    page.wait_for_url(re.compile(r"/notifications/[0-9a-f-]{36}"))
