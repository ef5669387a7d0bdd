"""What the inbox asks of the database, as selects: the tests look at how an index serves each."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.identity.models import Account
from app.notifications import queries as notifications
from app.notifications.models import Notification, Withdrawal
from app.notifications.models import NotificationRecipient as Copy
from app.roster.models import District, School

AnySelect = Select[*tuple[Any, ...]]

children = notifications.children  # a mail names the same ones

C, N = Copy.__table__.c, Notification.__table__.c

# The words of partial indexes.
IN_INBOX = C.archived_at.is_(None)
IS_UNREAD, IS_PINNED = and_(IN_INBOX, C.read_at.is_(None)), and_(IN_INBOX, C.pinned_at.is_not(None))
IS_TO_CONFIRM = and_(IN_INBOX, C.requires_acknowledgement, C.acknowledged_at.is_(None))
# A withdrawn copy that nobody had read was never said; one that was read stays, and says that it is over.
IS_THERE = and_(N.erased_at.is_(None), or_(N.withdrawn_at.is_(None), C.read_at.is_not(None)))


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
            Notification.corrects_id,
            Withdrawal.reason.label("withdrawal_reason"),
            Withdrawal.tells_readers,
            Notification.audience,
            Account.name.label("sender_name"),
            func.coalesce(School.name, District.name).label("school_name"),
        )
        .join(Notification, Notification.id == Copy.notification_id)
        .join(District, District.id == Copy.district_id)
        .outerjoin(School, School.id == Copy.school_id)
        .outerjoin(Account, Account.id == Notification.sender_id)
        .outerjoin(Withdrawal, Withdrawal.notification_id == Notification.id)
        .where(IS_THERE, *where)
    )


def pinned_ids(account_id: UUID) -> Select[UUID]:
    return select(Copy.notification_id).where(Copy.recipient_id == account_id, IS_PINNED)


def one(account_id: UUID, notification_id: UUID) -> AnySelect:
    """Somebody's copy of one notification: what is not theirs is not there."""
    return copies(Copy.recipient_id == account_id, Copy.notification_id == notification_id)


def some(account_ids: Collection[UUID], notification_ids: Collection[UUID]) -> AnySelect:
    """The copies that these people have of these notifications."""
    return copies(Copy.notification_id.in_(notification_ids), Copy.recipient_id.in_(account_ids))


def newest(account_id: UUID, size: int) -> AnySelect:
    """The last few that came into somebody's inbox."""
    in_inbox = copies(Copy.recipient_id == account_id, IN_INBOX)
    return in_inbox.order_by(Copy.created_at.desc(), Copy.id.desc()).limit(size)


def unread_each(account_ids: Collection[UUID]) -> Select[UUID, int]:
    """How many each of them has not read; who has read everything is not among them."""
    return (
        select(Copy.recipient_id, func.count())
        .join(Notification, Notification.id == Copy.notification_id)
        .where(Copy.recipient_id.in_(account_ids), IS_UNREAD, IS_THERE)
        .group_by(Copy.recipient_id)
    )


def to_confirm_each(account_ids: Collection[UUID], moment: datetime) -> Select[UUID, int]:
    """How many each of them is still to confirm; who has confirmed everything is not among them."""
    return (
        select(Copy.recipient_id, func.count())
        .join(Notification, Notification.id == Copy.notification_id)
        .where(Copy.recipient_id.in_(account_ids), IS_TO_CONFIRM, IS_THERE, *holds(moment))
        .group_by(Copy.recipient_id)
    )


def holds(moment: ColumnElement[datetime] | datetime) -> tuple[ColumnElement[bool], ...]:
    """That a notification has neither been withdrawn nor run out."""
    return N.withdrawn_at.is_(None), or_(N.expires_at.is_(None), N.expires_at > moment)
