"""What became of a notification: the counts, and each person on each channel. A module of reads."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, case, exists, func, literal, or_, select, union_all

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import Account
from app.kernel.paging import Key, Page, from_token, page_of
from app.mailer.models import Letter
from app.notifications.kinds import Fate, Scope
from app.notifications.models import FanOut, Notification, NotificationLog, NotificationRecipient
from app.notifications.rules import channels_for

SENT_A_PAGE = 30
PEOPLE_A_PAGE = 50
log, copy = NotificationLog, NotificationRecipient


def find(notification_id: UUID, scope: Scope) -> Row[*tuple[Any, ...]] | None:
    """A notification that somebody of these schools sent, with its sender's name; another school's is not there."""
    return db.session.execute(
        select(Notification, Account.name.label("sender_name"))
        .join(Account, Account.id == Notification.sender_id)
        .where(Notification.id == notification_id, *_of(scope))
    ).one_or_none()


def sent(scope: Scope, token: str | None) -> Page[Row[*tuple[Any, ...]]]:
    """What was sent, newest first, with the number of its recipients as ``total``."""
    rows = db.session.execute(sent_rows(scope, from_token(token))).all()
    return page_of(rows, SENT_A_PAGE, lambda row: (row.Notification.created_at, row.Notification.id))


def sent_rows(scope: Scope, behind: Key | None) -> Select[*tuple[Any, ...]]:
    total = select(func.count()).where(copy.notification_id == Notification.id).scalar_subquery()
    order = (Notification.created_at.desc(), Notification.id.desc())
    rows = select(Notification, total.label("total")).where(*_of(scope), Notification.sender_id.is_not(None))
    if behind:
        moment, id_ = behind
        same = and_(Notification.created_at == moment, Notification.id < id_)
        rows = rows.where(or_(Notification.created_at < moment, same))
    return rows.order_by(*order).limit(SENT_A_PAGE + 1)


def figures(notification_id: UUID) -> Row[*tuple[Any, ...]]:
    """How many have it (``total``), have read it (``read``) and have confirmed it (``acknowledged``)."""
    return db.session.execute(
        select(
            func.count().label("total"),
            func.count(copy.read_at).label("read"),
            func.count(copy.acknowledged_at).label("acknowledged"),
        ).where(copy.notification_id == notification_id)
    ).one()


def funnel(notification_id: UUID) -> dict[Channel, dict[Fate, int]]:
    """How many deliveries of each channel are in which state."""
    counted: dict[Channel, dict[Fate, int]] = {}
    for channel, fate, count in db.session.execute(funnel_rows(notification_id)):
        counted.setdefault(channel, {})[fate] = count
    return counted


def funnel_rows(notification_id: UUID) -> Select[Channel, Fate, int]:
    return (
        select(log.channel, log.status, func.count())
        .where(log.notification_id == notification_id)
        .group_by(log.channel, log.status)
    )


def fates(notification: Notification, token: str | None) -> Page[UUID]:
    """A page of recipients; ``fates_of`` tells what became of their copies."""
    behind = from_token(token)
    ids = db.session.scalars(recipient_rows(notification.id, behind[1] if behind else None)).all()
    return page_of(ids, PEOPLE_A_PAGE, lambda id_: (notification.created_at, id_))


def recipient_rows(notification_id: UUID, behind: UUID | None) -> Select[UUID]:
    rows = select(copy.recipient_id).where(copy.notification_id == notification_id)
    if behind:
        rows = rows.where(copy.recipient_id > behind)
    return rows.order_by(copy.recipient_id).limit(PEOPLE_A_PAGE + 1)


def fates_of(notification_id: UUID, recipient_ids: Sequence[UUID]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Each of these people on each channel, with how often mail to them was tried."""
    order = case({channel.value: place for place, channel in enumerate(Channel)}, value=log.channel)
    return db.session.execute(
        select(log, Account.name, copy.role, copy.read_at, copy.acknowledged_at, Letter.attempts)
        .join(copy, and_(copy.notification_id == log.notification_id, copy.recipient_id == log.recipient_id))
        .join(Account, Account.id == log.recipient_id)
        .outerjoin(Letter, Letter.id == log.letter_id)
        .where(log.notification_id == notification_id, log.recipient_id.in_(recipient_ids))
        .order_by(log.recipient_id, order)
    ).all()


def unreconciled() -> Select[*tuple[Any, ...]]:
    """What must be empty: notifications and channels whose deliveries, each in one state, are not their recipients.

    A channel that the category grants and that has no row at all is among them; what is being fanned out is not.
    """
    granted = union_all(
        *(
            select(literal(category.value).label("category"), literal(channel.value).label("channel"))
            for category in Category
            for channel in channels_for(category)
        )
    ).subquery("granted")
    recipients = (
        select(copy.notification_id, func.count().label("count")).group_by(copy.notification_id).subquery("recipients")
    )
    deliveries = (
        select(log.notification_id, log.channel, func.count().label("count"))
        .group_by(log.notification_id, log.channel)
        .subquery("deliveries")
    )
    is_of = and_(deliveries.c.notification_id == Notification.id, deliveries.c.channel == granted.c.channel)
    is_going_on = exists().where(FanOut.notification_id == Notification.id, FanOut.finished_at.is_(None))
    reached, written = func.coalesce(deliveries.c.count, 0), func.coalesce(recipients.c.count, 0)
    return (
        select(Notification.id, granted.c.channel, written.label("recipients"), reached.label("deliveries"))
        .join(granted, granted.c.category == Notification.category)
        .outerjoin(recipients, recipients.c.notification_id == Notification.id)
        .outerjoin(deliveries, is_of)
        .where(~is_going_on, reached != written)
    )


def _of(scope: Scope) -> list[Any]:
    if scope.school_id is None:
        return [Notification.district_id == scope.district_id]
    return [Notification.school_id == scope.school_id]
