"""What people do with their inbox, on a phone by touch and at a desk with a mouse."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.catalogue.kinds import Category, Role
from app.identity.models import Account
from app.kernel.unit_of_work import unit_of_work
from app.roster.models import School
from tests.browser.conftest import web
from tests.inbox.conftest import Arrive, Publish
from tests.inbox.open_pages import PATIENCE, is_live
from tests.live.webs import Webs
from tests.support import factories
from tests.support.axe import findings
from tests.support.cast import Cast
from tests.support.fixtures_site import DESKTOP, PHONE

__all__ = ["web"]

# The page cannot see which database it is.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]
Browse = Callable[..., Page]
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1440"])


def device(size: tuple[int, int]) -> dict[str, bool]:
    """What a window of that size is looked at with."""
    return {"has_touch": True, "is_mobile": True} if size == PHONE else {}


def press(what: Locator, size: tuple[int, int]) -> None:
    """By finger or by mouse."""
    if size == PHONE:
        what.tap()
    else:
        what.click()


def titles(page: Page) -> list[str]:
    """The lines that are shown, from the top."""
    shown = page.locator("#list .line:visible .line-title").all_inner_texts()
    return [words.removesuffix(", unread").strip() for words in shown]


def counts(page: Page) -> tuple[str, str]:
    return page.locator("#count-unread").inner_text(), page.locator("#count-to-confirm").inner_text()


@pytest.fixture
def two_schools(app: Flask, cast: Cast) -> None:
    """Priya has to do with Hillside, too."""
    with app.app_context(), unit_of_work() as session:
        hillside, priya = session.get_one(School, cast.hillside.id), session.get_one(Account, cast.priya.id)
        factories.membership(priya, Role.PARENT, hillside)
        factories.copy(factories.notification(hillside, None, "Open evening"), priya)


@SIZES
def test_tabs_filters_and_search_lead_to_less_and_back_to_more(
    web: Webs, browse: Browse, arrive: Arrive, two_schools: None, size: tuple[int, int]
) -> None:
    arrive("Choir rehearsal", "priya", about=("mina",))
    arrive("Form to sign", "priya", category=Category.REMINDER, about=("mina",), requires_acknowledgement=True)
    arrive("Swimming bags", "priya", about=("noor",))
    page = browse(web.url(), "priya", size, **device(size))
    page.reload()
    everything = ["Swimming bags", "Form to sign", "Choir rehearsal", "Open evening"]
    assert (titles(page), counts(page)) == (everything, ("4", "1"))

    def go(name: str, shown: list[str]) -> None:
        found = page.locator("#main .bar-of-tabs").get_by_role("link", name=re.compile(f"^{name}"))
        press(found, size)
        expect(page.locator("#list .line:visible")).to_have_count(len(shown))
        assert titles(page) == shown

    go("To confirm", ["Form to sign"])
    expect(page.get_by_role("link", name=re.compile("^To confirm"))).to_have_attribute("aria-current", "page")
    go("Unread", everything)
    go("Mina", ["Form to sign", "Choir rehearsal"])
    press(page.locator(".picks summary", has_text="Kind"), size)
    assert findings(page) == []
    go("Reminders", ["Form to sign"])
    assert {"show=unread", "category=reminder"} <= set(page.url.partition("?")[2].split("&"))
    go("Mina", ["Form to sign"])
    go("Reminders", everything)
    press(page.locator(".picks summary", has_text="School"), size)
    go("Hillside Secondary", ["Open evening"])
    go("Hillside Secondary", everything)
    go("All", everything)

    page.get_by_role("searchbox", name="Search").focus()
    page.keyboard.type("swim")
    page.keyboard.press("Enter")
    expect(page.locator(".found")).to_contain_text("What was found for “swim”")
    assert titles(page) == ["Swimming bags"]
    expect(page.locator("#list mark").first).to_have_text("Swimming")
    page.get_by_role("searchbox", name="Search").fill("zebra")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing was found for “zebra”")).to_be_visible()
    assert findings(page) == []
    press(page.get_by_role("link", name="Back to the inbox"), size)
    expect(page.locator("#list .line:visible")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@SIZES
def test_a_line_is_pinned_put_away_and_brought_back_and_all_that_counts_goes_along(
    web: Webs, browse: Browse, arrive: Arrive, size: tuple[int, int]
) -> None:
    """At a desk by the buttons of a line, on a phone, where a line has none, by those of its own page."""
    ids = {title: arrive(title, "priya") for title in ("First", "Second", "Third")}
    page = browse(web.url(), "priya", size, **device(size))
    page.reload()
    is_live(page)

    def act(title: str, name: str) -> None:
        if size == PHONE:
            line(page, ids[title]).get_by_role("link").tap()
            page.wait_for_url("**/inbox/*")
            page.locator("#main").get_by_role("button", name=name, exact=True).tap()
        else:
            line(page, ids[title]).hover()
            line(page, ids[title]).get_by_role("button", name=f"{name}: {title}").click()

    act("First", "Pin")
    if size == PHONE:
        expect(page.get_by_role("button", name="Unpin")).to_be_visible()
        page.get_by_role("link", name="Inbox").first.tap()
    else:
        expect(line(page, ids["First"])).to_have_attribute("data-pinned", "")
        page.reload()
        is_live(page)
    expect(page.locator("#pinned .line")).to_have_count(1)
    assert titles(page) == ["First", "Third", "Second"]

    act("Second", "Archive")
    expect(line(page, ids["Second"])).to_be_hidden()
    undo = page.locator(".undo, #toasts .toast").filter(has_text="Archived")
    expect(undo).to_be_visible()
    if size == DESKTOP:
        for number in (page.locator("#inbox-badge"), page.locator("#count-unread")):
            expect(number).to_have_text("2")
        expect(page).to_have_title("Inbox, 2 unread · Northfield Primary · Belfry")
    assert findings(page) == []
    press(undo.get_by_role("button", name="Undo"), size)
    expect(line(page, ids["Second"])).to_be_visible()
    assert titles(page) == ["First", "Third", "Second"]

    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator("#list [data-unread]")).to_have_count(0)
    expect(page).to_have_title("Inbox · Northfield Primary · Belfry")
    page.locator(".undo").get_by_role("button", name="Undo").click()
    expect(page.locator("#list [data-unread]")).not_to_have_count(0)


def line(page: Page, id_: UUID) -> Locator:
    return page.locator(f"#n-{id_}")


def test_on_a_large_tablet_a_finger_presses_nothing_that_it_does_not_see(
    web: Webs, browse: Browse, arrive: Arrive
) -> None:
    item = arrive("Sports day", "priya")
    page = browse(web.url(), "priya", (1180, 820), **device(PHONE))
    page.reload()
    box = line(page, item).locator("[data-act=archive]").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sports day")


@SIZES
def test_toasts_wait_while_they_are_looked_at_are_announced_and_go_by_keyboard(
    web: Webs, browse: Browse, publish: Publish, size: tuple[int, int]
) -> None:
    page = browse(web.url(), "priya", size)
    page.clock.install()
    page.goto("/account/sessions")
    is_live(page)
    place, toasts = page.locator("#toasts"), page.locator("#toasts .toast-news")
    expect(place).to_have_attribute("aria-live", "polite")  # before anything comes, or it is not announced
    page.get_by_role("button", name="Sign out").focus()
    publish("Bake sale", "priya", about=("mina",))
    expect(toasts).to_have_count(1, timeout=PATIENCE)
    expect(toasts).to_contain_text("Mina")
    expect(page.get_by_role("button", name="Sign out")).to_be_focused()

    toasts.hover()
    page.clock.run_for(30_000)
    expect(toasts).to_have_count(1)
    page.mouse.move(2, 2)
    toasts.get_by_role("link").focus()
    page.clock.run_for(30_000)
    expect(toasts).to_have_count(1)
    page.keyboard.press("Escape")
    expect(toasts).to_have_count(0)
    expect(page.get_by_role("button", name="Sign out")).to_be_focused()

    publish("Lost hat", "priya")
    expect(toasts).to_have_count(1, timeout=PATIENCE)
    page.clock.run_for(10_000)
    expect(toasts).to_have_count(0)


@SIZES
def test_the_bell_opens_and_closes_as_every_menu(
    web: Webs, browse: Browse, arrive: Arrive, size: tuple[int, int]
) -> None:
    for number in range(3):
        arrive(f"Number {number}", "priya")
    page = browse(web.url(), "priya", size, **device(size))
    page.goto("/account")
    is_live(page)
    bell, latest = page.locator("#bell summary"), page.locator("#latest")
    press(bell, size)
    expect(latest.locator("li")).to_have_count(3, timeout=PATIENCE)
    box = page.locator(".bell-list").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    page.mouse.click(size[0] // 2, size[1] - 200)
    expect(latest).to_be_hidden()

    bell.focus()
    page.keyboard.press("Enter")
    expect(latest).to_be_visible()
    for _ in range(3 + 2):  # the lines, the way to all of them, and what comes after
        page.keyboard.press("Tab")
    expect(latest).to_be_hidden()  # it would lie over what has the focus
    press(bell, size)
    press(latest.get_by_role("link", name=re.compile("Number 2")), size)
    expect(page.get_by_role("heading", level=1)).to_have_text("Number 2")


@SIZES
def test_one_notification_says_who_wrote_to_whom_and_for_which_child(
    web: Webs, browse: Browse, cast: Cast, arrive: Arrive, size: tuple[int, int]
) -> None:
    room = cast.northfield.classes["4B"]
    audience = {"include": [f"guardians-of:class:{room}"], "exclude": [], "names": {f"class:{room}": "4B"}}
    item = arrive("Trip to the abbey", "priya", about=("yusuf",), requires_acknowledgement=True, audience=audience)
    page = browse(web.url(), "priya", size, **device(size))
    page.reload()
    press(line(page, item).get_by_role("link"), size)
    notice = page.locator("#main article")
    for words in ("Margaret Flynn", "Northfield Primary", "4B", "you get it for Yusuf", "just now"):
        expect(notice).to_contain_text(words)
    expect(page).to_have_title("Trip to the abbey · Northfield Primary · Belfry")
    assert findings(page) == []
    press(page.get_by_role("button", name="I have read this"), size)
    expect(notice).to_contain_text("You confirmed that you have read this")
    press(page.locator(".page-head").get_by_role("link", name="Inbox"), size)
    assert counts(page) == ("0", "0")
    expect(line(page, item)).to_contain_text("Confirmed")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
