"""Scheduling, changing and calling off, as an admin does it without a script, and as others cannot."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.audit.models import AuditLine
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications import release, schedule
from app.notifications.errors import AlreadyDecidedError
from app.notifications.kinds import Status
from app.notifications.models import FanOut, Notification
from app.notifications.timing import of_moment
from app.roster.models import School
from tests.notifications.people import at_work, draft, fan_out, publish
from tests.support.cast import Cast
from tests.support.pages import Client, values_of

NEW, PLANNED = "/notifications/new", "/notifications/planned"
LONDON = ZoneInfo("Europe/London")
NEXT_WEEK = (now() + timedelta(days=7)).astimezone(LONDON).replace(hour=7, minute=30, second=0, microsecond=0)
TYPED = NEXT_WEEK.strftime("%Y-%m-%dT%H:%M")
SAID = {"category": "announcement", "title": "Snow day", "body": "No school **today**.", "include": ["role:parent"]}


@pytest.fixture
def office(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    return browser_of("margaret")


def only(app: Flask) -> Notification:
    with app.app_context():
        (row,) = db.session.scalars(select(Notification).where(Notification.sender_id.is_not(None)))
        db.session.expunge(row)
        return row


def acts(app: Flask, id_: UUID) -> list[str]:
    with app.app_context():
        rows = select(AuditLine.action).where(AuditLine.subject_id == id_).order_by(AuditLine.created_at, AuditLine.id)
        return list(db.session.scalars(rows))


def scheduled(app: Flask, office: Client, **changes: Any) -> str:
    """Written, confirmed, and its page's address."""
    office.get(NEW)
    office.press(NEW, **SAID | {"when": "later", "scheduled_for": TYPED} | changes)
    answer = office.press(NEW)
    assert answer.status_code == 303, office.page.text
    return str(answer.location)


def test_it_is_said_when_it_goes_out_before_it_is_scheduled_and_where_it_stands_after(
    app: Flask, office: Client
) -> None:
    office.get(NEW)
    assert "By the clock of Europe/London" in office.page.text
    asked = office.press(NEW, **SAID, when="later", scheduled_for=TYPED)
    assert asked.status_code == 200
    for words in ("07:30", "Europe/London", "in ", "Schedule it for 4 people"):
        assert words in office.page.text, words
    office.press(NEW, edit="1")
    kept = values_of(office.page.form(NEW))
    assert (kept["when"], kept["scheduled_for"], kept["scheduled_zone"]) == (["later"], [TYPED], ["Europe/London"])
    office.press(NEW)
    answer = office.press(NEW)

    row = only(app)
    assert answer.location == f"/notifications/{row.id}"
    assert (row.status, row.scheduled_for, row.scheduled_zone) == (
        Status.SCHEDULED,
        NEXT_WEEK.astimezone(UTC),
        "Europe/London",
    )
    office.get(answer.location)
    for words in ("Goes out on", "07:30", "Would reach now", "4 people", "Cancel it", "Change it", "Snow day"):
        assert words in office.page.text, words
    office.get(PLANNED)
    assert answer.location in office.page.links()
    office.get("/notifications")
    assert answer.location not in office.page.links()
    assert PLANNED in office.page.links()


def test_a_moment_with_its_offset_is_that_moment(app: Flask, cast: Cast, office: Client) -> None:
    token = office.csrf()
    moment = NEXT_WEEK.astimezone(ZoneInfo("America/New_York")).isoformat()
    written = SAID | {"scheduled_for": moment, "confirmed": "1", "csrf_token": token, "idempotency_key": "k1"}
    first = office.post(NEW, data=written)
    assert (first.status_code, only(app).scheduled_for) == (303, NEXT_WEEK.astimezone(UTC))
    assert office.post(NEW, data=written).location == first.location
    later = (NEXT_WEEK + timedelta(hours=1)).isoformat()
    assert office.post(NEW, data=written | {"scheduled_for": later}).status_code == 409


def test_an_emergency_is_never_scheduled(app: Flask, cast: Cast, office: Client) -> None:
    office.get(NEW)
    answer = office.press(NEW, **SAID | {"category": "emergency", "when": "later", "scheduled_for": TYPED})
    assert answer.status_code == 422
    assert "An emergency never waits" in office.page.text_of("scheduled_for-error")


