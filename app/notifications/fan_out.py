"""From one notification to a copy for each: claimed by one worker, written in pieces, resumed wherever it stopped."""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import CursorResult, Update, update

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.jobs import Lane, ring_later
from app.kernel.stopping import is_stopping
from app.kernel.turns import turns_of
from app.kernel.unit_of_work import unit_of_work
from app.notifications import copies, fan_outs, queries, telling
from app.notifications.errors import LeaseLostError
from app.notifications.kinds import Claim, Status
from app.notifications.models import FanOut, Notification
from app.notifications.rules import channels_for
from app.notifications.writing import Writing
from app.realtime.record import record

PUBLISHED = "notification.published"
LEASE = timedelta(seconds=20)
LONGEST_DELAY = 60
MOST_ATTEMPTS = 8
AT_ONCE = {True: 5_000, False: 25_000}
"""People in one transaction. On SQLite nobody else writes meanwhile, so a page would wait for a larger piece."""
ALERTED_AT_ONCE = {True: 1_000, False: 2_000}
"""The same where each piece is seen as soon as it is written: the first of them shall not wait for the last."""


def claim(lane: Lane) -> Claim | None:
    """Take the fan-out whose turn it is; None when none is due, or others have them all."""
    # Looking first, which takes no write lock that pages need.
    return turns_of(lane).take(
        lambda: db.session.scalars(fan_outs.waiting(lane, now())).all(), lambda flow: _claim_of_flow(lane, flow)
    )


def _claim_of_flow(lane: Lane, flow: UUID) -> Claim | None:
    moment, lease = now(), new_id()
    with unit_of_work() as session:
        row = session.execute(
            update(FanOut)
            .where(FanOut.notification_id == fan_outs.next_due(lane, flow, moment).scalar_subquery())
            .values(lease=lease, lease_until=moment + LEASE, attempts=FanOut.attempts + 1)
            .returning(FanOut.notification_id, FanOut.attempts)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    return Claim(row.notification_id, lease, row.attempts) if row else None


def work(claim: Claim, until: float) -> None:
    """Write pieces until all are written or ``until`` (monotonic) has come; then let the next one go on.

    Raises LeaseLostError when somebody else has taken over, for then nothing more may be written.
    """
    while _write_piece(claim):
        if time.monotonic() >= until or is_stopping():
            put_off(claim, timedelta())
            return
    _finish(claim)


def put_off(claim: Claim, delay: timedelta) -> None:
    """Give it back; whoever comes after ``delay`` goes on where this one stopped."""
    with unit_of_work() as session:
        session.execute(_mine(claim).values(lease=None, lease_until=None, next_attempt_at=now() + delay))


def set_aside(claim: Claim, reason: str) -> None:
    """Leave it alone until somebody decides what is to become of it."""
    with unit_of_work() as session:
        session.execute(_mine(claim).values(lease=None, lease_until=None, set_aside_at=now(), error_message=reason))


def delay_after(attempt: int) -> timedelta:
    """How long to leave one alone that failed."""
    return timedelta(seconds=min(2**attempt, LONGEST_DELAY))


def _write_piece(claim: Claim) -> bool:
    """One transaction; False when nobody was left to write."""
    is_sqlite = current_app.extensions["belfry.settings"].is_sqlite
    with unit_of_work() as session:
        _hold(claim, lease_until=now() + LEASE)
        cursor = fan_outs.cursor_of(claim.notification_id)
        notification = session.get_one(Notification, claim.notification_id)
        telling.changed([notification.id])
        scope = queries.scope_of(notification.district_id, notification.school_id, now())
        writing = Writing(notification, scope, now(), cursor)
        at_most = (ALERTED_AT_ONCE if writing.is_alert else AT_ONCE)[is_sqlite]
        written = copies.write(writing, at_most)
        if written.count:
            _hold(claim, cursor=written.last, attempts=0)
            ring_for_mail(notification)
        if written.count and writing.is_alert:
            _let_be_seen(notification, (cursor, written.last))
    return written.count == at_most


def _let_be_seen(notification: Notification, between: tuple[UUID | None, UUID | None] = (None, None)) -> None:
    district_id, school_id = notification.district_id, notification.school_id
    record(PUBLISHED, notification.id, district_id=district_id, school_id=school_id, between=between)


def _finish(claim: Claim) -> None:
    """Let it be seen, if it was not piece by piece.

    Tiny, because all that happens anywhere waits for the position it takes.
    """
    moment = now()
    with unit_of_work() as session:
        _hold(claim, finished_at=moment, lease=None, lease_until=None)
        session.execute(
            update(Notification)
            .where(Notification.id == claim.notification_id, Notification.status == Status.SENDING)
            .where(~queries.has_open(Notification.id))
            .values(status=Status.SENT, sent_at=moment)
            .execution_options(synchronize_session=False)
        )
        notification = session.get_one(Notification, claim.notification_id)
        telling.changed([notification.id])
        if notification.category is not Category.EMERGENCY:
            _let_be_seen(notification)
        ring_for_mail(notification)


def ring_for_mail(notification: Notification) -> None:
    if Channel.EMAIL in channels_for(notification.category):
        ring_later(Lane.URGENT_MAIL if notification.category is Category.EMERGENCY else Lane.MAIL)


def _hold(claim: Claim, **values: Any) -> None:
    """Change the row as the holder of its lease, which keeps everybody else from it until the commit."""
    result: CursorResult[Any] = db.session.execute(_mine(claim).values(**values))  # type: ignore[assignment]
    if not result.rowcount:
        raise LeaseLostError


def _mine(claim: Claim) -> Update:
    return (
        update(FanOut)
        .where(FanOut.notification_id == claim.notification_id, FanOut.lease == claim.lease)
        .execution_options(synchronize_session=False)
    )
