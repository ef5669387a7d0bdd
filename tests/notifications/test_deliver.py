"""The ledger keeps in step with sockets, pages and letters; nobody counts twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer.events import LetterClaimed, LetterConcluded
from app.mailer.kinds import LetterStatus
from app.notifications import deliver, sweep
from app.notifications.kinds import Fate, Status
from app.notifications.models import Notification, NotificationLog, NotificationRecipient
from app.realtime.models import LiveEvent
from app.reports.counts import deliveries
from tests.notifications.people import draft, fates, ledger, publish, ring
from tests.support.cast import Cast, Someone
from tests.support.statements import overheard


@pytest.fixture
def alarm(session: Session, cast: Cast) -> UUID:
    """An emergency to the parents of Northfield: Priya, Asha, Grace and Peter."""
    return ring(cast, draft("role:parent", category=Category.EMERGENCY))


def socket(notification_id: UUID, of: Someone) -> NotificationLog:
    return ledger(notification_id, of)[Channel.WEBSOCKET]


def concluded(letter_id: UUID, status: LetterStatus, **more: Any) -> LetterConcluded:
    event = LetterConcluded(letter_id, status, 1, None, 250, "queued", now())
    return replace(event, **more)


def hear(event: LetterClaimed | LetterConcluded) -> None:
    with unit_of_work():
        deliver.mail_claimed(event) if isinstance(event, LetterClaimed) else deliver.mail_concluded(event)


def test_written_to_a_socket_is_sent_and_the_pages_receipt_is_delivered(cast: Cast, alarm: UUID) -> None:
    deliver.shown([(cast.priya.id, alarm), (cast.asha.id, alarm)])
    assert [socket(alarm, who).status for who in (cast.priya, cast.asha, cast.grace)] == ["sent", "sent", "pending"]
    assert socket(alarm, cast.priya).sent_at is not None

    deliver.received([(cast.priya.id, alarm)])
    row = socket(alarm, cast.priya)
    assert (row.status, socket(alarm, cast.asha).status) == (Fate.DELIVERED, Fate.SENT)
    assert row.delivered_at is not None


def test_a_receipt_may_overtake_and_come_again(cast: Cast, alarm: UUID) -> None:
    deliver.received([(cast.priya.id, alarm)])
    first = socket(alarm, cast.priya).delivered_at
    deliver.received([(cast.priya.id, alarm), (cast.priya.id, alarm)])
    deliver.shown([(cast.priya.id, alarm)])
    row = socket(alarm, cast.priya)
    assert (row.status, row.delivered_at) == (Fate.DELIVERED, first)


def test_a_receipt_for_what_one_never_got_changes_nothing(cast: Cast, alarm: UUID) -> None:
    other = ring(cast, draft("role:teacher", category=Category.EMERGENCY))
    deliver.received([(cast.olu.id, alarm), (cast.priya.id, other), (cast.priya.id, new_id())])
    assert socket(alarm, cast.priya).status is Fate.PENDING
    assert fates(other, cast.priya) == fates(alarm, cast.olu) == {}
    deliver.received([])


def test_one_batch_holds_several_alerts(cast: Cast, alarm: UUID) -> None:
    other = ring(cast, draft("role:teacher", category=Category.EMERGENCY))
    deliver.shown([(cast.asha.id, alarm), (cast.asha.id, other)])
    assert (socket(alarm, cast.asha).status, socket(other, cast.asha).status) == (Fate.SENT, Fate.SENT)
    assert (socket(alarm, cast.priya).status, socket(other, cast.tom).status) == (Fate.PENDING, Fate.PENDING)


def test_what_one_page_makes_up_by_the_thousand_does_not_keep_anybody_elses_receipt(cast: Cast, alarm: UUID) -> None:
    made_up = [(cast.priya.id, new_id()) for _ in range(2_500)]
    deliver.received([*made_up, (cast.asha.id, alarm), (cast.priya.id, alarm)])
    assert [socket(alarm, who).status for who in (cast.asha, cast.priya)] == [Fate.DELIVERED, Fate.DELIVERED]


def test_batches_of_the_same_people_in_any_order_do_not_block_each_other(app: Flask, cast: Cast, alarm: UUID) -> None:
    batch = [(who.id, alarm) for who in (cast.priya, cast.asha, cast.grace, cast.peter)]

    def tell(number: int) -> None:
        with app.app_context():
            call = deliver.shown if number % 2 else deliver.received
            call(batch if number % 3 else list(reversed(batch)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(tell, range(24)))
    db.session.rollback()  # ends what this thread was reading before
    assert deliveries([alarm])[alarm][Channel.WEBSOCKET] == {Fate.DELIVERED: 4}


def test_the_row_of_a_letter_goes_with_it(cast: Cast, alarm: UUID) -> None:
    letter_id = ledger(alarm, cast.priya)[Channel.EMAIL].letter_id
    assert letter_id is not None
    hear(LetterClaimed(letter_id))
    assert fates(alarm, cast.priya)[Channel.EMAIL] is Fate.SENDING

    later = now() + timedelta(minutes=1)
    hear(concluded(letter_id, LetterStatus.PENDING, next_attempt_at=later, code=451, text="try later"))
    row = ledger(alarm, cast.priya)[Channel.EMAIL]
    assert (row.status, row.next_attempt_at, row.reason) == (Fate.PENDING, later, "451 try later")

    hear(LetterClaimed(letter_id))
    hear(concluded(letter_id, LetterStatus.SENT, attempts=2))
    row = ledger(alarm, cast.priya)[Channel.EMAIL]
    assert (row.status, row.retry_count, row.next_attempt_at) == (Fate.SENT, 1, None)
    assert (row.reason, row.error_message) == (None, None)
    assert row.sent_at is not None
    assert fates(alarm, cast.asha)[Channel.EMAIL] is Fate.PENDING


@pytest.mark.parametrize("status", [LetterStatus.FAILED, LetterStatus.EXPIRED])
def test_what_ended_badly_says_why_and_stays_so(cast: Cast, alarm: UUID, status: LetterStatus) -> None:
    letter_id = ledger(alarm, cast.priya)[Channel.EMAIL].letter_id
    assert letter_id is not None
    hear(concluded(letter_id, status, code=550, text="no such user " + "x" * 300))
    hear(concluded(letter_id, LetterStatus.SENT))
    row = ledger(alarm, cast.priya)[Channel.EMAIL]
    assert row.status == status.value
    assert row.reason is not None
    assert row.reason.startswith("550 no such user")
    assert len(row.reason) <= 200
    assert row.failed_at is not None


def test_a_letter_without_a_notification_is_no_mistake(session: Session, cast: Cast) -> None:
    hear(LetterClaimed(new_id()))
    hear(concluded(new_id(), LetterStatus.SENT))


def test_a_notification_is_sent_when_its_last_letter_is(session: Session, cast: Cast, alarm: UUID) -> None:
    *but_one, last = [row.letter_id for row in emails(session, alarm)]
    for letter_id in but_one:
        hear(concluded(letter_id, LetterStatus.SENT))
    deliver.settle()
    assert session.get_one(Notification, alarm).status is Status.SENDING

    hear(concluded(last, LetterStatus.FAILED))
    deliver.settle()
    row = session.get_one(Notification, alarm)
    assert row.status is Status.SENT, "people who are offline do not count"
    assert row.sent_at is not None


def test_one_that_is_not_fanned_out_is_not_sent(session: Session, cast: Cast) -> None:
    waiting = publish(cast, draft("role:parent"))
    deliver.settle()
    assert session.get_one(Notification, waiting).status is Status.SENDING


def emails(session: Session, notification_id: UUID) -> list[Any]:
    wanted = (NotificationLog.notification_id == notification_id, NotificationLog.channel == Channel.EMAIL)
    return list(session.scalars(select(NotificationLog).where(*wanted)).all())


def end(session: Session, alarm: UUID) -> None:
    past = now() - timedelta(seconds=1)
    with unit_of_work():
        session.execute(update(Notification).where(Notification.id == alarm).values(expires_at=past))
        alerts = NotificationRecipient.notification_id == alarm
        session.execute(update(NotificationRecipient).where(alerts).values(alert_until=past))


def test_whoever_did_not_come_before_the_end_was_offline(session: Session, cast: Cast, alarm: UUID) -> None:
    deliver.shown([(cast.asha.id, alarm)])
    deliver.received([(cast.grace.id, alarm)])
    sweep.expire()
    assert socket(alarm, cast.priya).status is Fate.PENDING, "its time is not over yet"

    end(session, alarm)
    sweep.expire()
    deliver.received([(cast.priya.id, alarm)])
    offline = socket(alarm, cast.priya)
    assert (offline.status, offline.reason) == (Fate.FAILED, "offline")
    assert [socket(alarm, who).status for who in (cast.asha, cast.grace, cast.peter)] == ["sent", "delivered", "failed"]


def test_open_pages_learn_once_that_an_alert_is_over(session: Session, cast: Cast, alarm: UUID) -> None:
    end(session, alarm)
    sweep.expire()
    sweep.expire()
    told = session.scalars(select(LiveEvent).where(LiveEvent.kind == "notification.changed")).all()
    assert [(event.subject_id, event.school_id) for event in told] == [(alarm, cast.northfield.id)]


def test_ending_alerts_goes_on_while_either_kind_of_row_is_left(
    session: Session, cast: Cast, alarm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four rows of the ledger end here, and only one copy: the others have been confirmed."""
    end(session, alarm)
    confirmed = NotificationRecipient.recipient_id.in_(who.id for who in (cast.asha, cast.grace, cast.peter))
    with unit_of_work():
        session.execute(update(NotificationRecipient).where(confirmed).values(acknowledged_at=now()))
    monkeypatch.setattr(deliver, "AT_ONCE", 2)
    assert [deliver.expire() for _ in range(3)] == [True, True, False]
    assert deliveries([alarm])[alarm][Channel.WEBSOCKET] == {Fate.FAILED: 4}


def test_ending_alerts_waits_for_nobody_who_holds_a_row(session: Session, cast: Cast, alarm: UUID) -> None:
    """Two who wait for each other's rows would be ended by the database, receipts and all."""
    end(session, alarm)
    held = select(NotificationLog.id).where(NotificationLog.id == socket(alarm, cast.priya).id)
    session.rollback()
    with db.engine.connect() as other, other.begin():
        other.execute(held.with_for_update())
        deliver.expire()
        assert socket(alarm, cast.asha).status is Fate.FAILED
        session.rollback()
    sweep.expire()
    assert deliveries([alarm])[alarm][Channel.WEBSOCKET] == {Fate.FAILED: 4}


def test_looking_for_alerts_that_are_over_writes_nothing_when_none_is(cast: Cast, alarm: UUID) -> None:
    with overheard() as statements:
        assert deliver.expire() is False
    assert [statement for statement, *_ in statements if not statement.startswith("SELECT")] == []
