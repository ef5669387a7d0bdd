"""Whether every report adds up: a module of reads."""

from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, select, union_all

from app.catalogue.kinds import Category
from app.notifications.models import FanOut, Notification
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.rules import channels_for


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
        select(Copy.notification_id, func.count().label("count")).group_by(Copy.notification_id).subquery("recipients")
    )
    deliveries = (
        select(Log.notification_id, Log.channel, func.count().label("count"))
        .group_by(Log.notification_id, Log.channel)
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
