"""Which rows of the ledger a letter stands for: its own, or all those that a digest speaks for."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from app.extensions import db
from app.notifications.models import DigestLine
from app.notifications.models import NotificationLog as Log


def rows_of(letter_ids: Sequence[UUID]) -> Iterable[ColumnElement[bool]]:
    """Conditions on a ``Log``, to be asked one after the other: no index serves both at once."""
    yield Log.letter_id.in_(letter_ids)
    yield Log.id.in_(select(DigestLine.log_id).where(DigestLine.letter_id.in_(letter_ids)))


def change_rows(letter_ids: Sequence[UUID], *so: ColumnElement[bool], **values: Any) -> list[UUID]:
    """Change those of them that are ``so``, in the open unit of work; gives the notifications that they belong to."""
    changed: list[UUID] = []
    for mine in rows_of(letter_ids):
        changing = update(Log).where(mine, *so).values(**values).returning(Log.notification_id)
        changed += db.session.scalars(changing.execution_options(synchronize_session=False))
        if changed and len(letter_ids) == 1:
            break  # it has one of its own, so it is no digest
    return changed
