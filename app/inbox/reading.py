"""What somebody has read. Saying it twice is saying it once, and nothing is written when nothing changes."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, select, update

from app.extensions import db
from app.identity.kinds import Person
from app.inbox import changes
from app.kernel.clock import now
from app.notifications.models import Notification
from app.notifications.models import NotificationRecipient as Copy


def read(person: Person, notification_id: UUID) -> None:
    """Note that they have read it now, unless they had before."""
    _change(person, Copy.notification_id == notification_id, subject_id=notification_id, read=True)


def unread(person: Person, notification_id: UUID) -> None:
    """Let it count as new again; what they confirmed stays so. A withdrawn one stays read, or it would vanish."""
    stands = select(Notification.id).where(Notification.id == notification_id, Notification.withdrawn_at.is_(None))
    _change(person, Copy.notification_id.in_(stands), subject_id=notification_id, read=False)


def read_all(person: Person) -> None:
    """Note that they have read all that has come in up to now."""
    _change(person, Copy.created_at <= now(), Copy.archived_at.is_(None), subject_id=person.account_id, read=True)


def _change(person: Person, *which: Any, subject_id: UUID, read: bool) -> None:
    changing = (
        update(Copy)
        .where(Copy.recipient_id == person.account_id, Copy.read_at.is_(None) if read else Copy.read_at.is_not(None))
        .where(*which)
        .values(read_at=now() if read else None)
        .execution_options(synchronize_session=False)
    )
    result: CursorResult[Any] = db.session.execute(changing)  # type: ignore[assignment]
    if result.rowcount:
        changes.tell(person, subject_id)
