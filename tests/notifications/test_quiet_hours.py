"""The mail of announcements waits for the morning; nothing else does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs
from app.mailer.models import DeliveryAttempt, Letter
from app.notifications import compose, deliver
from app.notifications.kinds import Fate, Status
from app.notifications.models import Notification, NotificationLog
from app.preferences.choose_times import choose_times
from app.preferences.kinds import Times
from app.reports.reconcile import unreconciled
from tests.notifications.people import at_work, draft, fan_out, ledger, office_of, ring
from tests.support.cast import Cast, Someone
from tests.support.smtp import Sink

EVENING = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
NIGHT = Times("Europe/London", 22 * 60, 7 * 60)


@pytest.fixture
def clock() -> Iterator[Any]:
    """It is half past ten in the evening in London, and time goes where a test moves it."""
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


def say(cast: Cast, who: Someone, times: Times) -> None:
    with unit_of_work():
        choose_times(at_work(cast, who), times)


def mail_of(notification_id: UUID, who: Someone) -> NotificationLog:
    return ledger(notification_id, who)[Channel.EMAIL]


def sent_to(sink: Sink) -> set[str]:
    """Whom mail has reached since it was asked last."""
    jobs.drain_mail()
    jobs.drain_urgent_mail()
    found = {address for mail in sink.received for address in mail.recipients}
    sink.received.clear()
    return found


@pytest.fixture
def priyas_night(session: Session, cast: Cast, clock: Any) -> None:
    say(cast, cast.priya, NIGHT)


@pytest.mark.usefixtures("priyas_night")
def test_bar_116_what_is_written_in_quiet_hours_leaves_when_they_end_and_the_ledger_says_so(
    session: Session, cast: Cast, clock: Any, sink: Sink
) -> None:
    sent = ring(cast, draft("role:parent"))
    row = mail_of(sent, cast.priya)
    assert (row.status, row.reason, row.next_attempt_at) == (Fate.PENDING, "quiet_hours", MORNING)
    assert ledger(sent, cast.priya)[Channel.IN_APP].status is Fate.DELIVERED
    assert mail_of(sent, cast.asha).reason is None
    assert cast.priya.email not in sent_to(sink)
    deliver.settle()
    assert db.session.get_one(Notification, sent).status is Status.SENDING

    clock.move_to(MORNING)
    assert sent_to(sink) == {cast.priya.email}
    db.session.rollback()
    row = mail_of(sent, cast.priya)
    assert (row.status, row.reason, row.sent_at, row.retry_count) == (Fate.SENT, None, MORNING, 0)
    deliver.settle()
    db.session.rollback()
    assert db.session.get_one(Notification, sent).status is Status.SENT
    assert db.session.execute(unreconciled()).all() == []


@pytest.mark.usefixtures("priyas_night")
def test_bar_116_an_emergency_and_a_mail_to_try_out_wait_for_nobody(session: Session, cast: Cast, sink: Sink) -> None:
    say(cast, cast.margaret, NIGHT)
    alarm = ring(cast, draft("role:parent", category=Category.EMERGENCY))
    with unit_of_work():
        compose.test(draft("role:parent"), at_work(cast, cast.margaret), office_of(cast))
    fan_out()
    assert mail_of(alarm, cast.priya).reason is None
    assert sent_to(sink) >= {cast.priya.email, cast.margaret.email}


def test_bar_116_by_the_clock_of_their_own_zone(session: Session, cast: Cast, clock: Any) -> None:
    """Half past ten in London is half past five in New York, and four in the morning in Kolkata."""
    for who, zone in ((cast.priya, "America/New_York"), (cast.asha, "Asia/Kolkata"), (cast.grace, "Europe/London")):
        say(cast, who, Times(zone, 22 * 60, 7 * 60))
    sent = ring(cast, draft("role:parent"))
    waiting = {who.name: mail_of(sent, who).next_attempt_at for who in (cast.priya, cast.asha, cast.grace)}
    assert waiting == {
        cast.priya.name: EVENING,
        cast.asha.name: datetime(2026, 11, 21, 1, 30, tzinfo=UTC),
        cast.grace.name: MORNING,
    }


def test_whoever_begins_their_quiet_hours_meanwhile_gets_it_in_the_morning_and_no_try_is_counted(
    session: Session, cast: Cast, sink: Sink, clock: Any
) -> None:
    sent = ring(cast, draft("role:parent"))
    say(cast, cast.priya, NIGHT)
    assert cast.priya.email not in sent_to(sink)
    db.session.rollback()
    row = mail_of(sent, cast.priya)
    assert (row.status, row.reason, row.next_attempt_at) == (Fate.PENDING, "quiet_hours", MORNING)
    tries = select(DeliveryAttempt).where(DeliveryAttempt.letter_id == row.letter_id)
    assert db.session.scalars(tries).all() == []
    clock.move_to(MORNING)
    assert sent_to(sink) == {cast.priya.email}


@pytest.mark.usefixtures("priyas_night")
def test_whoever_ends_their_quiet_hours_gets_it_at_its_turn(
    session: Session, cast: Cast, sink: Sink, clock: Any
) -> None:
    ring(cast, draft("role:parent"))
    say(cast, cast.priya, Times("Europe/London"))
    assert cast.priya.email not in sent_to(sink)
    clock.move_to(MORNING)
    assert sent_to(sink) == {cast.priya.email}
    clock.move_to(MORNING + timedelta(hours=15))
    now_at_once = ring(cast, draft("role:parent"))
    assert mail_of(now_at_once, cast.priya).reason is None


@pytest.mark.usefixtures("priyas_night")
def test_what_is_over_before_the_morning_is_let_go_then(session: Session, cast: Cast, sink: Sink, clock: Any) -> None:
    ends_at = EVENING + timedelta(hours=2)
    sent = ring(cast, draft("role:parent", expires_at=ends_at))
    assert mail_of(sent, cast.priya).next_attempt_at == ends_at
    clock.move_to(ends_at)
    assert cast.priya.email not in sent_to(sink)
    db.session.rollback()
    assert mail_of(sent, cast.priya).status is Fate.EXPIRED


def test_the_letters_of_many_are_put_off_by_two_questions(session: Session, cast: Cast, clock: Any) -> None:
    """However many have chosen alike: their groups are reckoned, not they."""
    for who in (cast.priya, cast.asha, cast.grace, cast.peter):
        say(cast, who, NIGHT)
    ring(cast, draft("role:parent"))
    due = set(db.session.scalars(select(Letter.next_attempt_at)))
    assert due == {MORNING}
