"""Every page, opened by everybody who may open it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_emergency import GAS_LEAK, compose_emergency
from tests.support.browser import Watch
from tests.support.cast import Cast
from tests.support.site import Site

# The page cannot see which database it is.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
EVERYBODYS = ("/inbox", "/inbox?show=unread", "/account/sessions", "/no-such-page")


def violations(page: Page) -> list[str]:
    """What the browser refuses this page from now on, as it says it."""
    heard: list[str] = []
    page.on("console", lambda said: heard.append(said.text) if "CSP violation" in said.text else None)
    return heard


def test_bar_103_no_page_asks_for_what_the_csp_forbids(site: Site, cast: Cast, browse: Callable[..., Page]) -> None:
    stranger = browse(site.url())
    refused = violations(stranger)
    stranger.goto("/login")
    expect(stranger.locator("[name=password]")).to_be_visible()

    margaret = browse(site.url(), "margaret")
    found = {"stranger": refused, "margaret": violations(margaret)}
    compose_emergency(margaret, cast)  # the composer, what it reaches, the report
    margaret.goto("/notifications")
    expect(margaret.locator("main")).to_contain_text(GAS_LEAK)
    for who in ("priya", "tom", "mina", "dana"):
        page = browse(site.url(), who)
        found[who] = violations(page)
        for url in EVERYBODYS:
            page.goto(url)
            expect(page.locator("h1").first).to_be_attached()
        if who == "priya":
            page.goto("/inbox")
            page.get_by_role("alertdialog").get_by_role("button", name="I have read this").click()
            page.locator("#main [data-notification] a").first.click()
            expect(page.locator("h1")).to_contain_text(GAS_LEAK)
    assert found == {who: [] for who in found}


def test_a_violation_would_be_heard(site: Site, chromium: Browser) -> None:
    context = chromium.new_context(base_url=site.url())
    watch = Watch(context)
    watch.allow(site.url())
    page = context.new_page()
    heard = violations(page)
    page.goto("/login")
    assert heard == watch.faults == []
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_timeout(500)
    context.close()
    assert heard
    assert set(heard) <= set(watch.faults)
