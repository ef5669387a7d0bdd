"""Every read of what recurs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, select

from app.extensions import db
from app.identity.models import Account
from app.notifications.kinds import Scope
from app.notifications.models import Notification
from app.notifications.recurring.models import Occurrence, Recurrence

MOST_LISTED, MOST_SHOWN = 100, 10
AnyRow = Row[*tuple[Any, ...]]


def due(moment: datetime, at_most: int) -> Select[UUID]:
    """What is to be said up to ``moment``, the longest due first."""
    return (
        select(Recurrence.id)
        .where(Recurrence.next_at.is_not(None), Recurrence.next_at <= moment)
        .order_by(Recurrence.next_at)
        .limit(at_most)
    )


def find(recurrence_id: UUID, scope: Scope) -> Recurrence | None:
    """One of these schools, also one that has ended; another school's is not there."""
    rows = select(Recurrence).where(Recurrence.id == recurrence_id, *_of(scope))
    return db.session.scalar(rows.execution_options(populate_existing=True))


def find_by_key(sender_id: UUID, idempotency_key: str) -> Recurrence | None:
    return db.session.scalar(
        select(Recurrence).where(Recurrence.sender_id == sender_id, Recurrence.idempotency_key == idempotency_key)
    )


def going_on(scope: Scope) -> list[AnyRow]:
    """``Recurrence`` and ``sender_name`` of what has not ended, the next first."""
    # Not joined: a planner that takes a hundred of them for thousands would read everybody.
    name = select(Account.name).where(Account.id == Recurrence.sender_id).scalar_subquery()
    rows = select(Recurrence, name.label("sender_name")).where(*_of(scope), Recurrence.next_at.is_not(None))
    rows = rows.order_by(Recurrence.next_at, Recurrence.id)
    return list(db.session.execute(rows.limit(MOST_LISTED)).all())


def occurrences(recurrence_id: UUID) -> list[AnyRow]:
    """``Notification`` and ``occurs_at`` of the times that it was said, the latest first."""
    rows = (
        select(Notification, Occurrence.occurs_at)
        .join(Occurrence, Occurrence.notification_id == Notification.id)
        .where(Occurrence.recurrence_id == recurrence_id)
        .order_by(Occurrence.occurs_at.desc())
    )
    return list(db.session.execute(rows.limit(MOST_SHOWN)).all())


def find_last(recurrence_id: UUID) -> datetime | None:
    """The moment of the last time that it was said."""
    rows = select(Occurrence.occurs_at).where(Occurrence.recurrence_id == recurrence_id)
    return db.session.scalar(rows.order_by(Occurrence.occurs_at.desc()).limit(1))


def _of(scope: Scope) -> list[ColumnElement[bool]]:
    district = [Recurrence.district_id == scope.district_id]
    return [*district, Recurrence.school_id == scope.school_id] if scope.school_id else district
