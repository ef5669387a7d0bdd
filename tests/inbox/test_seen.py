"""Read is what was seen: in a real browser, by nobody's hand."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.inbox.conftest import Arrive
from tests.support.site import Site

# The page cannot see which database it is.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]


def test_an_opened_item_is_read_once_it_was_seen_and_only_then(
    site: Site, arrive: Arrive, browse: Callable[..., Page]
) -> None:
    item = arrive("Trip to the abbey", "priya")
    priya = browse(site.url(), "priya")
    expect(priya.locator("#inbox-badge")).to_have_text("1")

    # A program that opens the link, or a tab behind others, is nobody who sees.
    assert priya.request.get(f"/inbox/{item}").ok
    priya.reload()
    expect(priya.locator("#inbox-badge")).to_have_text("1")

    priya.goto(f"/inbox/{item}")
    expect(priya.locator("main").get_by_role("button", name="Mark unread")).to_be_visible()
    expect(priya.locator("#inbox-badge")).to_have_text("0")
    priya.locator("main").get_by_role("button", name="Mark unread").click()
    priya.wait_for_url("**/inbox")
    expect(priya.locator("#inbox-badge")).to_have_text("1")