def test_it_may_not_be_over_before_it_leaves(cast: Cast, office: Client) -> None:
    office.get(NEW)
    until = (NEXT_WEEK - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = office.press(NEW, **SAID, when="later", scheduled_for=TYPED, expires_at=until)
    assert (answer.status_code, "It would be over before it goes out" in office.page.text) == (422, True)


def test_bar_24_the_composer_says_what_becomes_of_a_time_that_does_not_exist(cast: Cast, office: Client) -> None:
    year = now().year + 1
    last_sunday = max(
        day for number in range(25, 32) if (day := datetime(year, 3, number, 1, 30, tzinfo=UTC)).weekday() == 6
    )
    office.get(NEW)
    asked = {
        "when": "later",
        "scheduled_for": last_sunday.strftime("%Y-%m-%dT%H:%M"),
        "scheduled_zone": "Europe/London",
    }
    office.post(
        "/notifications/preview/timing", data={**SAID, **asked, "csrf_token": office.csrf(NEW)},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert "01:30 does not exist: it goes out at 02:00" in office.page.text
    office.get(NEW)
    office.press(NEW, **SAID, **asked)
    assert "01:30 does not exist: it goes out at 02:00" in office.page.text


def test_it_is_changed_until_it_leaves_and_keeps_its_zone(app: Flask, cast: Cast, office: Client) -> None:
    url = scheduled(app, office)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(School).where(School.id == cast.northfield.id).values(time_zone="Pacific/Auckland"))
    office.get(f"{url}/edit")
    filled = values_of(office.page.form(f"{url}/edit"))
    assert (filled["title"], filled["scheduled_for"], filled["scheduled_zone"]) == (
        ["Snow day"],
        [TYPED],
        ["Europe/London"],
    )
    office.press(f"{url}/edit", title="Snow again", scheduled_for=TYPED.replace("07:30", "08:15"))
    assert "Nothing is changed yet." in office.page.text
    assert only(app).title == "Snow day"
    answer = office.press(f"{url}/edit")
    assert (answer.status_code, answer.location) == (303, url)
    row = only(app)
    assert (row.title, row.status, row.scheduled_zone) == ("Snow again", Status.SCHEDULED, "Europe/London")
    assert row.scheduled_for == NEXT_WEEK.replace(hour=8, minute=15).astimezone(UTC)
    assert acts(app, row.id) == ["notification.scheduled", "notification.rescheduled"]


def test_what_was_scheduled_can_be_sent_now_instead(app: Flask, cast: Cast, office: Client) -> None:
    url = scheduled(app, office)
    office.get(f"{url}/edit")
    office.press(f"{url}/edit", when="now", scheduled_for="")
    office.press(f"{url}/edit")
    assert (only(app).status, only(app).scheduled_for) == (Status.SENDING, None)
    with app.app_context():
        fan_out()
        release.release()
    office.get(url)
    assert "Priya Rahman" in office.page.text


def test_two_who_change_it_at_once_do_not_write_over_each_other(
    app: Flask, cast: Cast, office: Client, browser_of: Callable[..., Client]
) -> None:
    url = scheduled(app, office)
    dana = browser_of("dana")
    for who in (office, dana):
        who.get(f"{url}/edit")
    office.press(f"{url}/edit", title="Margaret's")
    office.press(f"{url}/edit")
    dana.press(f"{url}/edit", title="Dana's")
    answer = dana.press(f"{url}/edit")
    assert (answer.status_code, only(app).title) == (409, "Margaret's")
    assert "Somebody else has changed it meanwhile." in dana.page.text
    assert values_of(dana.page.form(f"{url}/edit"))["title"] == ["Dana's"]
    dana.press(f"{url}/edit")
    assert dana.press(f"{url}/edit").status_code == 303
    assert only(app).title == "Dana's"


def test_bar_27_called_off_it_never_leaves_and_calling_it_off_twice_is_harmless(
    app: Flask, cast: Cast, office: Client
) -> None:
    url = scheduled(app, office)
    for _ in range(2):
        office.get(url)
        answer = office.post(f"{url}/cancellation", data={"csrf_token": office.csrf(url)})
        assert (answer.status_code, answer.location) == (303, url)
    row = only(app)
    assert (row.status, acts(app, row.id)) == (Status.CANCELLED, ["notification.scheduled", "notification.cancelled"])
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Notification).values(scheduled_for=now()))
    with app.app_context():
        release.release()
        assert db.session.scalars(select(FanOut)).all() == []
    office.get(url)
    assert "It was called off, and nobody has received it. Margaret Flynn cancelled it" in office.page.text
    office.get(f"{NEW}?again={row.id}")
    assert values_of(office.page.form(NEW))["title"] == ["Snow day"]
    office.get(PLANNED)
    assert "Did not go out lately" in office.page.text


