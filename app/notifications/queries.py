"""What composing, fanning out and delivering read. The rest: ``names``, ``preview``, ``reports``."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.catalogue.kinds import Channel
from app.extensions import db
from app.identity.models import Account
from app.notifications.kinds import Fate, Scope, Status
from app.notifications.models import FanOut, Notification, NotificationSubject
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.rules import OPEN
from app.roster.models import District, Guardianship, Membership, School

# The words of a partial index, written out: SQLite cannot serve bound parameters from one.
MAY_BE_OFFLINE = (
    Log.channel == literal_column("'websocket'"),
    Log.status.in_((literal_column("'pending'"), literal_column("'sent'"))),
)
Sender = aliased(Account, name="sender")


def scope_of(district_id: UUID, school_id: UUID | None, moment: datetime) -> Scope:
    """The schools that may be addressed, and which day it is there at ``moment``."""
    zones = select(School.time_zone).where(School.district_id == district_id).distinct()
    if school_id:
        zones = zones.where(School.id == school_id)
    days = tuple((zone, moment.astimezone(ZoneInfo(zone)).date()) for zone in db.session.scalars(zones))
    return Scope(district_id, school_id, days)


def find_by_key(sender_id: UUID, idempotency_key: str) -> Notification | None:
    return db.session.scalar(
        select(Notification).where(Notification.sender_id == sender_id, Notification.idempotency_key == idempotency_key)
    )


def children(account_ids: Collection[UUID], notification_ids: Collection[UUID]) -> Select[UUID, UUID, str]:
    """``recipient_id``, ``notification_id`` and the name of each child that a copy concerns.

    A guardian who may have no contact with a child by now is not told of it, whatever was written then.
    """
    may_not = exists().where(
        Guardianship.guardian_id == NotificationSubject.recipient_id,
        Guardianship.student_id == NotificationSubject.child_id,
        Guardianship.ended_at.is_(None),
        Guardianship.no_contact,
    )
    return (
        select(NotificationSubject.recipient_id, NotificationSubject.notification_id, Account.name)
        .join(Account, Account.id == NotificationSubject.child_id)
        .where(
            NotificationSubject.notification_id.in_(notification_ids),
            NotificationSubject.recipient_id.in_(account_ids),
            ~may_not,
        )
        .order_by(Account.name)
    )


def letter_of(notification_id: UUID, recipient_id: UUID | None) -> Row[*tuple[Any, ...]] | None:
    """What somebody's mail is written from; None when they have left, or cannot sign in any more."""
    mine = letter_rows().where(Notification.id == notification_id, Copy.recipient_id == recipient_id)
    return db.session.execute(mine).one_or_none()


def letter_rows() -> Select[*tuple[Any, ...]]:
    """The same for each copy of somebody who may still be told."""
    subject = NotificationSubject
    is_here = or_(
        Notification.school_id.is_(None), Membership.school_id.is_(None), Membership.school_id == Notification.school_id
    )
    belongs = exists().where(
        Membership.account_id == Copy.recipient_id,
        Membership.district_id == Notification.district_id,
        Membership.ended_at.is_(None),
        is_here,
    )
    for_children = exists().where(subject.notification_id == Notification.id, subject.recipient_id == Copy.recipient_id)
    return (
        select(
            Notification,
            Copy.role.label("role"),
            Copy.read_at.label("read_at"),
            for_children.label("is_for_children"),
            func.coalesce(School.name, District.name).label("school_name"),
            func.coalesce(Account.time_zone, School.time_zone, District.time_zone).label("time_zone"),
            Account.locale.label("locale"),
            func.coalesce(School.locale, District.locale).label("home_locale"),
            Sender.name.label("sender_name"),
        )
        .join(Copy, Copy.notification_id == Notification.id)
        .join(Account, Account.id == Copy.recipient_id)
        .join(District, District.id == Notification.district_id)
        .outerjoin(School, School.id == Notification.school_id)
        .outerjoin(Sender, Sender.id == Notification.sender_id)
        .where(Account.disabled_at.is_(None), belongs)
    )


def settled() -> Select[UUID]:
    """Notifications on their way of which nothing is left to do."""
    return select(Notification.id).where(
        Notification.status == Status.SENDING,
        exists().where(FanOut.notification_id == Notification.id, FanOut.finished_at.is_not(None)),
        ~has_open(Notification.id),
    )


def has_open(notification_id: Any) -> ColumnElement[bool]:
    """Whether a row is still to be sent. An alert waits for whoever comes, so it holds nothing up."""
    return exists().where(
        Log.notification_id == notification_id,
        Log.channel != Channel.WEBSOCKET,
        Log.status.in_(OPEN),
    )


def never_shown(moment: datetime, at_most: int) -> Select[UUID]:
    """Rows of alerts that are over and never reached a page."""
    return (
        select(Log.id)
        .join(Notification, Notification.id == Log.notification_id)
        .where(*MAY_BE_OFFLINE, Log.status == Fate.PENDING)
        .where(Notification.expires_at <= moment)
        .limit(at_most)
    )


def alerts_over(moment: datetime, at_most: int) -> Select[UUID]:
    """Copies of emergencies whose time is over, confirmed or not."""
    return select(Copy.id).where(Copy.alert_until <= moment).limit(at_most)


def alerts_of(pairs: Iterable[tuple[UUID, UUID]], fates: Collection[Fate]) -> Select[UUID]:
    """The alerts' rows of these (notification, recipient) that are in one of these states."""
    whom: dict[UUID, list[UUID]] = defaultdict(list)
    for notification_id, recipient_id in pairs:
        whom[notification_id].append(recipient_id)
    # Not a list of pairs: SQLite would read the whole ledger for it.
    named = (and_(Log.notification_id == id_, Log.recipient_id.in_(people)) for id_, people in whom.items())
    return select(Log.id).where(or_(*named), Log.channel == Channel.WEBSOCKET, Log.status.in_(fates)).order_by(Log.id)


def notifications_of(ids: Collection[UUID]) -> Select[Notification]:
    return select(Notification).where(Notification.id.in_(ids))
