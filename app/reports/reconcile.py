"""Whether every report adds up: a module of reads."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, true, union_all

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.notifications.kinds import Status
from app.notifications.models import DigestLine, FanOut, Notification
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.rules import OPEN, channels_for

AT_ONCE = 200
UNDER_WAY = (LetterStatus.PENDING, LetterStatus.SENDING)


class Wrong(StrEnum):
    """How a channel of a notification can fail to add up."""

    COUNT = "deliveries are not recipients"
    OPEN = "sent, and deliveries are open"
    LETTERS = "deliveries say other than their letters"


@dataclass(frozen=True)
class Discrepancy:
    """Of a notification's channel: how many recipients there are, and how many deliveries, or how many are amiss."""

    notification_id: UUID
    channel: Channel
    wrong: Wrong
    recipients: int
    deliveries: int


def discrepancies(since: datetime | None = None) -> Iterator[Discrepancy]:
    """All that does not add up among what was written ``since``, as the sentence of PRODUCT's ledger has it.

    Asked for a few notifications at a time, each time in a transaction of its own: neither memory nor the database's
    vacuum has to hold for as long as ten million rows take.
    """
    last: UUID | None = None
    while ids := _next_ids(last, since):
        last = ids[-1]
        found = [*_of_counts(ids), *_still_open(ids), *_apart_from_letters(ids)]
        db.session.rollback()
        yield from found


def unreconciled(ids: Collection[UUID] | None = None) -> Select[*tuple[Any, ...]]:
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
        select(Copy.notification_id, func.count().label("count"))
        .where(_among(Copy.notification_id, ids))
        .group_by(Copy.notification_id)
        .subquery("recipients")
    )
    deliveries = (
        select(Log.notification_id, Log.channel, func.count().label("count"))
        .where(_among(Log.notification_id, ids))
        .group_by(Log.notification_id, Log.channel)
        .subquery("deliveries")
    )
    is_of = and_(deliveries.c.notification_id == Notification.id, deliveries.c.channel == granted.c.channel)
    reached, written = func.coalesce(deliveries.c.count, 0), func.coalesce(recipients.c.count, 0)
    return (
        select(Notification.id, granted.c.channel, written.label("recipients"), reached.label("deliveries"))
        .join(granted, granted.c.category == Notification.category)
        .outerjoin(recipients, recipients.c.notification_id == Notification.id)
        .outerjoin(deliveries, is_of)
        .where(_among(Notification.id, ids), ~_is_going_on(), reached != written)
    )


def _next_ids(last: UUID | None, since: datetime | None) -> list[UUID]:
    ids = select(Notification.id).order_by(Notification.id).limit(AT_ONCE)
    ids = ids.where(Notification.id > last) if last else ids
    return list(db.session.scalars(ids.where(Notification.created_at >= since) if since else ids))


def _of_counts(ids: Collection[UUID]) -> Iterator[Discrepancy]:
    for id_, channel, recipients, deliveries in db.session.execute(unreconciled(ids)):
        yield Discrepancy(id_, Channel(channel), Wrong.COUNT, recipients, deliveries)


def _still_open(ids: Collection[UUID]) -> Iterator[Discrepancy]:
    """Whoever has no page open keeps a notification from nothing, so ``websocket`` rows may be open."""
    is_amiss = and_(Notification.status == Status.SENT, Log.channel != Channel.WEBSOCKET, Log.status.in_(OPEN))
    for id_, channel, amiss in _amiss(ids, is_amiss):
        yield Discrepancy(id_, channel, Wrong.OPEN, 0, amiss)


def _apart_from_letters(ids: Collection[UUID]) -> Iterator[Discrepancy]:
    is_under_way = Letter.status.in_(UNDER_WAY)
    is_amiss = exists().where(Letter.id == Log.letter_id, is_under_way != Log.status.in_(OPEN))
    # What was left out of a digest has come to an end before it: the other way round nothing may be.
    of_digest = (DigestLine.log_id == Log.id, Letter.id == DigestLine.letter_id)
    is_left = and_(Log.status.in_(OPEN), exists().where(*of_digest, ~is_under_way))
    for id_, channel, amiss in _amiss(ids, or_(is_amiss, is_left)):
        yield Discrepancy(id_, channel, Wrong.LETTERS, 0, amiss)


def _amiss(ids: Collection[UUID], is_amiss: ColumnElement[bool]) -> Iterator[tuple[UUID, Channel, int]]:
    rows = (
        select(Log.notification_id, Log.channel, func.count())
        .join(Notification, Notification.id == Log.notification_id)
        .where(Log.notification_id.in_(ids), ~_is_going_on(), is_amiss)
        .group_by(Log.notification_id, Log.channel)
    )
    for id_, channel, amiss in db.session.execute(rows):
        yield id_, Channel(channel), amiss


def _is_going_on() -> ColumnElement[bool]:
    return exists().where(FanOut.notification_id == Notification.id, FanOut.finished_at.is_(None))


def _among(column: Any, ids: Collection[UUID] | None) -> ColumnElement[bool]:
    return true() if ids is None else column.in_(ids)
