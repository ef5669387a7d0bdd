"""JavaScript is off: an admin writes, a parent reads and confirms, and both find their way."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_emergency import GAS_LEAK, compose_emergency
from tests.support.cast import Cast
from tests.support.fixtures_site import PHONE
from tests.support.patience import eventually
from tests.support.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_bar_109_sign_in_inbox_read_compose_and_acknowledge_work_without_javascript(
    site: Site, cast: Cast, browse: Callable[..., Page]
) -> None:
    margaret = browse(site.url(), "margaret", java_script_enabled=False)
    compose_emergency(margaret, cast)  # the composer, what it reaches, the school's name, the report
    expect(margaret.locator("h1")).to_contain_text(GAS_LEAK)
    eventually(lambda: is_sent(margaret), 30, "the fan-out", every=0.5)

    priya = browse(site.url(), "priya", PHONE, java_script_enabled=False)
    expect(priya.get_by_role("alertdialog")).to_contain_text("Mill Lane gate")
    priya.get_by_role("button", name="I have read this").click()
    priya.goto("/inbox")
    expect(priya.get_by_role("alertdialog")).to_have_count(0)
    assert refreshes(priya), "nothing would bring news to the page"

    line = priya.locator("#main [data-notification]").first
    line.get_by_role("link", name=re.compile(GAS_LEAK)).click()
    expect(priya.locator("h1")).to_contain_text(GAS_LEAK)
    expect(priya.locator("#acknowledgement")).to_contain_text("You confirmed")
    priya.get_by_role("button", name="Mark unread").click()
    priya.goto("/inbox")
    expect(priya.locator("#inbox-badge")).to_have_text("1")
    priya.get_by_role("button", name="Mark all read").click()
    expect(priya.locator("#main [data-unread]")).to_have_count(0)

    margaret.reload()
    expect(margaret.locator("main")).to_contain_text("Priya Rahman")
    priya.goto("/account/sessions")
    priya.get_by_role("button", name="Sign out").click()
    expect(priya.locator("[name=password]")).to_be_visible()


def is_sent(page: Page) -> bool:
    page.reload()
    return "Priya Rahman" in page.locator("main").inner_text()


def refreshes(page: Page) -> bool:
    return page.locator("noscript meta[http-equiv=refresh], meta[http-equiv=refresh]").count() > 0
