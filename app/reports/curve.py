"""How mail left, and how people read and confirmed, over time. A module of reads."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, select, union_all

from app.catalogue.kinds import Channel
from app.extensions import db
from app.kernel.clock import now
from app.notifications.kinds import Status
from app.notifications.models import Notification
from app.notifications.models import NotificationLog as Log
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.rules import channels_for
from app.reports import rules
from app.reports.kinds import Curve, Line, People

NEARLY_ALL = 0.95


def curve(notification: Notification, people: People) -> Curve:
    """Counted in steps from its sending until nearly all readers had read it: the last one may come a month later, and
    would squeeze everything else into the first step.
    """
    steps = rules.steps(notification.created_at, _until(notification, people))
    counted = _counted(notification.id, steps)
    shown = [line for line in Line if _is_drawn(line, notification)]
    is_cut = people.read > counted[Line.READ][-1] or people.acknowledged > counted[Line.ACKNOWLEDGED][-1]
    return Curve(steps, {line: counted[line] for line in shown}, is_cut)


def _is_drawn(line: Line, notification: Notification) -> bool:
    if line is Line.SENT:
        return Channel.EMAIL in channels_for(notification.category)
    return line is Line.READ or notification.requires_acknowledgement


def _until(notification: Notification, people: People) -> datetime:
    if notification.status is Status.SENDING:
        return now()
    read_at = _nearly_all_at(notification.id, Copy.read_at, people.read)
    acknowledged_at = _nearly_all_at(notification.id, Copy.acknowledged_at, people.acknowledged)
    return max(filter(None, (read_at, acknowledged_at)), default=now())


def _nearly_all_at(notification_id: UUID, column: Any, count: int) -> datetime | None:
    """When nearly all of the ``count`` had done it; None while there is nobody."""
    done_at = select(column).where(Copy.notification_id == notification_id, column.is_not(None)).order_by(column)
    nearly_all = int(max(0, count - 1) * NEARLY_ALL)
    return cast("datetime | None", db.session.scalar(done_at.offset(nearly_all).limit(1)))


def _counted(notification_id: UUID, steps: Sequence[datetime]) -> dict[Line, list[int]]:
    """How many there were up to each of the steps."""
    each = union_all(
        *(
            select(literal(line.value).label("line"), column.label("moment")).where(*so, column <= steps[-1])
            for line, column, so in _lines(notification_id)
        )
    ).subquery("each")
    step = case(*((each.c.moment <= until, number) for number, until in enumerate(steps))).label("step")
    counted = {line: [0] * len(steps) for line in Line}
    for line, number, count in db.session.execute(select(each.c.line, step, func.count()).group_by(each.c.line, step)):
        counted[Line(line)][number] = count
    return {line: list(accumulate(counts)) for line, counts in counted.items()}


def _lines(notification_id: UUID) -> Iterator[tuple[Line, Any, tuple[ColumnElement[bool], ...]]]:
    mine = Copy.notification_id == notification_id
    yield Line.SENT, Log.sent_at, (Log.notification_id == notification_id, Log.channel == Channel.EMAIL)
    yield Line.READ, Copy.read_at, (mine,)
    yield Line.ACKNOWLEDGED, Copy.acknowledged_at, (mine,)
