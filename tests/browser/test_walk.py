"""Every page that there is, as everybody needs it: looked at by axe, in light and dark, small and large, any language.

The walk is made from the site map, so that a new page is on it without anybody thinking of it.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import update

from app.catalogue.kinds import Category, Priority
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import Notification, NotificationRecipient
from app.roster.models import School
from app.settings import Settings
from tests.architecture.routes import PEOPLE, Address, addresses, furnish
from tests.live.webs import Webs, running_webs
from tests.support import factories
from tests.support.axe import findings
from tests.support.cast import PASSWORD, Cast, sign_in_name
from tests.support.fixtures_site import DESKTOP, PHONE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.alone,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]
NO_PAGES = {"/", "/live", "/healthz", "/readyz", "/demo/mail"}
"""A redirect, a socket, two answers for machines; and the demo's mail, which waits for a mail sink."""
NARROW = ViewportSize(width=320, height=640)
OPEN_ALL = """
for (const menu of document.querySelectorAll('details')) menu.open = true;
for (const sheet of document.querySelectorAll('[popover]')) if (!sheet.matches(':popover-open')) sheet.showPopover();
for (const kind of ['network', 'failed']) document.dispatchEvent(new CustomEvent('belfry:mishap', { detail: kind }));
"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MOVING = """
[...document.querySelectorAll('*')].filter(element => [null, '::before', '::after'].some(part => {
  const style = getComputedStyle(element, part);
  const isStill = ['none', 'not-yet'].includes(style.animationName); // not-yet: a pause before buttons take a press
  return (style.transitionDuration + ',' + (isStill ? '0s' : style.animationDuration))
    .split(',').some(time => parseFloat(time) * (time.trim().endsWith('ms') ? 1 : 1000) > 10);
})).map(element => element.tagName + '.' + element.className)
"""


@pytest.fixture
def site_map(app: Flask, cast: Cast) -> list[Address]:
    furnished = furnish(app, cast)
    with app.app_context(), unit_of_work() as session:
        until, copies = now() + timedelta(hours=2), NotificationRecipient
        session.get_one(Notification, furnished["notification_id"]).expires_at = until
        session.execute(update(copies).values(alert_until=until))
        school, priya = session.get_one(School, cast.northfield.id), session.get_one(Account, cast.priya.id)
        for number, category in enumerate([Category.ANNOUNCEMENT, Category.REMINDER] * 2):
            news = factories.notification(school, None, f"News of a long week, number {number}", category)
            news.requires_acknowledgement, news.link = number % 2 == 0, "https://school.example/" + "long" * 30
            news.priority = [Priority.NORMAL, Priority.HIGH][number % 2]
            factories.copy(news, priya).read_at = now() if number > 1 else None
    pages = [address for address in addresses(app, furnished) if address.is_safe and not address.is_part]
    return [address for address in pages if address.rule.rule not in NO_PAGES and not address.path.endswith(".csv")]


@pytest.fixture
def webs(settings: Settings, site_map: list[Address], tmp_path: Path) -> Iterator[Webs]:
    with running_webs(settings, tmp_path / "web") as running:
        yield running


def steps(page: Page, site_map: list[Address]) -> Iterator[str]:
    """Go to every page that this person may see."""
    seen = 0
    for address in site_map:
        answer = page.goto(address.path, wait_until="domcontentloaded")
        assert answer is not None
        if (answer.status == 200 and "/login" not in page.url) or address.path == "/login":
            seen += 1
            yield address.rule.rule
    assert seen


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
    stranger.locator("[name=email]").fill("nobody")
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
    stranger.locator("[name=email]").fill(sign_in_name("margaret"))
    stranger.locator("[name=password]").fill(PASSWORD)
    stranger.locator("main button[type=submit]").click()
    expect(margaret.locator("#signed-out")).to_be_visible(timeout=20_000)
    found += look(margaret, "light", PHONE) + look(margaret, "dark", DESKTOP)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_no_page_has_to_be_moved_sideways_at_320_pixels_nor_moves_by_itself(
    webs: Webs, site_map: list[Address], browse: Callable[..., Page], language: str
) -> None:
    """320 pixels are 1280 at a zoom of 400 % (WCAG 1.4.10); nothing is animated for who asks for no motion."""
    wide, moving = [], []
    for who in (None, "priya", "margaret"):
        page = browse(webs.url(), who, locale=language, reduced_motion="reduce")
        page.set_viewport_size(NARROW)
        for rule in steps(page, site_map):
            assert page.locator("html").get_attribute("lang") == language
            if (wider := page.evaluate(WIDER)) > 0:
                wide.append(f"{rule} as {who}: {wider} px")
            moving += [f"{rule}: {element}" for element in page.evaluate(MOVING)]
    assert not wide, "\n".join(wide)
    assert not moving, "\n".join(sorted(set(moving)))


def test_axe_would_find_something(webs: Webs, browse: Callable[..., Page]) -> None:
    page = browse(webs.url())
    page.goto("/login")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button><img src=x>')")
    assert {finding.partition(" ")[0] for finding in findings(page)} >= {"button-name", "image-alt"}
