"""Putting things away, and taking them out again. Whether something was read stays as it was."""

from uuid import UUID

from app.identity.kinds import Person
from app.inbox import changes
from app.inbox.errors import StillLiveError
from app.inbox.kinds import Item
from app.kernel.clock import now
from app.notifications.models import NotificationRecipient as Copy


def archive(person: Person, item: Item) -> None:
    """Put it away. Raises StillLiveError for an emergency that is neither confirmed nor over.

    What is not live any more never becomes so again, so nothing can come between the look and the change.
    """
    if item.is_live:
        raise StillLiveError
    changes.write_one(person, item.id, Copy.archived_at.is_(None), archived_at=now())


def bring_back(person: Person, notification_id: UUID) -> None:
    """Let it stand in the inbox again, where it stood."""
    changes.write_one(person, notification_id, Copy.archived_at.is_not(None), archived_at=None)
