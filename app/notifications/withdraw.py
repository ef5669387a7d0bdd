"""Taking back what has been sent: from this commit on nothing more of it leaves, and nobody who had not read it can."""

from typing import Any

from sqlalchemy import CursorResult, insert, update

from app.audit.record import record as note
from app.extensions import db
from app.identity.kinds import Person
from app.kernel.clock import now
from app.notifications import telling
from app.notifications.deliver import CHANGED
from app.notifications.kinds import Status
from app.notifications.models import FanOut, Notification, Withdrawal
from app.realtime.record import record

WITHDRAWABLE = frozenset({Status.SENDING, Status.SENT})


def withdraw(
    notification: Notification, by: Person, reason: str | None = None, *, act: str = "notification.withdrawn"
) -> bool:
    """Take it back, in the open unit of work; False when somebody has already, or it never left. Its words stay.

    What is left to do (``withdrawing``) is committed with it, as a row. ``act`` is another one where a correction takes
    its place: then nobody is told twice.
    """
    moment = now()
    where: dict[str, Any] = {"district_id": notification.district_id, "school_id": notification.school_id}
    # The fan-out first, as its worker does: who waits for a piece in hand finds all of it written.
    _change(
        update(FanOut)
        .where(FanOut.notification_id == notification.id, FanOut.finished_at.is_(None))
        .values(finished_at=moment, lease=None, lease_until=None, set_aside_at=None)
    )
    withdrawn = _change(
        update(Notification)
        .where(Notification.id == notification.id, Notification.status.in_(WITHDRAWABLE))
        .values(status=Status.WITHDRAWN, withdrawn_at=moment)
    )
    if not withdrawn:
        return False
    db.session.execute(
        insert(Withdrawal).values(
            notification_id=notification.id,
            withdrawn_by_id=by.account_id,
            reason=reason or None,
            tells_readers=act == "notification.withdrawn",
            created_at=moment,
            **where,
        )
    )
    note(act, subject_id=notification.id, actor_id=by.account_id, session_id=by.session_id, **where)
    telling.changed([notification.id])
    record(CHANGED, notification.id, **where)
    return True


def _change(changing: Any) -> int:
    result: CursorResult[Any] = db.session.execute(changing.execution_options(synchronize_session=False))  # type: ignore[assignment]
    return result.rowcount
