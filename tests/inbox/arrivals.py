"""Copies as rows, for tests that look at or change what a person cannot."""

from uuid import UUID

from sqlalchemy import select

from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import NotificationRecipient


def copy_of(account_id: UUID, notification_id: UUID) -> NotificationRecipient:
    """Somebody's copy, as it is in the database now."""
    rows = NotificationRecipient
    asked = select(rows).where(rows.recipient_id == account_id, rows.notification_id == notification_id)
    return db.session.scalars(asked, execution_options={"populate_existing": True}).one()


def mark_read(account_id: UUID, notification_id: UUID) -> None:
    with unit_of_work():
        copy_of(account_id, notification_id).read_at = now()
