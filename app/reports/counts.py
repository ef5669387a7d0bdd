"""What a report counts, for one notification as for a list of them. A module of reads."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from app.catalogue.kinds import Channel
from app.extensions import db
from app.kernel.clock import now
from app.notifications.kinds import Fate
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.rules import OPEN
from app.preferences.kinds import WAITS
from app.reports import rules
from app.reports.kinds import Pace, People, Progress
from app.reports.queries import AnyRow

Deliveries = Mapping[Channel, Mapping[Fate, int]]


def readings(notification_ids: Sequence[UUID]) -> dict[UUID, People]:
    """How many people have each, have read it and have confirmed it; whom it reached is not counted."""
    rows = db.session.execute(
        select(Copy.notification_id, func.count(), func.count(Copy.read_at), func.count(Copy.acknowledged_at))
        .where(Copy.notification_id.in_(notification_ids))
        .group_by(Copy.notification_id)
    )
    counted = {id_: People(total, read=read, acknowledged=acknowledged) for id_, total, read, acknowledged in rows}
    return {id_: counted.get(id_, People()) for id_ in notification_ids}


def deliveries(notification_ids: Sequence[UUID]) -> dict[UUID, dict[Channel, dict[Fate, int]]]:
    """For each notification how many deliveries of each channel are in which state."""
    counted: dict[UUID, dict[Channel, dict[Fate, int]]] = {id_: {} for id_ in notification_ids}
    for id_, channel, fate, count in db.session.execute(
        select(Log.notification_id, Log.channel, Log.status, func.count())
        .where(Log.notification_id.in_(notification_ids))
        .group_by(Log.notification_id, Log.channel, Log.status)
    ):
        counted[id_].setdefault(channel, {})[fate] = count
    return counted


def of_heads(heads: Sequence[AnyRow]) -> tuple[dict[UUID, People], dict[UUID, Progress]]:
    """Readers and progress of each line of a list. Three questions, however long it is."""
    ids = [head.Notification.id for head in heads]
    people = readings(ids)
    return people, progress_of(heads, people, deliveries(ids))


def progress_of(
    heads: Iterable[AnyRow], people: Mapping[UUID, People], counted: Mapping[UUID, Deliveries]
) -> dict[UUID, Progress]:
    """How far each of these heads is on its way. How fast is asked only where mail is still to leave."""
    moment, written = now(), {head.Notification.id: not head.is_being_written for head in heads}
    mail = {id_: counted[id_].get(Channel.EMAIL, {}) for id_ in written}
    pace = paces([id_ for id_ in written if OPEN & mail[id_].keys()], moment)
    return {
        id_: rules.progress(people[id_].total, mail[id_], pace.get(id_), moment, is_written=is_written)
        for id_, is_written in written.items()
    }


def paces(notification_ids: Sequence[UUID], moment: datetime) -> dict[UUID, Pace]:
    """How fast the mail of each has left of late, and what of it waits for another try; none where there is no mail."""
    if not notification_ids:
        return {}
    since = moment - rules.LATELY
    is_not_due = and_(Log.status == Fate.PENDING, Log.next_attempt_at > moment)
    is_waiting = and_(is_not_due, func.coalesce(Log.reason, "").in_(WAITS))
    is_later = and_(is_not_due, func.coalesce(Log.reason, "").not_in(WAITS))
    rows = db.session.execute(
        select(
            Log.notification_id,
            func.count(case((or_(Log.sent_at > since, Log.failed_at > since), 1))),
            func.count(case((is_later, 1))),
            func.min(case((is_later, Log.next_attempt_at))),
            func.min(Log.created_at),
            func.count(case((is_waiting, 1))),
            func.min(case((is_waiting, Log.next_attempt_at))),
        )
        .where(Log.notification_id.in_(notification_ids), Log.channel == Channel.EMAIL)
        .group_by(Log.notification_id)
    )
    return {id_: Pace(*values) for id_, *values in rows}
