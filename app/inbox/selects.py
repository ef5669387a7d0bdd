"""What the inbox asks of the database, as selects: the tests look at how an index serves each."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, Uuid, and_, func, literal, or_, select, tuple_, union_all

from app.identity.models import Account
from app.inbox.kinds import Filter, Show
from app.kernel.columns import UTCDateTime
from app.kernel.paging import Key
from app.notifications import queries as notifications
from app.notifications.models import Notification
from app.notifications.models import NotificationRecipient as Copy
from app.roster.models import District, School

AnySelect = Select[*tuple[Any, ...]]

children = notifications.children  # a mail names the same ones

_is_pinned = (Copy.pinned_at.is_not(None), Copy.archived_at.is_(None))
_is_unread = and_(Copy.read_at.is_(None), Copy.archived_at.is_(None))
# A withdrawn copy that nobody had read was never said; one that was read stays, and says that it is over.
_is_there = and_(Notification.erased_at.is_(None), or_(Notification.withdrawn_at.is_(None), Copy.read_at.is_not(None)))

# Those that are pinned stand above all others, and not among them.
_PARTS = {
    Show.ALL: and_(Copy.archived_at.is_(None), Copy.pinned_at.is_(None)),
    Show.UNREAD: _is_unread,
    Show.ARCHIVED: Copy.archived_at.is_not(None),
}


def copies(*where: ColumnElement[bool]) -> AnySelect:
    """Copies with all that an item shows, but for the children."""
    return (
        select(
            Copy.id.label("copy_id"),
            Copy.recipient_id,
            Copy.role,
            Copy.read_at,
            Copy.archived_at,
            Copy.pinned_at,
            Copy.acknowledged_at,
            Copy.created_at,
            Notification.id,
            Notification.category,
            Notification.priority,
            Notification.title,
            Notification.body,
            Notification.link,
            Notification.requires_acknowledgement,
            Notification.expires_at,
            Notification.withdrawn_at,
            Notification.audience,
            Account.name.label("sender_name"),
            func.coalesce(School.name, District.name).label("school_name"),
        )
        .join(Notification, Notification.id == Copy.notification_id)
        .join(District, District.id == Copy.district_id)
        .outerjoin(School, School.id == Copy.school_id)
        .outerjoin(Account, Account.id == Notification.sender_id)
        .where(_is_there, *where)
    )


def listing(account_id: UUID, wanted: Filter, after: Key | None, size: int) -> AnySelect:
    """The newest ``size`` copies of somebody behind the key ``after``."""
    asked = copies(Copy.recipient_id == account_id, _PARTS[wanted.show])
    if after:
        moment, copy_id = after
        behind = tuple_(literal(moment, UTCDateTime()), literal(copy_id, Uuid()))
        asked = asked.where(tuple_(Copy.created_at, Copy.id) < behind)
    return asked.order_by(Copy.created_at.desc(), Copy.id.desc()).limit(size)


def opening(account_id: UUID, size: int) -> CompoundSelect[*tuple[Any, ...]]:
    """The first page of everything, and what is pinned above it."""
    newest = listing(account_id, Filter(), None, size).subquery()
    return union_all(copies(Copy.recipient_id == account_id, *_is_pinned), select(newest))


def pinned_ids(account_id: UUID) -> Select[UUID]:
    return select(Copy.notification_id).where(Copy.recipient_id == account_id, *_is_pinned)


def one(account_id: UUID, notification_id: UUID) -> AnySelect:
    """Somebody's copy of one notification: what is not theirs is not there."""
    return copies(Copy.recipient_id == account_id, Copy.notification_id == notification_id)


def some(account_ids: Collection[UUID], notification_ids: Collection[UUID]) -> AnySelect:
    """The copies that these people have of these notifications."""
    return copies(Copy.notification_id.in_(notification_ids), Copy.recipient_id.in_(account_ids))


def unread(account_id: UUID) -> Select[int]:
    """How many somebody has not read."""
    return _unread(func.count()).where(Copy.recipient_id == account_id)


def unread_each(account_ids: Collection[UUID]) -> Select[UUID, int]:
    """The same for many; who has read everything is not among them."""
    return (
        _unread(Copy.recipient_id, func.count()).where(Copy.recipient_id.in_(account_ids)).group_by(Copy.recipient_id)
    )


def _unread(*columns: Any) -> AnySelect:
    return (
        select(*columns)
        .select_from(Copy)
        .join(Notification, Notification.id == Copy.notification_id)
        .where(_is_unread, _is_there)
    )
