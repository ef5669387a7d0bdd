"""The tools of a fan-out: what is being written, for whom, and INSERT ... SELECT."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Select, Uuid, and_, insert, literal
from sqlalchemy.orm import QueryableAttribute

from app.catalogue.kinds import Category
from app.extensions import db
from app.notifications.kinds import Scope
from app.notifications.models import Notification


@dataclass(frozen=True)
class Writing:
    """One notification being written down at ``moment``, for the people whose id comes behind ``after``."""

    notification: Notification
    scope: Scope
    moment: datetime
    after: UUID | None

    @property
    def common(self) -> dict[str, Any]:
        """What all rows of a notification share."""
        notification = self.notification
        return {
            "district_id": literal(notification.district_id, Uuid()),
            "school_id": literal(notification.school_id, Uuid()),
            "notification_id": literal(notification.id, Uuid()),
        }

    @property
    def is_alert(self) -> bool:
        return self.notification.category is Category.EMERGENCY


def between(column: Any, after: UUID | None, last: UUID | None = None) -> ColumnElement[bool]:
    """Behind ``after``, up to and with ``last``; None leaves that side open."""
    bounds = ([column > after] if after else []) + ([column <= last] if last else [])
    return and_(True, *bounds)


def insert_from(rows: Any, source: Select[*tuple[Any, ...]], **values: Any) -> int:
    """INSERT ... SELECT with these columns from ``source``; plain values take the type of their column."""
    columns = rows.__table__.c
    picked = [
        value if isinstance(value, ColumnElement | QueryableAttribute) else literal(value, columns[name].type)
        for name, value in values.items()
    ]
    chosen = source.with_only_columns(*picked, maintain_column_froms=True)
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        insert(rows.__table__).from_select(list(values), chosen, include_defaults=False),
        execution_options={"preserve_rowcount": True},  # SQLAlchemy forgets it for an INSERT otherwise
    )
    return result.rowcount
