"""A school may mail announcements only to those who have not read them after a while."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.inbox import reading
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs
from app.notifications import deliver
from app.notifications.kinds import Fate, Status
from app.notifications.models import Notification, NotificationLog
from app.notifications.preview import preview
from app.preferences.choose_times import choose_times
from app.preferences.kinds import Times
from app.reports.reconcile import unreconciled
from app.roster.mail_after import mail_after
from tests.notifications.people import at_work, draft, ledger, northfield, ring
from tests.support.cast import Cast, Someone
from tests.support.smtp import Sink

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=15)


@pytest.fixture
def clock(session: Session, cast: Cast) -> Iterator[Any]:
    """It is noon, and Northfield gives a quarter of an hour to read in the inbox what it would mail."""
    with time_machine.travel(NOON, tick=False) as traveller:
        with unit_of_work():
            mail_after(cast.northfield.id, 15, at_work(cast, cast.margaret))
        yield traveller


def mail_of(notification_id: Any, who: Someone) -> NotificationLog:
    db.session.rollback()
    return ledger(notification_id, who)[Channel.EMAIL]


def sent_to(sink: Sink) -> set[str]:
    jobs.drain_mail()
    jobs.drain_urgent_mail()
    found = {address for mail in sink.received for address in mail.recipients}
    sink.received.clear()
    return found


def test_the_mail_leaves_after_a_while_and_only_to_those_who_have_not_read_it(
    cast: Cast, clock: Any, sink: Sink
) -> None:
    sent = ring(cast, draft("role:parent"))
    row = mail_of(sent, cast.priya)
    assert (row.status, row.reason, row.next_attempt_at) == (Fate.PENDING, "unread_first", LATER)
    with unit_of_work():
        reading.read(at_work(cast, cast.priya), sent)
    assert sent_to(sink) == set()
    clock.move_to(LATER)
    assert cast.priya.email not in (got := sent_to(sink))
    assert cast.asha.email in got
    row = mail_of(sent, cast.priya)
    assert (row.status, row.reason, row.next_attempt_at) == (Fate.SUPPRESSED, "read", None)
    assert mail_of(sent, cast.asha).status is Fate.SENT
    deliver.settle()
    db.session.rollback()
    assert db.session.get_one(Notification, sent).status is Status.SENT
    assert db.session.execute(unreconciled()).all() == []
    assert preview(draft("role:parent").audience, northfield(cast), Category.ANNOUNCEMENT).mail.patience == LATER - NOON


def test_an_emergency_and_another_school_wait_for_nobody_to_read(cast: Cast, clock: Any, sink: Sink) -> None:
    ring(cast, draft("role:parent", category=Category.EMERGENCY))
    assert cast.priya.email in sent_to(sink)
    with unit_of_work():
        mail_after(cast.northfield.id, None, at_work(cast, cast.margaret))
    calm = ring(cast, draft("role:parent"))
    assert mail_of(calm, cast.priya).reason is None
    assert cast.priya.email in sent_to(sink)


def test_quiet_hours_that_begin_in_that_while_last_longer(cast: Cast, clock: Any) -> None:
    ends_at = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    with unit_of_work():
        choose_times(at_work(cast, cast.priya), Times("UTC", 12 * 60, 17 * 60))
        choose_times(at_work(cast, cast.asha), Times("UTC", 12 * 60 + 30, 17 * 60))
    sent = ring(cast, draft("role:parent"))
    assert (mail_of(sent, cast.priya).reason, mail_of(sent, cast.priya).next_attempt_at) == ("quiet_hours", ends_at)
    assert mail_of(sent, cast.asha).next_attempt_at == LATER
