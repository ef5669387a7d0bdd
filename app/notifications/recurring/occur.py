"""What recurs becomes a notification of its own each time: claimed by a conditional update, so two clocks are harmless.

It is written down as scheduled for its moment. Whether it then leaves or comes too late is decided as for all that is
scheduled (``release``).
"""

from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import CursorResult, insert, update
from sqlalchemy.orm import Session

from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.notifications.compose import note_act
from app.notifications.kinds import Status, Timing
from app.notifications.models import Notification
from app.notifications.recurring import queries
from app.notifications.recurring.kept import pattern_in
from app.notifications.recurring.models import Occurrence, Recurrence
from app.notifications.recurring.moments import following, moments

AT_ONCE, MOST_LATE = 100, 7
A_MOMENT = timedelta(microseconds=1)
COPIED = ("district_id", "school_id", "sender_id", "title", "body", "category", "priority", "link", "audience")
log = structlog.get_logger(__name__)


def occur() -> None:
    """Write down all that is due. Each by itself: one that cannot be must not keep the others."""
    for id_ in db.session.scalars(queries.due(now(), AT_ONCE)).all():
        try:
            occur_one(id_)
        except Exception:
            log.exception("what recurs could not be written down", recurrence_id=str(id_))


def occur_one(recurrence_id: UUID) -> int:
    """How many times were due; 0 when another clock had them, or it has ended or was changed."""
    moment = now()
    with unit_of_work() as session:
        recurrence = session.get_one(Recurrence, recurrence_id, with_for_update=True, populate_existing=True)
        if recurrence.next_at is None or recurrence.next_at > moment:
            return 0
        due = _due(recurrence, recurrence.next_at, moment)
        if not _advance(session, recurrence, recurrence.next_at, moment):
            return 0
        for timing in due[-MOST_LATE:]:
            if session.get(Occurrence, (recurrence.id, timing.at)):
                continue  # a rule that was changed meets a time that has been already
            _write(session, recurrence, timing, moment)
    if len(due) > MOST_LATE:
        # Who comes back after weeks is not told of each day.
        passed_over = len(due) - MOST_LATE
        log.warning("times of what recurs were passed over", recurrence_id=str(recurrence_id), count=passed_over)
    return len(due)


def _due(recurrence: Recurrence, next_at: datetime, moment: datetime) -> list[Timing]:
    later = moments(pattern_in(recurrence), next_at - A_MOMENT)
    return list(takewhile(lambda timing: timing.at <= moment, later))


def _advance(session: Session, recurrence: Recurrence, seen: datetime, moment: datetime) -> bool:
    """The one step that decides who writes them down."""
    coming = following(pattern_in(recurrence), max(moment, seen))
    result: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(Recurrence)
        .where(Recurrence.id == recurrence.id, Recurrence.next_at == seen)
        .values(next_at=coming.at if coming else None, ended_at=None if coming else moment)
        .execution_options(synchronize_session=False)
    )
    return bool(result.rowcount)


def _write(session: Session, recurrence: Recurrence, timing: Timing, moment: datetime) -> None:
    values = {name: getattr(recurrence, name) for name in COPIED} | {
        "id": new_id(),
        "type": recurrence.category.value,
        "data": {"recurrence": str(recurrence.id)},
        "requires_acknowledgement": recurrence.requires_acknowledgement,
        "status": Status.SCHEDULED,
        "scheduled_for": timing.at,
        "scheduled_zone": timing.zone,
        "created_at": moment,
    }
    session.execute(insert(Notification).values(**values))
    where = {"district_id": recurrence.district_id, "school_id": recurrence.school_id}
    once = {"recurrence_id": recurrence.id, "occurs_at": timing.at, "notification_id": values["id"]}
    session.execute(insert(Occurrence).values(**once, **where))
    note_act("notification.scheduled", values, None)
