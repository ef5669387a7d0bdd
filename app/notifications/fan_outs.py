"""Which fan-outs wait, whose turn each is, and how far it has come: a module of reads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, or_, select

from app.extensions import db
from app.kernel.jobs import Lane
from app.notifications.models import FanOut
from app.notifications.models import NotificationRecipient as Copy


def waiting(lane: Lane, moment: datetime) -> Select[UUID]:
    """Whose fan-outs wait in a lane: a school's or, for what is urgent, each for itself."""
    return select(_flow(lane)).where(*_is_due(lane, moment)).distinct()


def next_due(lane: Lane, flow: UUID, moment: datetime) -> Select[UUID]:
    """The fan-out of a flow that has been due for longest, passing over those that another worker is just taking."""
    rows = due(lane, moment).where(_flow(lane) == flow).order_by(FanOut.next_attempt_at)
    return rows.limit(1).with_for_update(skip_locked=True)


def due(lane: Lane, moment: datetime) -> Select[UUID]:
    """The fan-outs of a lane that could be worked on, and that nobody works on."""
    return select(FanOut.notification_id).where(*_is_due(lane, moment))


def oldest_due(lane: Lane, moment: datetime) -> ScalarSelect[datetime]:
    """Since when the fan-out that waits longest in a lane could have been worked on; NULL when none waits."""
    return select(func.min(FanOut.next_attempt_at)).where(*_is_due(lane, moment)).scalar_subquery()


def _is_due(lane: Lane, moment: datetime) -> tuple[ColumnElement[bool], ...]:
    is_free = or_(FanOut.lease_until.is_(None), FanOut.lease_until <= moment)
    is_open = FanOut.finished_at.is_(None), FanOut.set_aside_at.is_(None)
    return FanOut.lane == lane, *is_open, FanOut.next_attempt_at <= moment, is_free


def _flow(lane: Lane) -> ColumnElement[UUID]:
    is_urgent = lane is Lane.ALERTS
    return FanOut.notification_id.expression if is_urgent else func.coalesce(FanOut.school_id, FanOut.district_id)


def cursor_of(notification_id: UUID) -> UUID | None:
    """The last person that a fan-out counts as written; None before the first."""
    return db.session.scalar(select(FanOut.cursor).where(FanOut.notification_id == notification_id))


def find_last(notification_id: UUID) -> UUID | None:
    """The last person who has a copy."""
    copies = select(Copy.recipient_id).where(Copy.notification_id == notification_id)
    return db.session.scalar(copies.order_by(Copy.recipient_id.desc()).limit(1))
