"""Reads of emergencies that last: each stands over somebody's pages and, once confirmed, as a strip above them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select

from app.catalogue.kinds import Category
from app.extensions import db
from app.inbox import lists, queries, selects
from app.inbox.kinds import Item
from app.inbox.queries import Owner
from app.kernel.clock import now
from app.notifications.models import Notification
from app.notifications.models import NotificationRecipient as Copy


def glance(account_id: UUID) -> tuple[int, bool]:
    """What the badge shows, and whether any emergency lasts for this person."""
    unread, is_any = db.session.execute(lists.GLANCE, {"who": account_id, "moment": now()}).one()
    return unread, is_any


def lasting(account_id: UUID) -> Sequence[Item]:
    """The emergencies that last for somebody, confirmed or not, the newest first."""
    return lasting_of([account_id])[account_id]


def lasting_of(account_ids: Collection[UUID]) -> dict[UUID, list[Item]]:
    """The same for many."""
    found = defaultdict[UUID, list[Item]](list)
    for (account_id, _notification_id), item in queries.owned(lasting_select(account_ids, now())).items():
        found[account_id].append(item)
    return found


def concerned(account_ids: Collection[UUID], notification_ids: Collection[UUID]) -> dict[Owner, bool]:
    """Who of them has a copy of which of these, read or not, withdrawn or not; and whether it is an emergency."""
    copies = db.session.execute(concerned_select(account_ids, notification_ids))
    return {
        (account_id, notification_id): category is Category.EMERGENCY
        for account_id, notification_id, category in copies
    }


def corrected(notification_ids: Collection[UUID]) -> set[UUID]:
    """Those in whose place another one comes."""
    asked = select(Notification.corrects_id).where(Notification.corrects_id.in_(notification_ids))
    return {id_ for id_ in db.session.scalars(asked) if id_}


def lasting_select(account_ids: Collection[UUID], moment: datetime) -> selects.AnySelect:
    asked = selects.copies(Copy.recipient_id.in_(account_ids), *_lasts(moment))
    return asked.order_by(Copy.created_at.desc(), Copy.id.desc())


def concerned_select(account_ids: Collection[UUID], notification_ids: Collection[UUID]) -> Select[UUID, UUID, Category]:
    return (
        select(Copy.recipient_id, Copy.notification_id, Notification.category)
        .join(Notification, Notification.id == Copy.notification_id)
        .where(Copy.notification_id.in_(notification_ids), Copy.recipient_id.in_(account_ids))
    )


def _lasts(moment: datetime) -> tuple[ColumnElement[Any], ...]:
    # The first is the words of a partial index, so that nobody's whole inbox is read for it.
    return (
        Copy.alert_until.is_not(None),
        Copy.alert_until > moment,
        Notification.withdrawn_at.is_(None),
        Notification.erased_at.is_(None),
    )
