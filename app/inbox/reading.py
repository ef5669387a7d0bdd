"""What somebody has read. Saying it twice is saying it once, and nothing is written when nothing changes."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.identity.kinds import Person
from app.inbox import changes, queries
from app.inbox.kinds import Filter
from app.kernel.clock import now
from app.notifications.models import Notification
from app.notifications.models import NotificationRecipient as Copy


def read(person: Person, notification_id: UUID) -> None:
    """Note that they have read it now, unless they had before."""
    changes.write_one(person, notification_id, Copy.read_at.is_(None), read_at=now())


def unread(person: Person, notification_id: UUID) -> None:
    """Let it count as new again; what they confirmed stays so. A withdrawn one stays read, or it would vanish."""
    changes.write_one(person, notification_id, Copy.read_at.is_not(None), _stands(), read_at=None)


def read_all(
    person: Person,
    wanted: Filter = queries.EVERYTHING,
    locales: Collection[str] = (),
    until: datetime | None = None,
) -> datetime | None:
    """Note that they have read all that had come in ``until`` their page was made, of what they look at and of no more.

    Gives the moment noted, by which it can be undone; None when there was nothing.
    """
    moment = now()
    seen = Copy.created_at <= min(until or moment, moment)
    which = (Copy.id.in_(queries.unread_ids(person.account_id, wanted, locales)), seen)
    return moment if changes.write(person, person.account_id, *which, read_at=moment) else None


def unread_all(person: Person, moment: datetime) -> None:
    """Undo a ``read_all``: of what was noted at that moment, all but what they have confirmed since."""
    which = (Copy.read_at == moment, Copy.acknowledged_at.is_(None), Copy.archived_at.is_(None), _stands())
    changes.write(person, person.account_id, *which, read_at=None)


def _stands() -> ColumnElement[bool]:
    stands = select(Notification.id).where(Notification.id == Copy.notification_id, Notification.withdrawn_at.is_(None))
    return stands.correlate(Copy).exists()
