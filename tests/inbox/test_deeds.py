"""Putting away, pinning, and taking it back: by a person's hand, with htmx and without."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from app.catalogue.kinds import Category
from app.extensions import db
from app.inbox.changes import INBOX_CHANGED
from app.inbox.rules import MOST_PINS
from app.kernel.clock import now
from app.realtime.models import LiveEvent
from tests.inbox.arrivals import copy_of
from tests.inbox.conftest import Arrive
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client, Page

Browser = Callable[..., Client]


def test_what_is_archived_leaves_the_inbox_and_stands_in_the_archive(
    browser_of: Browser, cast: Cast, arrive: Arrive
) -> None:
    item, other = (str(arrive(title, "priya")) for title in ("Trip", "Menu"))
    priya = browser_of("priya")
    priya.get("/inbox")
    assert priya.press_button(f"/inbox/{item}/archiving").status_code == 303
    assert shown(priya, "/inbox") == [other]
    assert shown(priya, "/inbox?show=unread") == [other]
    assert priya.page.text_of("inbox-badge") == "1"
    assert shown(priya, "/inbox?show=archived") == [item]


def test_what_was_archived_can_be_taken_back_without_scripts(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    item = str(arrive("Trip", "priya"))
    priya = browser_of("priya")
    priya.get("/inbox?show=unread")
    answer = priya.press_button(f"/inbox/{item}/archiving", headers={"Referer": f"{priya.base_url}/inbox?show=unread"})
    assert shown(priya, answer.location) == []
    assert "Archived." in priya.page.text_of(f"undo-{item}")
    assert priya.press(f"/inbox/{item}/archiving/removal").status_code == 303
    assert shown(priya, "/inbox?show=unread") == [item]


def test_over_htmx_the_line_stays_marked_and_a_toast_offers_the_way_back(
    browser_of: Browser, cast: Cast, arrive: Arrive
) -> None:
    item = str(arrive("Trip", "priya"))
    priya = browser_of("priya")
    priya.get("/inbox")
    assert priya.press_button(f"/inbox/{item}/archiving", headers=HTMX).status_code == 200
    line = priya.page.find(f"n-{item}")
    assert line is not None
    assert "data-archived" in line.attrib
    assert priya.page.text_of("inbox-badge") == "0"
    assert priya.page.text_of(f"undo-{item}").startswith("Archived: Trip")
    assert priya.press(f"/inbox/{item}/archiving/removal", headers=HTMX).status_code == 200
    line = priya.page.find(f"n-{item}")
    assert line is not None
    assert "data-archived" not in line.attrib
    assert line.attrib["hx-swap-oob"] == "true"


def test_archiving_reads_nothing_and_keeps_the_pin(browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive) -> None:
    item = arrive("Trip", "priya")
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    for deed in ("pinning", "archiving", "archiving/removal"):
        assert priya.post(f"/inbox/{item}/{deed}", data=token).status_code == 303
    with app.app_context():
        copy = copy_of(cast.priya.id, item)
        assert copy.read_at is None
        assert copy.archived_at is None
        assert copy.pinned_at is not None


def test_an_emergency_cannot_be_put_away_before_it_is_confirmed_or_over(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    live = arrive("Fire", "priya", category=Category.EMERGENCY)
    over = arrive("Flood", "priya", category=Category.EMERGENCY, expires_at=now() - timedelta(seconds=1))
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    refusal = priya.post(f"/inbox/{live}/archiving", data=token)
    assert refusal.status_code == 409
    assert "Confirm that you have read it" in priya.page.text
    toast = priya.post(f"/inbox/{live}/archiving", data=token, headers=HTMX)
    assert (toast.status_code, toast.headers["HX-Retarget"]) == (409, "#toasts")
    assert "Confirm that you have read it" in toast.text
    assert priya.post(f"/inbox/{over}/archiving", data=token).status_code == 303
    with app.app_context():
        assert copy_of(cast.priya.id, live).archived_at is None
    priya.post(f"/inbox/{live}/acknowledgement", data=token)
    assert priya.post(f"/inbox/{live}/archiving", data=token).status_code == 303
    assert shown(priya, "/inbox") == []


def test_pinned_items_stand_on_top_of_the_first_page_only_and_but_once(
    browser_of: Browser, cast: Cast, arrive: Arrive
) -> None:
    moment = now()
    sent = [str(arrive(f"Number {n}", "priya", created_at=moment - timedelta(minutes=n))) for n in range(33)]
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    for item in (sent[32], sent[2]):
        priya.post(f"/inbox/{item}/pinning", data=token)
    first = shown(priya, "/inbox")
    assert first[:4] == [sent[2], sent[32], sent[0], sent[1]]
    older = next(link for link in priya.page.links() if "after=" in link)
    assert sorted(first + shown(priya, older)) == sorted(sent)
    priya.post(f"/inbox/{sent[32]}/pinning/removal", data=token)
    assert shown(priya, "/inbox")[:2] == [sent[2], sent[0]]


def test_nobody_pins_everything(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    items = [arrive(f"Number {number}", "priya") for number in range(MOST_PINS + 1)]
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    answers = [priya.post(f"/inbox/{item}/pinning", data=token).status_code for item in items]
    assert answers == [303] * MOST_PINS + [409]
    assert "Unpin one of them" in priya.page.text
    assert priya.post(f"/inbox/{items[0]}/pinning", data=token).status_code == 303


def test_reading_all_can_be_taken_back_but_for_what_was_read_before_or_confirmed_since(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    known, new, asked = (arrive(title, "priya", "asha") for title in ("Known", "New", "Asked"))
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    priya.post(f"/inbox/{known}/reading", data=token)
    priya.get("/inbox")
    answer = priya.press("/inbox/readings")
    with app.app_context():
        copy_of(cast.priya.id, asked).acknowledged_at = now()
        db.session.commit()
    assert priya.get(answer.location).status_code == 200
    assert "All marked as read." in priya.page.text_of("undo-readings")
    assert priya.press("/inbox/readings/removal").status_code == 303
    with app.app_context():
        read = [copy_of(cast.priya.id, item).read_at is not None for item in (known, new, asked)]
        assert read == [True, False, True]
        assert copy_of(cast.asha.id, new).read_at is None


def test_each_deed_is_told_to_her_other_pages_and_doing_it_again_is_not(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    item = arrive("Trip", "priya")
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    deeds = ("pinning", "pinning/removal", "archiving", "archiving/removal", "reading", "reading/removal")
    for told, deed in enumerate(deeds, 1):
        for _ in range(2):
            assert priya.post(f"/inbox/{item}/{deed}", data=token).status_code == 303
        with app.app_context():
            happened = select(func.count()).where(LiveEvent.kind == INBOX_CHANGED, LiveEvent.subject_id == item)
            assert db.session.scalar(happened) == told


def test_an_undo_of_what_we_never_offered_is_not_there(browser_of: Browser, cast: Cast) -> None:
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    for about in ("", "yesterday", "2026-11-20T10:00:00", "9" * 400):
        assert priya.post("/inbox/readings/removal", data={**token, "about": about}).status_code == 404
    for query in ("done=archived&about=x", "done=read&about=x", "done=everything", "done=archived"):
        assert priya.get(f"/inbox?{query}").status_code == 200
        assert "Undo" not in priya.page.text


def test_nobody_is_sent_elsewhere_by_where_they_say_they_came_from(
    browser_of: Browser, cast: Cast, arrive: Arrive
) -> None:
    item = arrive("Trip", "priya")
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    for referrer in (
        "https://evil.example/inbox?show=unread",
        "https://evil.example/",
        "//[",
        "/inbox?after=%0d%0aX: 1",
    ):
        answer = priya.post(f"/inbox/{item}/reading", data=token, headers={"Referer": referrer})
        assert answer.location.startswith("/inbox")
        assert "\n" not in answer.location


def shown(browser: Client, url: str) -> list[str]:
    """The notifications in the lists of a page, in order."""
    assert browser.get(url).status_code == 200
    return lines_of(browser.page)


def lines_of(page: Page) -> list[str]:
    return [line.attrib["data-notification"] for line in page.root.iter("li") if "data-notification" in line.attrib]


def test_reading_all_reads_nothing_that_came_in_since_its_page_was_made(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    seen = arrive("Seen", "priya")
    priya = browser_of("priya")
    priya.get("/inbox")
    waits = arrive("Waits to be shown", "priya")
    priya.press("/inbox/readings")
    with app.app_context():
        assert [copy_of(cast.priya.id, item).read_at is not None for item in (seen, waits)] == [True, False]


def test_the_bell_shows_what_is_pinned_as_well(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    item = arrive("Trip", "priya")
    priya = browser_of("priya")
    priya.post(f"/inbox/{item}/pinning", data={"csrf_token": priya.csrf()})
    priya.get("/inbox/latest", headers=HTMX)
    assert "Trip" in priya.page.text
