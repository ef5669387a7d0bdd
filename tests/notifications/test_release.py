"""What was scheduled leaves when its moment has come, once, or is called missed and its author told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from app.audit.models import AuditLine
from app.catalogue.kinds import Category
from app.extensions import db
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs as mail
from app.mailer.models import Letter
from app.notifications import release
from app.notifications.kinds import Due, Status
from app.notifications.models import FanOut, Notification, NotificationRecipient
from app.notifications.timing import of_wall
from app.roster.models import Membership
from tests.notifications.people import draft, fan_out, publish, recipients
from tests.support.cast import Cast
from tests.support.smtp import Sink

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
LONDON = "Europe/London"


@pytest.fixture
def clock(session: Any) -> Any:
    """A clock that the test moves: ``clock.move_to(NOON)``."""
    with time_machine.travel(NOON - timedelta(days=1), tick=False) as traveller:
        yield traveller


def planned(cast: Cast, *include: str, at: datetime = NOON, zone: str = LONDON, **more: Any) -> UUID:
    """Margaret has scheduled it."""
    wall = at.replace(tzinfo=None)
    return publish(cast, draft(*include or ["role:parent"], timing=of_wall(wall, zone), **more))


def row(id_: UUID) -> Notification:
    db.session.rollback()
    return db.session.get_one(Notification, id_, populate_existing=True)


def notices() -> list[Notification]:
    """What Belfry itself told somebody."""
    db.session.rollback()
    return list(db.session.scalars(select(Notification).where(Notification.category == Category.SYSTEM)))


def count(rows: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def test_it_waits_until_its_moment_and_leaves_then(cast: Cast, clock: Any) -> None:
    id_ = planned(cast)
    assert (row(id_).status, row(id_).scheduled_for) == (Status.SCHEDULED, NOON)
    clock.move_to(NOON - timedelta(seconds=1))
    release.release()
    fan_out()
    assert (row(id_).status, count(FanOut), recipients(id_)) == (Status.SCHEDULED, 0, {})

    clock.move_to(NOON)
    release.release()
    assert row(id_).status is Status.SENDING
    fan_out()
    assert set(recipients(id_)) == {"priya", "asha", "grace", "peter"}
    assert row(id_).created_at == NOON
    acts = db.session.scalars(
        select(AuditLine.action).where(AuditLine.subject_id == id_).order_by(AuditLine.created_at)
    )
    assert list(acts) == ["notification.scheduled", "notification.released"]


def test_bar_89_whom_it_reaches_is_asked_when_it_leaves(cast: Cast, clock: Any) -> None:
    id_ = planned(cast)
    with unit_of_work():
        db.session.execute(update(Account).where(Account.id == cast.grace.id).values(disabled_at=now()))
    clock.move_to(NOON)
    release.release()
    fan_out()
    assert set(recipients(id_)) == {"priya", "asha", "peter"}


@pytest.mark.parametrize(
    "place",
    [
        ("America/New_York", "2027-03-14T02:30", "2027-03-14T07:00+00:00"),
        ("Europe/London", "2027-10-31T01:30", "2027-10-31T00:30+00:00"),
        ("Pacific/Auckland", "2027-04-04T02:30", "2027-04-03T13:30+00:00"),
        ("Australia/Lord_Howe", "2027-10-03T02:15", "2027-10-02T15:30+00:00"),
    ],
)
def test_bar_24_where_clocks_are_put_forward_or_back_it_leaves_once(
    cast: Cast, clock: Any, place: tuple[str, str, str]
) -> None:
    zone, wall, leaves_at = place
    timing = of_wall(datetime.fromisoformat(wall), zone)
    id_ = publish(cast, draft("role:parent", timing=timing))
    left: list[datetime] = []
    moment = datetime.fromisoformat(leaves_at) - timedelta(hours=3)
    for _ in range(24):
        clock.move_to(moment)
        release.release()
        left += [moment] if row(id_).status is Status.SENDING and not left else []
        moment += timedelta(minutes=15)
    assert left == [datetime.fromisoformat(leaves_at)]
    assert (row(id_).scheduled_zone, count(FanOut)) == (zone, 1)


def test_bar_15_and_25_clocks_that_reach_for_it_at_once_let_it_go_once(app: Flask, cast: Cast, clock: Any) -> None:
    ids = [planned(cast, title=f"Number {number}") for number in range(5)]
    clock.move_to(NOON)

    def look(_: int) -> None:
        with app.app_context():
            release.release()

    with ThreadPoolExecutor(4) as clocks:
        list(clocks.map(look, range(4)))
    assert [row(id_).status for id_ in ids] == [Status.SENDING] * 5
    released = select(func.count()).where(AuditLine.action == "notification.released")
    assert (count(FanOut), db.session.scalar(released)) == (5, 5)


def test_bar_25_a_clock_that_was_away_for_20_minutes_sends_an_announcement_and_says_how_late(
    cast: Cast, clock: Any
) -> None:
    id_ = planned(cast)
    clock.move_to(NOON + timedelta(minutes=20))
    with structlog.testing.capture_logs() as said:
        release.release()
        release.release()
    assert (row(id_).status, count(FanOut), notices()) == (Status.SENDING, 1, [])
    (line,) = said
    assert (line["event"], line["late_seconds"]) == ("scheduled notification left late", 1200)


@pytest.mark.parametrize(
    "case",
    [
        (Category.REMINDER, None, 20, Due.LATE),
        (Category.ANNOUNCEMENT, 15, 20, Due.OVER),
        (Category.ANNOUNCEMENT, None, 31, Due.LATE),
        (Category.REMINDER, 2, 3, Due.OVER),
    ],
)
def test_bar_25_what_would_come_too_late_is_missed_and_its_author_told_in_the_same_transaction(
    cast: Cast, clock: Any, sink: Sink, case: tuple[Category, int | None, int, Due]
) -> None:
    category, expires_after, away, why = case
    over = NOON + timedelta(minutes=expires_after) if expires_after else None
    id_ = planned(cast, category=category, expires_at=over, title="Swimming kit")
    clock.move_to(NOON + timedelta(minutes=away))
    assert release.release_one(id_) is why
    assert release.release_one(id_) is None

    assert (row(id_).status, row(id_).data["missed"]["why"]) == (Status.MISSED, why.value)
    (notice,) = notices()
    assert (notice.title, notice.link, notice.status) == (
        "Not sent: Swimming kit",
        f"/notifications/{id_}",
        Status.SENT,
    )
    assert "1 December 2026" in notice.body
    assert set(recipients(notice.id)) == {"margaret"}
    fan_out()
    mail.drain_mail()
    assert (recipients(id_), count(NotificationRecipient)) == ({}, 1)
    (told,) = sink.received
    assert told.recipients == (cast.margaret.email,)
    assert "Swimming kit" in str(told.message["Subject"])


def test_the_office_is_told_when_the_author_is_not_of_it_any_more(cast: Cast, clock: Any) -> None:
    id_ = planned(cast)
    with unit_of_work():
        left = update(Membership).where(Membership.account_id == cast.margaret.id)
        db.session.execute(left.values(account_id=cast.tom.id))
    clock.move_to(NOON + timedelta(hours=1))
    assert release.release_one(id_) is Due.LATE
    (notice,) = notices()
    assert set(recipients(notice.id)) == {"tom"}


def test_bar_25_what_goes_wrong_on_the_way_leaves_it_scheduled_and_the_others_unharmed(
    cast: Cast, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    missed, fine = planned(cast, at=NOON - timedelta(hours=1)), planned(cast)
    clock.move_to(NOON)

    def die(*_: Any) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(release, "tell_missed", die)
        release.release()
    assert (row(missed).status, row(fine).status) == (Status.SCHEDULED, Status.SENDING)
    release.release()
    assert (row(missed).status, len(notices())) == (Status.MISSED, 1)


def test_bar_30_a_clock_that_jumps_an_hour_either_way_lets_nothing_go_twice(cast: Cast, clock: Any) -> None:
    ids = [planned(cast, at=NOON + timedelta(minutes=minutes)) for minutes in (0, 59, 61)]
    for jump in (0, 60, 0, -60, 0, 60, 0):
        clock.move_to(NOON + timedelta(minutes=jump))
        release.release()
        fan_out()
    released = select(func.count()).where(AuditLine.action.in_(["notification.released", "notification.missed"]))
    assert db.session.scalar(released) == 2
    assert [row(id_).status for id_ in ids[2:]] == [Status.SCHEDULED]
    assert count(FanOut) == 2
    assert count(Letter) == count(NotificationRecipient)
