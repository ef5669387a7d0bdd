"""What somebody's copy corrects, and what has corrected it since: a module of reads."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from app.extensions import db
from app.inbox.kinds import Item, Other
from app.inbox.selects import IS_THERE
from app.notifications.models import Notification
from app.notifications.models import NotificationRecipient as Copy


def around(account_id: UUID, item: Item) -> dict[str, Any]:
    """``later`` and ``earlier``, as far as they are theirs. Nearly always there is neither, and nothing is asked."""
    return {
        "later": find_later(account_id, item.id) if item.is_withdrawn else None,
        "earlier": find_earlier(account_id, item.corrects_id) if item.corrects_id else None,
    }


def find_later(account_id: UUID, notification_id: UUID) -> Other | None:
    """The last in the line of corrections that has come to them and stands."""
    line = select(Notification.id).where(Notification.corrects_id == notification_id).cte("line", recursive=True)
    line = line.union_all(select(Notification.id).join(line, Notification.corrects_id == line.c.id))
    theirs = _titles(account_id).where(Notification.id.in_(select(line.c.id)), IS_THERE)
    row = db.session.execute(theirs.order_by(Notification.created_at.desc()).limit(1)).one_or_none()
    return Other(row.title, row.id) if row else None


def find_earlier(account_id: UUID, notification_id: UUID) -> Other | None:
    """What it corrects; to be opened only by whoever had read it, and named to nobody who never had it."""
    row: Row[Any] | None = db.session.execute(
        _titles(account_id).add_columns(IS_THERE.label("is_there")).where(Notification.id == notification_id)
    ).one_or_none()
    return Other(row.title, row.id if row.is_there else None) if row else None


def _titles(account_id: UUID) -> Any:
    return (
        select(Notification.id, Notification.title)
        .join(Copy, Copy.notification_id == Notification.id)
        .where(Copy.recipient_id == account_id, Notification.erased_at.is_(None))
    )
