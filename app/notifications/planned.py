"""What has not left and may never: reads of what is scheduled, was called off, or was missed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, literal_column, select

from app.extensions import db
from app.identity.models import Account
from app.notifications.kinds import Scope, Status
from app.notifications.models import Notification
from app.roster.models import School

NOT_LEFT = (Status.SCHEDULED, Status.CANCELLED, Status.MISSED)
MOST_COMING, MOST_ENDED = 100, 10
AnyRow = Row[*tuple[Any, ...]]


def due(moment: datetime, at_most: int) -> Select[UUID]:
    """What was to leave up to ``moment`` and has not, the longest due first."""
    return (
        select(Notification.id)
        .where(_is_scheduled(), Notification.scheduled_for <= moment)
        .order_by(Notification.scheduled_for)
        .limit(at_most)
    )


def find(notification_id: UUID, scope: Scope) -> AnyRow | None:
    """``Notification``, ``sender_name`` and ``school_name`` of one that has not left; another school's is not there."""
    rows = _rows(scope).where(Notification.id == notification_id, Notification.status.in_(NOT_LEFT))
    return db.session.execute(rows.execution_options(populate_existing=True)).one_or_none()


def find_any(notification_id: UUID, scope: Scope) -> Notification | None:
    """Any of these schools, whatever became of it."""
    rows = select(Notification).where(*_of(scope), Notification.id == notification_id)
    return db.session.scalar(rows.execution_options(populate_existing=True))


def coming(scope: Scope) -> list[AnyRow]:
    """What will leave, the next first."""
    rows = _rows(scope).where(_is_scheduled()).order_by(Notification.scheduled_for, Notification.id)
    return list(db.session.execute(rows.limit(MOST_COMING)).all())


def count_coming(scope: Scope) -> int:
    counted = select(func.count()).select_from(Notification).where(*_of(scope), _is_scheduled())
    return db.session.scalar(counted) or 0


def ended(scope: Scope, since: datetime) -> list[AnyRow]:
    """What was to leave ``since`` and was called off or missed, the latest first."""
    ended = Notification.status.in_((literal_column("'cancelled'"), literal_column("'missed'")))
    rows = _rows(scope).where(ended, Notification.scheduled_for >= since)
    rows = rows.order_by(Notification.scheduled_for.desc(), Notification.id).limit(MOST_ENDED)
    return list(db.session.execute(rows).all())


def find_name(account_id: UUID) -> str | None:
    return db.session.scalar(select(Account.name).where(Account.id == account_id))


def _rows(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(Notification, Account.name.label("sender_name"), School.name.label("school_name"))
        .outerjoin(Account, Account.id == Notification.sender_id)
        .outerjoin(School, School.id == Notification.school_id)
        .where(*_of(scope))
    )


def _is_scheduled() -> ColumnElement[bool]:
    return Notification.status == literal_column("'scheduled'")


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    district = [Notification.district_id == scope.district_id]
    return [*district, Notification.school_id == scope.school_id] if scope.school_id else district
