"""Changing somebody's own copies, and telling their other pages that the inbox is not as it was."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, update

from app.extensions import db
from app.identity.kinds import Person
from app.notifications import telling
from app.notifications.models import NotificationRecipient as Copy
from app.realtime.record import record

INBOX_CHANGED = "inbox.changed"
LIST = "inbox"
"""The topic of pages that show a list: how many there are of each part, and when many lines changed at once."""
COUNTED = frozenset({"read_at", "acknowledged_at"})
"""What the reports of those who sent it count."""


def write(person: Person, subject_id: UUID, *which: ColumnElement[bool], **values: Any) -> int:
    """Write ``values`` into those of their copies; gives how many that were. Nothing changed is nothing told.

    ``subject_id``: the notification, or the account when it is about many.
    """
    changing = (
        update(Copy)
        .where(Copy.recipient_id == person.account_id, *which)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    result: CursorResult[Any] = db.session.execute(changing)  # type: ignore[assignment]
    if result.rowcount:
        if COUNTED & values.keys():
            telling.read_by(person.account_id, subject_id)
        record(INBOX_CHANGED, subject_id, district_id=person.district_id, account_id=person.account_id)
    return result.rowcount


def write_one(person: Person, notification_id: UUID, *which: ColumnElement[bool], **values: Any) -> None:
    """The same for their copy of one notification."""
    write(person, notification_id, Copy.notification_id == notification_id, *which, **values)
