"""An emergency goes out under the eyes of two offices: the ring moves, a reader confirms, a failure explains itself."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_emergency import compose_emergency
from tests.support import axe
from tests.support.cast import Cast
from tests.support.fixtures_site import DESKTOP, PHONE
from tests.support.site import Site
from tests.support.smtp import Sink

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]
PATIENCE = 30_000
ALARM = re.compile("I have read this")


def confirmed(page: Page) -> str:
    """The number in the last part of the funnel."""
    return page.locator(".funnel li", has_text="Confirmed").locator("b").inner_text()


def test_two_offices_see_it_go_out_without_touching_anything(
    site: Site, cast: Cast, sink: Sink, browse: Callable[..., Page]
) -> None:
    """Margaret on her phone, Dana at a desk and at the other web process."""
    sink.seconds = 0.7
    sink.refuse("asha@belfry.example", "550 5.1.1 no such user here")
    priya, dana = browse(site.url(1), "priya", PHONE), browse(site.url(1), "dana", DESKTOP)
    margaret = browse(site.url(), "margaret", PHONE)
    compose_emergency(margaret, cast)
    dana.goto(re.sub(r"^https?://[^/]+", "", margaret.url))
    for page in (margaret, dana):
        page.evaluate("window.untouched = true")
    expect(margaret.locator("#report-going")).to_contain_text("mails sent", timeout=PATIENCE)
    expect(margaret.locator("#people .one").first).to_be_visible(timeout=PATIENCE)
    for page in (margaret, dana):
        expect(page.locator("#report-going")).to_be_hidden(timeout=PATIENCE)
        expect(page.locator("#report-state")).to_contain_text("Sent", timeout=PATIENCE)
        expect(page.locator("#count-failed")).to_have_text("1", timeout=PATIENCE)
    assert confirmed(margaret) == "0"
    listed = dana.context.new_page()
    listed.goto("/notifications")
    listed.evaluate("window.untouched = true")
    line = listed.get_by_role("row").nth(1)
    expect(line).to_contain_text("0 of 4 have read it")

    priya.get_by_role("alertdialog").get_by_role("button", name=ALARM).click()
    for page in (margaret, dana):
        expect(page.locator(".funnel li", has_text="Confirmed").locator("b")).to_have_text("1", timeout=PATIENCE)
        expect(page.locator("#count-not-confirmed")).to_have_text("3", timeout=PATIENCE)
        assert page.evaluate("window.untouched"), "nobody loaded the page anew"
    expect(line).to_contain_text("1 of 4 have read it", timeout=PATIENCE)
    assert listed.evaluate("window.untouched")

    missed = margaret.locator("main section", has=margaret.get_by_role("heading", name=re.compile("^Not reached")))
    for page in (margaret, dana):
        page.locator("#tab-not-confirmed").click()
        expect(page.locator("#people .one")).to_have_count(3)
        page.get_by_label("Name", exact=True).fill("Grace")
        page.get_by_role("button", name="Find").click()
        expect(page.locator("#people .one")).to_have_count(1)
        expect(page.locator("#people")).to_contain_text("Grace Field")
        page.get_by_label("Name", exact=True).fill("")
        page.get_by_label("Role", exact=True).select_option("parent")
        page.get_by_label("Channel", exact=True).select_option("email")
        page.get_by_role("button", name="Find").click()
        expect(page.locator("#people .one")).to_have_count(3)
        assert page.evaluate("window.untouched")
        page.goto(page.url.partition("?")[0])
        page.evaluate("window.untouched = true")
    expect(missed).to_contain_text("Asha Nair")
    margaret.locator("#tab-failed").click()
    people = margaret.locator("#people .one")
    expect(people).to_have_count(1)
    people.locator("summary").click()
    expect(people).to_contain_text("550 5.1.1 no such user here")
    assert margaret.evaluate("window.untouched"), "a tab is a part of the page"
    assert "show=failed" in margaret.url
    for page, size in ((margaret, PHONE), (dana, DESKTOP)):
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert axe.findings(page) == []

    with margaret.expect_download() as coming:
        margaret.get_by_role("link", name="CSV").click()
    with Path(coming.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 12
    assert coming.value.suggested_filename.startswith("gas-leak-")

    for page, size in ((margaret, PHONE), (dana, DESKTOP)):
        page.goto("/admin")
        expect(page.locator("#lately")).to_contain_text("1 of 4 have read it", timeout=PATIENCE)
        expect(page.locator("#going")).to_contain_text("Nothing is being sent right now.")
        for panel, words in {
            "Latest sign-ins": "Margaret Flynn",
            "What failed": "no such mailbox",
            "Not reachable by mail": "",
            "Is Belfry well?": "",
        }.items():
            section = page.locator("main section", has=page.get_by_role("heading", name=re.compile(panel)))
            expect(section).to_contain_text(words)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert axe.findings(page) == []
