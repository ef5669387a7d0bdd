"""Keeping the ledger in step with what the carriers report: sockets, pages, letters."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import case, func, null, update

from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer.events import LetterClaimed, LetterConcluded
from app.mailer.kinds import LetterStatus
from app.notifications import queries, telling
from app.notifications.kinds import Fate, Status
from app.notifications.models import Notification, NotificationLog
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.of_letters import change_rows
from app.notifications.rules import OFFLINE, OPEN, WITHDRAWN
from app.preferences.kinds import NOT_TO_LEAVE, WAITS
from app.realtime.record import record

CHANGED = "notification.changed"
AT_ONCE = 5_000
PAIRS_AT_ONCE = 400
"""SQLite takes expressions of a depth of 1,000: each pair may speak of another notification, and is two levels."""
REASON_LENGTH = 200
STAMPS = {
    Fate.SENT: "sent_at",
    Fate.DELIVERED: "delivered_at",
    Fate.FAILED: "failed_at",
    Fate.BOUNCED: "failed_at",
    Fate.EXPIRED: "failed_at",
}
Batch = Iterable[tuple[UUID, UUID]]
"""(account, notification): somebody, and the alert that was written to them or that their page has shown."""

KEPT_BACK = frozenset({*NOT_TO_LEAVE, WITHDRAWN})
"""Why a letter was not to leave any more when its turn came: nothing came too late."""
log = NotificationLog


def shown(batch: Batch) -> None:
    """A frame with the alert was written to a socket of theirs."""
    _alerts(batch, frozenset({Fate.PENDING}), status=Fate.SENT, sent_at=now())


def received(batch: Batch) -> None:
    """Their page says that it stands there. The receipt may overtake the news that it was written."""
    moment = now()
    sent_at = func.coalesce(log.sent_at, moment)
    _alerts(batch, frozenset({Fate.PENDING, Fate.SENT}), status=Fate.DELIVERED, sent_at=sent_at, delivered_at=moment)


def mail_claimed(event: LetterClaimed) -> None:
    """A worker tries the letter now."""
    reason = case((log.reason.in_(WAITS), null()), else_=log.reason)
    _of_letter(event.letter_id, status=Fate.SENDING, next_attempt_at=None, reason=reason)


def mail_concluded(event: LetterConcluded) -> None:
    """A try has ended: for good, or with another to come."""
    fate = Fate(event.status.value)
    changes: dict[str, Any] = {"status": fate, "retry_count": max(0, event.attempts - 1)}
    if fate is Fate.EXPIRED and event.text in KEPT_BACK:  # as with those of whom it was known from the beginning
        _of_letter(event.letter_id, **changes | {"status": Fate.SUPPRESSED, "reason": event.text})
        return
    if event.status is LetterStatus.PENDING:
        changes["next_attempt_at"] = event.next_attempt_at
    else:
        changes[STAMPS[fate]] = event.at
    words = f"{event.code} {event.text}" if event.code else event.text
    is_well = fate is Fate.SENT
    changes |= {"error_message": None if is_well else words, "reason": None if is_well else words[:REASON_LENGTH]}
    _of_letter(event.letter_id, **changes)


def settle() -> None:
    """Call what is done done: on its way, fanned out, and no row left to send."""
    if db.session.scalar(queries.settled().limit(1)) is None:
        return  # looking must not take the write lock that pages need
    with unit_of_work() as session:
        settled = session.scalars(
            update(Notification)
            .where(Notification.id.in_(queries.settled()))
            .values(status=Status.SENT, sent_at=func.coalesce(Notification.sent_at, now()))
            .returning(Notification.id)
            .execution_options(synchronize_session=False)
        )
        telling.changed(settled)


def expire() -> bool:
    """End alerts whose time is over: to whoever did not come they never got. True when more may be left."""
    moment = now()
    unseen, over = queries.never_shown(moment, AT_ONCE), queries.alerts_over(moment, AT_ONCE)
    if all(db.session.scalar(rows.limit(1)) is None for rows in (unseen, over)):
        return False  # looking must not take the write lock that pages need
    # Rows that somebody else holds are left for the next time: who never waits is in nobody's deadlock.
    with unit_of_work() as session:
        failed = session.scalars(
            update(log)
            .where(log.id.in_(unseen.with_for_update(skip_locked=True, of=log)))
            .values(status=Fate.FAILED, reason=OFFLINE, failed_at=moment)
            .returning(log.notification_id)
            .execution_options(synchronize_session=False)
        ).all()
        ended = session.scalars(
            update(Copy)
            .where(Copy.id.in_(over.with_for_update(skip_locked=True)))
            .values(alert_until=None)
            .returning(Copy.notification_id)
            .execution_options(synchronize_session=False)
        ).all()
        telling.changed([*failed, *ended])
        for notification in session.scalars(queries.notifications_of(set(ended))):
            record(CHANGED, notification.id, district_id=notification.district_id, school_id=notification.school_id)
    return AT_ONCE in {len(failed), len(ended)}


def _alerts(batch: Batch, of: frozenset[Fate], **changes: Any) -> None:
    """A batch in pieces, each its own transaction with its rows locked in one order: two may hold the same people."""
    pairs = sorted({(notification_id, account_id) for account_id, notification_id in batch})
    for start in range(0, len(pairs), PAIRS_AT_ONCE):
        some = pairs[start : start + PAIRS_AT_ONCE]
        rows = queries.alerts_of(some, of)
        with unit_of_work() as session:
            changed = session.scalars(
                update(log)
                .where(log.id.in_(rows.with_for_update()))
                .values(**changes)
                .returning(log.notification_id)
                .execution_options(synchronize_session=False)
            )
            telling.changed(changed)


def _of_letter(letter_id: UUID, **changes: Any) -> None:
    """Its row, or the rows of a digest; a password's mail has none. What came to an end stays as it ended."""
    telling.changed(change_rows([letter_id], log.status.in_(OPEN), **changes))
