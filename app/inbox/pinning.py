"""Keeping things on top."""

from uuid import UUID

from app.identity.kinds import Person
from app.inbox import changes, queries
from app.inbox.errors import TooManyPinsError
from app.inbox.rules import MOST_PINS
from app.kernel.clock import now
from app.notifications.models import NotificationRecipient as Copy


def pin(person: Person, notification_id: UUID) -> None:
    """Keep it above everything else. Raises TooManyPinsError; what is put away stays where it is."""
    pinned = queries.pinned_ids(person.account_id)
    if notification_id in pinned:
        return
    if len(pinned) >= MOST_PINS:
        raise TooManyPinsError
    changes.write_one(person, notification_id, Copy.pinned_at.is_(None), Copy.archived_at.is_(None), pinned_at=now())


def unpin(person: Person, notification_id: UUID) -> None:
    """Let it stand where its time puts it."""
    changes.write_one(person, notification_id, Copy.pinned_at.is_not(None), pinned_at=None)
