"""What an open page does in the browser when something comes, and what can be done there without a mouse."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.catalogue.kinds import Category
from app.settings import Settings
from tests.inbox.conftest import Arrive, Publish
from tests.inbox.open_pages import PATIENCE, beside, is_live, let_end
from tests.live.webs import Webs, running_webs
from tests.support.axe import findings
from tests.support.cast import Cast
from tests.support.fixtures_site import DESKTOP, PHONE

# The page cannot see which database it is.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.alone,
    pytest.mark.parametrize("backend", ["sqlite"], indirect=True),
]
Browse = Callable[..., Page]
EMERGENCY = Category.EMERGENCY
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1440"])


@pytest.fixture
def web(settings: Settings, cast: Cast, tmp_path: Path) -> Iterator[Webs]:
    with running_webs(settings, tmp_path / "web") as running:
        yield running


def places(page: Page) -> object:
    """Where each line and each control stands on the screen."""
    return page.eval_on_selector_all(
        "#list .line, #list .line button, .tab",
        "all => all.map(one => { const {x, y, width, height} = one.getBoundingClientRect();"
        " return {x, y, width, height} })",
    )


def line(page: Page, id_: UUID) -> Locator:
    return page.locator(f"#n-{id_}")


@SIZES
def test_what_comes_waits_and_moves_nothing_until_its_reader_asks(
    web: Webs, browse: Browse, arrive: Arrive, publish: Publish, size: tuple[int, int]
) -> None:
    for number in range(14):
        arrive(f"Number {number}", "priya")
    page = browse(web.url(), "priya", size)
    page.reload()
    is_live(page)
    page.evaluate("scrollTo({top: 150, behavior: 'instant'})")  # a wheel would go on rolling while we measure
    before, under = places(page), "document.elementFromPoint(innerWidth / 2, 400).closest('.line').id"
    is_under = page.evaluate(under)
    sent = [publish(f"New {number}", "priya") for number in range(3)]
    newer = page.locator("#newer a")
    expect(newer).to_have_text("3 new", timeout=PATIENCE)
    expect(page.locator("#inbox-badge")).to_have_text("17", timeout=PATIENCE)
    assert places(page) == before
    assert page.evaluate(under) == is_under
    assert page.locator("#toasts li").count() == 0
    page.evaluate("scrollTo(0, 0)")
    assert findings(page) == []

    newer.focus()
    page.keyboard.press("Enter")
    expect(line(page, sent[-1])).to_be_visible(timeout=PATIENCE)
    shown = page.locator("#list .line").evaluate_all("lines => lines.map(line => line.dataset.notification)")
    assert shown[:3] == [str(id_) for id_ in reversed(sent)]
    expect(newer).to_be_hidden()
    expect(line(page, sent[-1]).locator(".line-title")).to_be_focused()

    page.goto("/inbox?show=archived")
    is_live(page)
    publish("Not put away", "priya")
    expect(page.locator("#toasts .toast-news")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("#newer a")).to_be_hidden()
    page.goto("/inbox?show=unread")
    is_live(page)
    publish("Unread", "priya")
    expect(page.locator("#newer a")).to_have_text("1 new", timeout=PATIENCE)


def test_an_empty_inbox_fills_by_itself(web: Webs, browse: Browse, publish: Publish) -> None:
    page = is_live(browse(web.url(), "priya", PHONE))
    expect(page.locator("#list .empty")).to_be_visible()
    first = publish("The first", "priya")
    expect(line(page, first)).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#list .empty")).to_be_hidden()


@SIZES
def test_an_emergency_takes_every_page_of_its_reader_and_lasts_as_a_strip(
    web: Webs, browse: Browse, app: Flask, publish: Publish, size: tuple[int, int]
) -> None:
    page = is_live(browse(web.url(), "margaret", size))
    page.goto("/notifications/new")
    is_live(page)
    other = beside(page, "/inbox")
    page.bring_to_front()
    page.locator("[name=title]").first.fill("Half a sen")
    first, second = publish("Fire", "margaret", category=EMERGENCY), publish("Flood", "margaret", category=EMERGENCY)
    alerts = page.get_by_role("alertdialog")
    expect(alerts.filter(has_text="Flood")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(f"#alert-{second} .alarm-count")).to_have_text("1 of 2")
    for _ in range(3):
        page.keyboard.press("Escape")
    page.keyboard.type("tence ")
    assert page.evaluate("document.querySelector('#alerts dialog').matches(':modal')")
    assert page.evaluate("document.activeElement.closest('dialog').id") == f"alert-{second}"
    assert findings(page) == []
    for key in ("Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab"):
        page.keyboard.press(key)  # what lies under it is out of reach
        assert page.evaluate("document.activeElement.closest('main, .rail, #strips')") is None
    page.locator(f"#alert-{second} .alarm-title").focus()

    page.locator(f"#alert-{second}").get_by_role("button", name="I have read this").click()
    expect(page.locator(f"#strip-{second}")).to_be_attached(timeout=PATIENCE)
    expect(page.locator(f"#alert-{first}")).to_be_visible()
    assert page.evaluate("document.activeElement.closest('dialog').id") == f"alert-{first}"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#strips .strip")).to_have_count(2, timeout=PATIENCE)
    expect(alerts).to_have_count(0)
    expect(page.locator("[name=title]").first).to_be_focused()
    expect(page.locator("[name=title]").first).to_have_value("Half a sen")
    assert findings(page) == []
    expect(other.locator("#strips .strip")).to_have_count(2, timeout=PATIENCE)
    expect(other.get_by_role("alertdialog")).to_have_count(0)
    third = beside(page, f"/inbox/{first}")
    expect(third.locator("#strips .strip")).to_have_count(2)

    let_end(app, second)
    for one in (page, other, third):
        expect(one.locator("#strips .strip")).to_have_count(1, timeout=PATIENCE)
        expect(one.locator("[aria-live] > .strip-over")).to_contain_text("The emergency is over: Flood")
    page.locator(".strip-over").get_by_role("button", name="Close").click()
    expect(page.locator(".strip-over")).to_have_count(0)
    let_end(app, first)
    other.bring_to_front()
    expect(other.locator("#strips .strip")).to_have_count(0, timeout=PATIENCE)
    other.reload()
    assert other.locator("#strips > *").count() == 0


@SIZES
def test_the_inbox_by_keyboard_and_its_other_tab(
    web: Webs, browse: Browse, arrive: Arrive, size: tuple[int, int]
) -> None:
    ids = [arrive(title, "priya") for title in ("Oldest", "Middle", "Newest")]
    page = browse(web.url(), "priya", size)
    page.reload()
    other = beside(is_live(page), "/inbox")
    page.bring_to_front()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(line(page, ids[1])).to_have_attribute("data-cursor", "")
    page.keyboard.press("k")
    expect(line(page, ids[2]).locator(".line-title")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).to_be_focused()
    page.keyboard.type("jk")  # letters, there
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("jk")
    page.get_by_role("searchbox", name="Search").fill("")
    line(page, ids[1]).locator(".line-title").focus()
    page.keyboard.press("e")
    for tab in (page, other):
        expect(line(tab, ids[1])).to_be_hidden(timeout=PATIENCE)
        expect(tab.locator("#inbox-badge")).to_have_text("2", timeout=PATIENCE)
    expect(line(page, ids[0]).locator(".line-title")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    for tab in (page, other):
        expect(line(tab, ids[1])).to_be_visible(timeout=PATIENCE)
    line(page, ids[0]).locator(".line-title").focus()
    page.keyboard.press("u")
    for tab in (page, other):
        expect(line(tab, ids[0])).not_to_have_attribute("data-unread", "", timeout=PATIENCE)
    expect(line(page, ids[0]).locator(".line-title")).to_be_focused()
    page.keyboard.press("p")
    expect(line(other, ids[0])).to_have_attribute("data-pinned", "", timeout=PATIENCE)

    page.keyboard.press("?")
    keys = page.locator("#keys")
    expect(keys).to_be_visible()
    assert findings(page) == []
    page.keyboard.press("e")
    keys.get_by_role("checkbox").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    is_live(page).keyboard.press("j")
    expect(page.locator(".line[data-cursor]")).to_have_count(0)
    if size == PHONE:  # where nobody is told of keys; whoever has them there knows this one
        return
    page.locator(".hints button").click()
    keys.get_by_role("checkbox").check()
    keys.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**/inbox/*")


def test_all_read_on_one_page_is_read_on_every_other_of_theirs(web: Webs, browse: Browse, arrive: Arrive) -> None:
    lines = [arrive(f"Number {number}", "priya") for number in range(26)]
    page = is_live(browse(web.url(), "priya", PHONE))
    page.reload()
    first, older, elsewhere = (beside(page, path) for path in ("/inbox?show=unread", "/inbox", "/account"))
    older.get_by_role("link", name="Older").click()
    is_live(older)
    stands = "all => all.map(one => one.getBoundingClientRect().top)"
    before = first.locator("#list .line").evaluate_all(stands)
    is_live(page).get_by_role("button", name="Mark all read").click()
    expect(page.get_by_text("All marked as read.")).to_be_visible()
    for other, id_ in ((first, lines[-1]), (older, lines[0])):
        expect(line(other, id_)).to_be_visible()
        expect(line(other, id_)).not_to_have_attribute("data-unread", "", timeout=PATIENCE)
        expect(other.locator("#count-unread")).to_have_text("0", timeout=PATIENCE)
    expect(first.locator(".line[data-unread]")).to_have_count(0)
    expect(first.get_by_role("button", name="Mark all read")).to_be_hidden()
    assert first.locator("#list .line").evaluate_all(stands) == before, "nothing moves from under a finger"
    expect(elsewhere.locator("#inbox-badge")).to_be_hidden(timeout=PATIENCE)
    page.get_by_role("button", name="Undo").click()
    expect(first.locator(".line[data-unread]")).to_have_count(25, timeout=PATIENCE)
    expect(first.locator("#count-unread")).to_have_text("26", timeout=PATIENCE)


def test_the_bell_and_the_toasts_of_other_pages(web: Webs, browse: Browse, publish: Publish) -> None:
    page = is_live(browse(web.url(), "priya"))
    page.goto("/account/sessions")
    is_live(page)
    held = page.locator("main button").first
    held.focus()
    sent = [publish(f"Number {number}", "priya") for number in range(5)]
    toasts = page.locator("#toasts .toast-news")
    expect(page.locator(".toast-more .count")).to_have_text("2", timeout=PATIENCE)
    expect(toasts).to_have_count(3)
    expect(held).to_be_focused()
    toasts.last.hover()
    assert findings(page) == []
    toasts.last.get_by_role("button", name="Close").click()
    expect(toasts).to_have_count(2)

    bell = page.locator("#bell summary")
    bell.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#latest li")).to_have_count(5, timeout=PATIENCE)
    expect(page.locator("#latest [data-unread]")).to_have_count(5)
    assert findings(page) == []
    other = beside(page, f"/inbox/{sent[0]}")
    expect(other.get_by_role("button", name="Mark unread")).to_be_visible(timeout=PATIENCE)
    page.bring_to_front()
    expect(page.locator("#latest [data-unread]")).to_have_count(4, timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(page.locator("#latest")).to_be_hidden()
    expect(bell).to_be_focused()


def test_without_scripts_the_bell_is_a_way_to_the_inbox(web: Webs, browse: Browse) -> None:
    page = browse(web.url(), "priya", PHONE, java_script_enabled=False)
    page.goto("/account/sessions")
    page.locator("#bell summary").click()
    page.get_by_role("link", name="See all notifications").click()
    page.wait_for_url("**/inbox")


def drag(page: Page, over: Locator, x: int, y: int) -> None:
    """A finger on the middle of something, moved by so many pixels."""
    box = over.bounding_box()
    assert box
    begin = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [begin]})
    for step in range(1, 9):
        point = {"x": begin["x"] + x * step / 8, "y": begin["y"] + y * step / 8}
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_puts_a_line_away_and_scrolls_without_doing_so(web: Webs, browse: Browse, arrive: Arrive) -> None:
    ids = [arrive(f"Number {number}", "priya") for number in range(12)]
    page = browse(web.url(), "priya", PHONE, has_touch=True, is_mobile=True)
    page.reload()
    is_live(page)
    middle = line(page, ids[8])
    drag(page, middle, -40, 0)
    drag(page, middle, -60, -160)
    page.wait_for_timeout(300)
    assert page.locator(".line[data-archived], .line[data-swipe]").count() == 0
    page.evaluate("scrollTo(0, 0)")
    drag(page, middle, -220, 4)
    expect(middle).to_be_hidden(timeout=PATIENCE)
    assert page.url.endswith("/inbox")
    page.get_by_role("button", name="Undo").click()  # a tap may be taken for the end of a fling
    expect(middle).to_be_visible(timeout=PATIENCE)
