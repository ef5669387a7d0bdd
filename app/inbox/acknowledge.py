"""Confirming that one has read what asks for it."""

from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, func, update

from app.extensions import db
from app.identity.kinds import Person
from app.inbox import changes
from app.kernel.clock import now
from app.notifications.models import NotificationRecipient as Copy


def confirm(person: Person, notification_id: UUID) -> None:
    """Note it with the time, and that they have read it. The first time counts: a second one changes nothing."""
    moment = now()
    result: CursorResult[Any] = db.session.execute(  # type: ignore[assignment]
        update(Copy)
        .where(
            Copy.recipient_id == person.account_id,
            Copy.notification_id == notification_id,
            Copy.acknowledged_at.is_(None),
        )
        .values(acknowledged_at=moment, read_at=func.coalesce(Copy.read_at, moment))
        .execution_options(synchronize_session=False)
    )
    if result.rowcount:
        changes.tell(person, notification_id)