@pytest.mark.parametrize("first", ["clock", "office"])
def test_bar_27_whoever_loses_the_race_for_the_last_second_is_told_so(
    app: Flask, cast: Cast, office: Client, first: str
) -> None:
    url = scheduled(app, office)
    office.get(f"{url}/edit")
    office.press(f"{url}/edit", title="Changed")
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Notification).values(scheduled_for=now()))
    if first == "clock":
        with app.app_context():
            release.release()
        assert office.press(f"{url}/edit").status_code == 409
        assert "It has gone out already" in office.page.text
        assert office.post(f"{url}/cancellation", data={"csrf_token": office.csrf()}).status_code == 409
        assert (only(app).title, only(app).status) == ("Snow day", Status.SENDING)
    else:
        office.post(f"{url}/cancellation", data={"csrf_token": office.csrf()})
        with app.app_context():
            release.release()
        assert only(app).status is Status.CANCELLED
        assert office.get(f"{url}/edit").status_code == 409


def test_bar_27_of_a_cancellation_and_a_clock_at_once_one_wins(app: Flask, cast: Cast) -> None:
    """Sixteen times, for either may be first."""
    with app.app_context():
        ids = [
            publish(cast, draft("role:parent", title=f"N{number}", timing=of_moment(now(), "UTC")))
            for number in range(16)
        ]

    def call_off(id_: UUID) -> bool:
        with app.app_context():
            try:
                with unit_of_work() as session:
                    schedule.cancel(session.get_one(Notification, id_), at_work(cast, cast.margaret))
            except AlreadyDecidedError:
                return False
        return True

    def let_go(id_: UUID) -> bool:
        with app.app_context():
            return release.release_one(id_) is not None

    with ThreadPoolExecutor(2) as threads:
        both = [(threads.submit(call_off, id_), threads.submit(let_go, id_)) for id_ in ids]
        won = [(off.result(), left.result()) for off, left in both]
    assert all(off is not left for off, left in won)
    with app.app_context():
        left = {row.notification_id for row in db.session.scalars(select(FanOut))}
        assert left == {id_ for id_, (_off, has_left) in zip(ids, won, strict=True) if has_left}


def test_what_another_school_has_planned_is_not_found(
    app: Flask, cast: Cast, office: Client, browser_of: Callable[..., Client]
) -> None:
    url, hugo = scheduled(app, office), browser_of("hugo")
    token = hugo.csrf()
    assert hugo.get(url).status_code == 404
    assert hugo.get(f"{url}/edit").status_code == 404
    for path in ("edit", "cancellation"):
        assert hugo.post(f"{url}/{path}", data={"csrf_token": token, **SAID}).status_code == 404
    assert hugo.get(f"{NEW}?again={url.rpartition('/')[2]}").status_code == 404
    hugo.get(PLANNED)
    assert "Nothing is planned" in hugo.page.text
    assert only(app).status is Status.SCHEDULED
    assert office.get(f"/notifications/{new_id()}/edit").status_code == 404


def test_a_draft_keeps_for_when_it_is_meant(app: Flask, cast: Cast, office: Client) -> None:
    office.get(NEW)
    answer = office.press(NEW, **SAID, when="later", scheduled_for=TYPED, save="1")
    office.get(answer.location)
    kept = values_of(office.page.form(NEW))
    assert (kept["when"], kept["scheduled_for"]) == (["later"], [TYPED])


def test_sending_it_to_oneself_does_not_wait(app: Flask, cast: Cast, office: Client) -> None:
    office.get(NEW)
    fields = {**values_of(office.page.form(NEW)), **SAID, "when": "later", "scheduled_for": TYPED}
    office.post("/notifications/tests", data=fields)
    assert (only(app).status, only(app).scheduled_for) == (Status.SENDING, None)
