"""Telling somebody's other pages that their inbox is not as it was."""

from uuid import UUID

from app.identity.kinds import Person
from app.realtime.record import record

INBOX_CHANGED = "inbox.changed"


def tell(person: Person, subject_id: UUID) -> None:
    """``subject_id``: the notification, or the account when it is about many."""
    record(INBOX_CHANGED, subject_id, district_id=person.district_id, account_id=person.account_id)
