"""The inbox through its front door."""

import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.catalogue.kinds import Category
from app.extensions import db
from app.inbox.changes import INBOX_CHANGED
from app.notifications.models import NotificationRecipient
from app.realtime.models import LiveEvent
from tests.inbox.arrivals import copy_of
from tests.inbox.conftest import Arrive
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client, Page
from tests.support.statements import overheard

Browser = Callable[..., Client]
DEEDS = (
    "reading",
    "reading/removal",
    "acknowledgement",
    "archiving",
    "archiving/removal",
    "pinning",
    "pinning/removal",
)


@pytest.fixture
def state(app: Flask) -> Callable[[], tuple[object, ...]]:
    """All that reading and confirming could change."""

    def taken() -> tuple[object, ...]:
        rows = NotificationRecipient
        with app.app_context():
            columns = (rows.id, rows.read_at, rows.acknowledged_at, rows.archived_at, rows.pinned_at)
            copies = db.session.execute(select(*columns).order_by(rows.id)).all()
            return tuple(copies), db.session.scalar(select(func.count()).select_from(LiveEvent))

    return taken


def test_the_list_shows_what_is_hers_with_the_badge(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    trip = arrive("Trip to the abbey", "priya", about=("mina", "noor"))
    arrive("Staff only", "asha")
    page = open_page(browser_of("priya"), "/inbox")
    assert page.all_with("data-notification") == [str(trip)]
    assert page.text_of("inbox-badge") == "1"
    assert "Mina" in page.text
    assert "Noor" in page.text
    assert "Staff only" not in page.text


def test_an_empty_inbox_says_what_will_come(browser_of: Browser, cast: Cast) -> None:
    page = open_page(browser_of("olu"), "/inbox")
    assert "Nothing has arrived yet" in page.text
    assert page.all_with("data-notification") == []


def test_older_items_stand_behind_a_link(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    sent = {str(arrive(f"Number {number}", "priya")) for number in range(33)}
    priya = browser_of("priya")
    first = open_page(priya, "/inbox")
    older = next(link for link in first.links() if "after=" in link)
    second = open_page(priya, older)
    seen = first.all_with("data-notification") + second.all_with("data-notification")
    assert len(seen) == 33
    assert set(seen) == sent


def test_a_token_that_was_never_given_out_shows_the_first_page(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    trip = arrive("Trip", "priya")
    page = open_page(browser_of("priya"), "/inbox?after=made-up")
    assert page.all_with("data-notification") == [str(trip)]


def test_bar_102_getting_pages_changes_nothing(
    browser_of: Browser, cast: Cast, arrive: Arrive, state: Callable[[], object]
) -> None:
    item = arrive("Fire", "priya", category=Category.EMERGENCY)
    priya, before = browser_of("priya"), state()
    for url in ("/inbox", "/inbox?show=unread", "/inbox?show=archived", f"/inbox/{item}"):
        assert priya.get(url).status_code == 200
        assert priya.head(url).status_code == 200
    for deed in DEEDS:
        assert priya.get(f"/inbox/{item}/{deed}").status_code == 405
    assert state() == before


def test_an_item_asks_to_be_marked_only_once_it_is_seen(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    item = arrive("Trip", "priya")
    priya = browser_of("priya")
    form = open_page(priya, f"/inbox/{item}").form(f"/inbox/{item}/reading")
    assert "data-submit-when-seen" in form.attrib
    answer = priya.press(f"/inbox/{item}/reading", headers=HTMX)
    assert answer.status_code == 200
    assert priya.page.text_of("inbox-badge") == "0"
    with pytest.raises(LookupError):
        open_page(priya, f"/inbox/{item}").form(f"/inbox/{item}/reading")


def test_reading_and_unreading_move_the_badge(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    item = arrive("Trip", "priya")
    priya = browser_of("priya")
    priya.get("/inbox")
    assert priya.press_button(f"/inbox/{item}/reading").location == "/inbox"
    assert open_page(priya, "/inbox").text_of("inbox-badge") == "0"
    assert priya.press_button(f"/inbox/{item}/reading/removal", headers=HTMX).status_code == 200
    assert priya.page.text_of("inbox-badge") == "1"
    assert priya.page.all_with("data-notification") == [str(item)]


def test_what_changes_is_told_to_her_other_pages_once(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    item = arrive("Trip", "priya")
    priya = browser_of("priya")
    priya.get("/inbox")
    priya.press(f"/inbox/{item}/reading")
    priya.post(f"/inbox/{item}/reading", data={"csrf_token": priya.csrf()})
    with app.app_context():
        [told] = db.session.execute(
            select(LiveEvent.subject_id, LiveEvent.account_id).where(LiveEvent.kind == INBOX_CHANGED)
        ).all()
    assert tuple(told) == (item, cast.priya.id)


def test_saying_again_what_is_so_writes_nothing(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive, state: Callable[[], object]
) -> None:
    item = arrive("Fire", "priya", category=Category.EMERGENCY)
    priya = browser_of("priya")
    token = {"csrf_token": priya.csrf()}
    for deed in ("reading", "acknowledgement"):
        assert priya.post(f"/inbox/{item}/{deed}", data=token).status_code == 303
        before = state()
        assert priya.post(f"/inbox/{item}/{deed}", data=token).status_code == 303
        assert state() == before
    assert priya.post("/inbox/readings", data=token).status_code == 303
    assert state() == before


def test_bar_29_confirming_counts_once_and_means_having_read(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    item = arrive("Fire", "priya", category=Category.EMERGENCY)
    priya = browser_of("priya")
    assert str(item) in open_page(priya, "/inbox").all_with("data-notification")
    assert priya.press(f"/inbox/{item}/acknowledgement", headers=HTMX).status_code == 200
    with app.app_context():
        first = copy_of(cast.priya.id, item).acknowledged_at
        assert first is not None
        assert copy_of(cast.priya.id, item).read_at is not None
    time.sleep(0.01)
    priya.post(f"/inbox/{item}/acknowledgement", data={"csrf_token": priya.csrf()})
    with app.app_context():
        assert copy_of(cast.priya.id, item).acknowledged_at == first
    assert priya.get("/inbox").status_code == 200
    assert priya.page.find(f"alert-{item}") is None


def test_what_asks_for_no_confirmation_takes_none(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    item = arrive("Calm", "priya")
    priya = browser_of("priya")
    assert priya.post(f"/inbox/{item}/acknowledgement", data={"csrf_token": priya.csrf()}).status_code == 404


def test_reading_all_leaves_other_people_alone(browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive) -> None:
    items = [arrive(title, "priya", "asha") for title in ("One", "Two")]
    priya = browser_of("priya")
    priya.get("/inbox")
    assert priya.press("/inbox/readings").status_code == 303
    with app.app_context():
        assert all(copy_of(cast.priya.id, item).read_at for item in items)
        assert not any(copy_of(cast.asha.id, item).read_at for item in items)


def test_bar_80_somebody_elses_item_is_not_there_by_any_method(
    browser_of: Browser, cast: Cast, arrive: Arrive, state: Callable[[], object]
) -> None:
    hers = arrive("CANARY of Northfield", "priya", category=Category.EMERGENCY)
    before = state()
    for stranger in ("olu", "hugo", "margaret", "ned"):
        browser = browser_of(stranger)
        token = {"csrf_token": browser.csrf()}
        for id_ in (hers, uuid4()):
            answers = [browser.get(f"/inbox/{id_}"), *(browser.post(f"/inbox/{id_}/{d}", data=token) for d in DEEDS)]
            assert {answer.status_code for answer in answers} == {404}
            assert not any("CANARY" in answer.text for answer in answers)
    assert state() == before


def test_bar_102_a_deed_without_the_token_is_refused(
    browser_of: Browser, cast: Cast, arrive: Arrive, state: Callable[[], object]
) -> None:
    item = arrive("Trip", "priya")
    priya, before = browser_of("priya"), state()
    for url in (*(f"/inbox/{item}/{deed}" for deed in DEEDS), "/inbox/readings"):
        assert priya.post(url).status_code == 403
    assert state() == before


def test_nobody_reads_an_inbox_without_signing_in(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    item = arrive("Trip", "priya")
    for url in ("/inbox", f"/inbox/{item}"):
        assert browser_of().get(url).location.startswith("/login")


def test_what_people_write_cannot_become_a_script(browser_of: Browser, cast: Cast, arrive: Arrive) -> None:
    attack = "<script>alert(1)</script>"
    item = arrive(attack, "priya", body=f"{attack}<img src=x onerror=alert(1)> [x](javascript:alert(1))")
    priya = browser_of("priya")
    for url in ("/inbox", f"/inbox/{item}"):
        html = priya.get(url).text
        assert "<script>alert" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html
        assert "&lt;script&gt;alert(1)" in html


def test_a_page_costs_at_most_six_queries_whatever_its_length(
    browser_of: Browser, app: Flask, cast: Cast, arrive: Arrive
) -> None:
    for number in range(12):
        arrive(f"Number {number}", "priya", about=("mina", "yusuf", "noor"))
    priya = browser_of("priya")
    with app.app_context(), overheard() as asked:
        priya.get("/inbox")
    assert len(asked) <= 6, "\n\n".join(statement for statement, _ in asked)


def open_page(browser: Client, url: str) -> Page:
    assert browser.get(url).status_code == 200
    return browser.page


def test_lines_that_a_page_asks_for_are_its_persons_own(cast: Cast, arrive: Arrive, browser_of: Browser) -> None:
    mine, theirs = arrive("Mine", "priya"), arrive("Not hers", "asha")
    priya = browser_of("priya")
    asked = [str(mine), str(theirs), str(uuid4()), "x", "' OR 1=1", *["y"] * 200]
    answer = priya.get("/inbox/lines", query_string={"id": asked}, headers=HTMX)
    assert priya.page.all_with("data-notification") == [str(mine)]
    assert "Not hers" not in answer.text
    assert priya.get("/inbox/lines", headers=HTMX).status_code == 200
