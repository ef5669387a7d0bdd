"""What was scheduled leaves when its moment has come, or is called missed: never silently late.

Each is claimed by a conditional update, so that two clocks are harmless, and an edit or a cancellation that comes first
has come first.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications import planned
from app.notifications.compose import note_act, set_off
from app.notifications.kinds import Due, Status
from app.notifications.missed import tell_missed
from app.notifications.models import Notification
from app.notifications.rules import when_due

AT_ONCE = 100
WORTH_A_LINE = 10
log = structlog.get_logger(__name__)


def release() -> None:
    """Let go all that is due. Each in a transaction of its own: one that cannot leave must not keep the others."""
    for id_ in db.session.scalars(planned.due(now(), AT_ONCE)).all():
        try:
            release_one(id_)
        except Exception:
            log.exception("a scheduled notification could not leave", notification_id=str(id_))


def release_one(notification_id: UUID) -> Due | None:
    """Send it or call it missed; None when it is not due any more: another clock had it, or somebody changed it."""
    moment = now()
    with unit_of_work() as session:
        notification = session.get(Notification, notification_id, with_for_update=True, populate_existing=True)
        if notification is None or notification.scheduled_for is None:
            return None
        due = when_due(notification.category, notification.scheduled_for, notification.expires_at, moment)
        if not _claim(session, notification_id, moment, due):
            return None
        session.refresh(notification)
        if due is not Due.LEAVE:
            tell_missed(notification, due, moment)
    late = round((moment - notification.scheduled_for).total_seconds())
    if due is not Due.LEAVE:
        log.warning("scheduled notification missed", notification_id=str(notification_id), late_seconds=late, why=due)
    elif late >= WORTH_A_LINE:
        log.warning("scheduled notification left late", notification_id=str(notification_id), late_seconds=late)
    return due


def _claim(session: Session, notification_id: UUID, moment: datetime, due: Due) -> bool:
    """The one step that decides who has it; with it, in the same transaction, the work that follows."""
    is_due = (
        Notification.id == notification_id,
        Notification.status == Status.SCHEDULED,
        Notification.scheduled_for <= moment,
    )
    # In lists and curves it begins when it leaves. When it was written stands in the audit log.
    changes: dict[str, Any] = {"status": Status.SENDING, "created_at": moment}
    if due is not Due.LEAVE:
        changes = {"status": Status.MISSED}
    taking = update(Notification).where(*is_due).values(**changes).execution_options(synchronize_session=False)
    result: CursorResult[Any] = session.execute(taking)  # type: ignore[assignment]
    if not result.rowcount:
        return False
    notification = session.get_one(Notification, notification_id)
    values = {name: getattr(notification, name) for name in ("id", "district_id", "school_id", "category")}
    if due is Due.LEAVE:
        set_off(values | {"created_at": moment})
    note_act("notification.released" if due is Due.LEAVE else "notification.missed", values, None)
    return True
