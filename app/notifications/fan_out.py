"""From one notification to a copy for each: claimed by one worker, written in pieces, resumed wherever it stopped."""

import time
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import CursorResult, Update, update

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.jobs import Lane, ring_later
from app.kernel.stopping import is_stopping
from app.kernel.unit_of_work import unit_of_work
from app.notifications import copies, queries, telling
from app.notifications.errors import LeaseLostError
from app.notifications.kinds import Claim, Status
from app.notifications.models import FanOut, Notification
from app.notifications.rules import channels_for
from app.notifications.writing import Writing
from app.realtime.record import record

PUBLISHED = "notification.published"
LEASE = timedelta(seconds=20)
LONGEST_DELAY = 60
AT_ONCE = {True: 5_000, False: 25_000}
"""People in one transaction. On SQLite nobody else writes meanwhile, so a page would wait for a larger piece."""


def claim(lane: Lane) -> Claim | None:
    """Take the fan-out that has been due for longest; None when none is due, or others have them all."""
    moment, lease = now(), new_id()
    if db.session.scalar(queries.due(lane, moment).limit(1)) is None:
        return None  # looking must not take the write lock that pages need
    with unit_of_work() as session:
        next_due = queries.due(lane, moment).limit(1).with_for_update(skip_locked=True)
        row = session.execute(
            update(FanOut)
            .where(FanOut.notification_id == next_due.scalar_subquery())
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


def delay_after(attempt: int) -> timedelta:
    """How long to leave one alone that failed."""
    return timedelta(seconds=min(2**attempt, LONGEST_DELAY))


def _write_piece(claim: Claim) -> bool:
    """One transaction; False when nobody was left to write."""
    at_most = AT_ONCE[current_app.extensions["belfry.settings"].is_sqlite]
    with unit_of_work() as session:
        _hold(claim, lease_until=now() + LEASE)
        cursor = queries.cursor_of(claim.notification_id)
        notification = session.get_one(Notification, claim.notification_id)
        telling.changed([notification.id])
        scope = queries.scope_of(notification.district_id, notification.school_id, now())
        written = copies.write(Writing(notification, scope, now(), cursor), at_most)
        if written.count:
            _hold(claim, cursor=written.last)
            ring_for_mail(notification)
    return written.count == at_most


def _finish(claim: Claim) -> None:
    """Let it be seen. Tiny, because all that happens anywhere waits for the position it takes."""
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
        record(PUBLISHED, notification.id, district_id=notification.district_id, school_id=notification.school_id)
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
