"""Whom a notification reached: counted for a report, and as conditions for lists of people. A module of reads."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, union_all

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.rules import GOT_THROUGH, OPEN, carriers_of
from app.reports.kinds import People

WAITING, REACHED = 1, 2


def people(notification_id: UUID, category: Category) -> People:
    """Everybody who has a copy, and how far it got with them."""
    total, read, acknowledged = db.session.execute(
        select(func.count(), func.count(Copy.read_at), func.count(Copy.acknowledged_at)).where(
            Copy.notification_id == notification_id
        )
    ).one()
    found = dict(iter(db.session.execute(_got_to(notification_id, category))))
    return People(total, found.get(REACHED, 0), found.get(WAITING, 0), read, acknowledged)


def is_reached(category: Category) -> ColumnElement[bool]:
    """Whether a ``Copy`` reached its person: by a channel that goes after them, or by their reading it."""
    return or_(Copy.read_at.is_not(None), has_delivery(_got_through(category)))


def is_waiting() -> ColumnElement[bool]:
    """Whether something is still on its way to the person of a ``Copy``."""
    return has_delivery(_is_on_its_way())


def has_delivery(*so: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the person of a ``Copy`` has a row like this in the ledger."""
    return exists().where(Log.notification_id == Copy.notification_id, Log.recipient_id == Copy.recipient_id, *so)


def _got_to(notification_id: UUID, category: Category) -> Select[int, int]:
    """How many people it reached, and to how many something is still on its way: one pass over the ledger, for this
    is asked every second while it sends.
    """
    got_through = _got_through(category)
    deliveries = select(Log.recipient_id, case((got_through, REACHED), else_=WAITING).label("how")).where(
        Log.notification_id == notification_id, or_(got_through, _is_on_its_way())
    )
    readers = select(Copy.recipient_id, literal(REACHED)).where(
        Copy.notification_id == notification_id, Copy.read_at.is_not(None)
    )
    each = union_all(deliveries, readers).subquery("each")
    best = select(func.max(each.c.how).label("how")).group_by(each.c.recipient_id).subquery("best")
    return select(best.c.how, func.count()).group_by(best.c.how)


def _got_through(category: Category) -> ColumnElement[bool]:
    carriers = carriers_of(category)
    return or_(*(and_(Log.channel == channel, Log.status.in_(GOT_THROUGH[channel])) for channel in carriers))


def _is_on_its_way() -> ColumnElement[bool]:
    """An alert waits for whoever comes, so it does not count."""
    return and_(Log.status.in_(OPEN), Log.channel != Channel.WEBSOCKET)
