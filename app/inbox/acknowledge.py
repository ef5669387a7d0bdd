"""Confirming that one has read what asks for it."""

from uuid import UUID

from sqlalchemy import func

from app.identity.kinds import Person
from app.inbox import changes
from app.kernel.clock import now
from app.notifications.models import NotificationRecipient as Copy


def confirm(person: Person, notification_id: UUID) -> None:
    """Note it with the time, and that they have read it. The first time counts: a second one changes nothing."""
    moment = now()
    read_at = func.coalesce(Copy.read_at, moment)
    changes.write_one(person, notification_id, Copy.acknowledged_at.is_(None), acknowledged_at=moment, read_at=read_at)
