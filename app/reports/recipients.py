"""The people of a report, a page at a time, and what became of their copies. A module of reads."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, case, distinct, func, select

from app.catalogue.kinds import Channel
from app.extensions import db
from app.identity.models import Account
from app.kernel.folding import holds
from app.kernel.paging import Page, from_token, page_of
from app.notifications.models import DigestLine, Notification
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.queries import children
from app.reports.kinds import Filter, Show
from app.reports.reach import has_delivery, is_reached, is_waiting
from app.reports.rules import FAILED

A_PAGE = 50
OF_DELIVERY = (
    Log.recipient_id,
    Log.channel,
    Log.status,
    Log.reason,
    Log.sent_at,
    Log.delivered_at,
    Log.failed_at,
    Log.next_attempt_at,
    Log.retry_count,
    func.coalesce(Log.letter_id, DigestLine.letter_id).label("letter_id"),
)
PLACE = case({channel.value: place for place, channel in enumerate(Channel)}, value=Log.channel)


def page(notification: Notification, filter_: Filter, token: str | None, size: int | None = None) -> Page[UUID]:
    """Some of those who fit the filter, by id; ``fates_of`` tells what became of their copies."""
    size, behind = size or A_PAGE, from_token(token)
    rows = _rows(notification, filter_)
    if behind:
        rows = rows.where(Copy.recipient_id > behind[1])
    ids = db.session.scalars(rows.order_by(Copy.recipient_id).limit(size + 1)).all()
    return page_of(ids, size, lambda id_: (notification.created_at, id_))


def _rows(notification: Notification, filter_: Filter) -> Select[UUID]:
    rows = select(Copy.recipient_id).where(Copy.notification_id == notification.id, *_shown(notification, filter_))
    if filter_.role:
        rows = rows.where(Copy.role == filter_.role)
    if filter_.name:
        rows = rows.join(Account, Account.id == Copy.recipient_id).where(holds(Account.name, filter_.name))
    return rows


def _shown(notification: Notification, filter_: Filter) -> tuple[ColumnElement[bool], ...]:
    here = [Log.channel == filter_.channel] if filter_.channel else []
    conditions: dict[Show, tuple[ColumnElement[bool], ...]] = {
        Show.MISSED: (~is_reached(notification.category), ~is_waiting()),
        Show.WAITING: (~is_reached(notification.category), is_waiting()),
        Show.FAILED: (has_delivery(Log.status.in_(FAILED), *here),),
        Show.UNREAD: (Copy.read_at.is_(None),),
        Show.UNCONFIRMED: (Copy.acknowledged_at.is_(None),),
    }
    return conditions.get(filter_.show, ())


def count_failed(notification_id: UUID) -> int:
    """With how many people a delivery failed, whether or not another reached them."""
    failed = select(func.count(distinct(Log.recipient_id))).where(
        Log.notification_id == notification_id, Log.status.in_(FAILED), Log.channel.in_(list(Channel))
    )
    return db.session.scalars(failed).one()


def fates_of(
    notification_id: UUID, recipient_ids: Sequence[UUID], channel: Channel | None = None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Each of these people on each channel, or on one."""
    rows = (
        select(*OF_DELIVERY, Account.name, Copy.role, Copy.read_at, Copy.acknowledged_at)
        .join(Copy, and_(Copy.notification_id == Log.notification_id, Copy.recipient_id == Log.recipient_id))
        .join(Account, Account.id == Log.recipient_id)
        .outerjoin(DigestLine, DigestLine.log_id == Log.id)
        .where(Log.notification_id == notification_id, Log.recipient_id.in_(recipient_ids))
        .order_by(Log.recipient_id, PLACE)
    )
    return db.session.execute(rows.where(Log.channel == channel) if channel else rows).all()


def children_of(notification_id: UUID, recipient_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """For which children each of them has it."""
    names: dict[UUID, list[str]] = defaultdict(list)
    for recipient_id, _, name in db.session.execute(children(recipient_ids, [notification_id])):
        names[recipient_id].append(name)
    return names
