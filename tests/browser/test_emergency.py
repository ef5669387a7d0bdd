"""The same story in real browsers: nobody touches anything, and the alert is there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.cast import Cast
from tests.support.entering import enter
from tests.support.fixtures_site import DESKTOP, PHONE
from tests.support.site import Site
from tests.support.smtp import Sink

pytestmark = [pytest.mark.browser, pytest.mark.alone]
GAS_LEAK = "Gas leak: the school has been evacuated"


def compose_emergency(page: Page, cast: Cast) -> None:
    """As an admin does it: the composer, the preview, the school's name, send."""
    page.goto("/notifications/new")
    page.get_by_role("radio", name=re.compile("Emergency")).check()
    page.locator("summary", has_text="Year groups").first.click()
    for grade in cast.northfield.grades.values():
        page.locator(f"[name=include][value='guardians-of:grade:{grade}']").check()
    page.get_by_label("Title", exact=False).first.fill(GAS_LEAK)
    page.locator("[name=body]").fill("Collect your children from the **Mill Lane gate**.")
    page.get_by_role("button", name=re.compile("Check and send")).click()
    page.locator("[name=school_name]").fill("northfield  primary")
    page.get_by_role("button", name=re.compile("^Send to")).click()
    page.wait_for_url(re.compile(r"/notifications/[0-9a-f-]{36}"))


# Rows are as good on either database (tests/journeys); the pages cannot see which it is.
@pytest.mark.parametrize(
    ("backend", "size"), [("sqlite", PHONE), ("postgresql", DESKTOP)], ids=["390", "1440"], indirect=["backend"]
)
def test_the_bell_rings(site: Site, cast: Cast, sink: Sink, browse: Callable[..., Page], size: tuple[int, int]) -> None:
    priya, olu = browse(site.url(1), "priya", size), browse(site.url(), "olu", size)
    expect(priya.locator("#live-state")).to_have_attribute("data-state", "live")
    margaret = browse(site.url(), "margaret")
    compose_emergency(margaret, cast)

    alert = priya.get_by_role("alertdialog")
    expect(alert).to_be_visible(timeout=5_000)
    expect(alert).to_contain_text(GAS_LEAK)
    for child in ("Mina", "Yusuf", "Noor"):
        expect(alert).to_contain_text(child)
    expect(priya.locator("#inbox-badge")).to_have_text("1")
    expect(priya.locator("#main [data-notification]")).to_have_count(1, timeout=15_000)
    sink.wait_for(1, to="priya@belfry.example")
    margaret.reload()
    expect(margaret.locator("main")).to_contain_text("Priya Rahman")

    alert.get_by_role("button", name="I have read this").click()
    expect(alert).to_be_hidden()
    expect(priya.locator("#inbox-badge")).to_have_text(re.compile("^0?$"))
    expect(olu.get_by_role("alertdialog")).to_have_count(0)
    expect(olu.locator("[data-notification]")).to_have_count(0)

    phone = browse(site.url(), "priya", PHONE)
    signed_out = priya.locator("#signed-out")
    expect(signed_out).to_be_visible(timeout=2_500)
    expect(phone.locator("#main [data-notification]")).to_have_count(1)
    sockets: list[str] = []
    priya.on("websocket", lambda socket: sockets.append(socket.url))
    priya.wait_for_timeout(3_000)
    assert sockets == [], "a page that was signed out tried to come back"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_the_same_without_javascript(site: Site, cast: Cast, browse: Callable[..., Page]) -> None:
    margaret = browse(site.url(), "margaret", java_script_enabled=False)
    compose_emergency(margaret, cast)
    priya = browse(site.url(), "priya", PHONE, java_script_enabled=False)
    for _ in range(40):
        if priya.get_by_role("alertdialog").count():
            break
        priya.wait_for_timeout(250)
        priya.reload()
    priya.get_by_role("button", name="I have read this").click()
    priya.goto("/inbox")
    expect(priya.get_by_role("alertdialog")).to_have_count(0)
    priya.locator("#main [data-notification] a").first.click()
    expect(priya.locator("h1")).to_contain_text(GAS_LEAK)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_with_the_socket_blocked_the_page_polls_and_still_shows_it(
    site: Site, cast: Cast, browse: Callable[..., Page]
) -> None:
    priya = browse(site.url(1))
    priya.route_web_socket(re.compile("/live"), lambda socket: socket.close(code=1011))
    enter(priya, "priya")
    compose_emergency(browse(site.url(), "margaret"), cast)
    expect(priya.get_by_role("alertdialog")).to_be_visible(timeout=30_000)
