"""Every page that there is, looked at by axe: in light and dark, small and large, calm and in every trouble.

The walk is made from the site map, so that a new page is on it without anybody thinking of it.
"""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.architecture.routes import PEOPLE, Address
from tests.browser.walks import confirm_the_emergency, steps
from tests.live.webs import Webs
from tests.support.axe import findings
from tests.support.cast import PASSWORD, Cast, sign_in_name
from tests.support.fixtures_site import DESKTOP, PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]
OPEN_ALL = """
for (const menu of document.querySelectorAll('details')) menu.open = true;
for (const sheet of document.querySelectorAll('[popover]')) if (!sheet.matches(':popover-open')) sheet.showPopover();
for (const kind of ['network', 'failed']) document.dispatchEvent(new CustomEvent('belfry:mishap', { detail: kind }));
"""


def look(page: Page, scheme: str, size: tuple[int, int], *without: str) -> list[str]:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return [f"{page.url} {scheme} {size[0]}: {finding}" for finding in findings(page, *without)]


@pytest.mark.parametrize("column", ["anybody", "parent", "teacher", "admin"])
def test_bar_108_axe_finds_nothing_on_any_page_in_any_state(
    webs: Webs, site_map: list[Address], browse: Callable[..., Page], column: str
) -> None:
    """With an emergency over it, with its strip above it, with every menu open, and as it is."""
    page = browse(webs.url(), PEOPLE[column])
    found = []
    if column == "parent":
        page.goto("/inbox")
        expect(page.get_by_role("alertdialog")).to_be_visible()
        found += look(page, "light", PHONE) + look(page, "dark", DESKTOP)
        page.get_by_role("alertdialog").get_by_role("button").last.click()
        expect(page.get_by_role("alertdialog")).to_have_count(0)
    for _rule in steps(page, site_map):
        found += look(page, "light", PHONE)
        page.evaluate(OPEN_ALL)
        found += look(page, "dark", DESKTOP, "target-size")  # a menu that is open covers what lies under it
    page.goto("/no-such-page")
    found += look(page, "light", DESKTOP) + look(page, "dark", PHONE)
    assert not found, "\n".join(found)


def test_bar_108_axe_finds_nothing_where_something_is_wrong(
    webs: Webs, cast: Cast, browse: Callable[..., Page]
) -> None:
    """A sign-in that is refused, a form that comes back, a page that is signed out."""
    stranger, margaret = browse(webs.url()), browse(webs.url(), "margaret")
    stranger.goto("/login")
    stranger.locator("#email").fill("nobody")
    stranger.locator("[name=password]").fill("nothing")
    stranger.locator("main button[type=submit]").click()
    expect(stranger.get_by_role("alert")).to_be_visible()
    found = look(stranger, "light", PHONE) + look(stranger, "dark", DESKTOP)

    margaret.goto("/notifications/new")
    margaret.locator("#composer").evaluate("form => { form.noValidate = true; form.requestSubmit() }")
    expect(margaret.get_by_role("alert").first).to_be_visible()
    found += look(margaret, "light", PHONE) + look(margaret, "dark", DESKTOP)

    margaret.goto("/inbox")
    expect(margaret.locator("#live-state")).to_have_attribute("data-state", "live")
    stranger.locator("#email").fill(sign_in_name("margaret"))
    stranger.locator("[name=password]").fill(PASSWORD)
    stranger.locator("main button[type=submit]").click()
    expect(margaret.locator("#signed-out")).to_be_visible(timeout=20_000)
    found += look(margaret, "light", PHONE) + look(margaret, "dark", DESKTOP)
    assert not found, "\n".join(found)


def test_bar_108_axe_finds_nothing_where_nothing_is_or_goes_on(webs: Webs, browse: Callable[..., Page]) -> None:
    """Error pages, empty lists, searches in vain, what offers to undo, words that are led back to."""
    stranger, found = browse(webs.url()), []

    def both(page: Page) -> list[str]:
        return look(page, "light", PHONE) + look(page, "dark", DESKTOP)

    for code in (400, 403, 404, 405, 409, 413, 429, 500, 503, 507):
        stranger.goto(f"/test/trouble/{code}")
        expect(stranger.locator(".trouble h1")).to_be_visible()
        found += both(stranger)

    priya = browse(webs.url(), "priya")
    confirm_the_emergency(priya)
    for address in ("?q=zebra", "?q=news", "?show=archived", "?category=system", "?show=unread&q=water"):
        priya.goto(f"/inbox{address}")
        found += both(priya)
    priya.goto("/inbox")
    priya.locator("#list .line-title").first.click()
    priya.get_by_role("button", name="Archive").click()
    expect(priya.locator(".undo")).to_be_visible()
    found += both(priya)
    priya.goto("/inbox")
    expect(priya.locator("#live-state")).to_have_attribute("data-state", "live")
    priya.locator("#list .line").first.hover()
    priya.locator("#list .line").first.locator("[data-act=archive]").click()
    expect(priya.locator("#toasts .toast")).to_contain_text("Archived")
    found += both(priya)

    found += both(browse(webs.url(), "tom"))  # nothing has arrived yet

    margaret = browse(webs.url(), "margaret")
    margaret.route_web_socket(re.compile("/live"), lambda socket: socket.close(code=1011))
    margaret.route(re.compile("/live/since|/notifications/drafts$|/preview/"), lambda route: route.abort())
    margaret.goto("/notifications/new")
    margaret.locator("#composer [name=title]").fill("Half a sentence")
    browse(webs.url(), "margaret")
    margaret.get_by_role("button", name="Check and send").last.click()
    expect(margaret.locator("main")).to_contain_text("What you wrote is safe.")
    found += both(margaret)
    assert not found, "\n".join(found)


def test_axe_would_find_something(webs: Webs, browse: Callable[..., Page]) -> None:
    page = browse(webs.url())
    page.goto("/login")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button><img src=x>')")
    assert {finding.partition(" ")[0] for finding in findings(page)} >= {"button-name", "image-alt"}
