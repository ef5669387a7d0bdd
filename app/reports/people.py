"""What became of each person's copy, as values that are shown: a module of reads."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from app.mailer.models import DeliveryAttempt
from app.mailer.queries import attempts_of
from app.notifications.models import Notification
from app.preferences.kinds import WAITS
from app.reports.kinds import Attempt, Delivery, Filter, Person
from app.reports.recipients import children_of, fates_of

Tries = Mapping[UUID, Sequence[DeliveryAttempt]]


def persons(notification: Notification, ids: Sequence[UUID], filter_: Filter) -> list[Person]:
    """These people in this order, each with their deliveries and every try. Three questions, whoever they are."""
    rows = fates_of(notification.id, ids, filter_.channel)
    tries = attempts_of([row.letter_id for row in rows if row.letter_id])
    children = children_of(notification.id, ids)
    grouped = groupby(rows, key=lambda row: row.recipient_id)
    return [_person(id_, list(mine), children.get(id_, ()), tries) for id_, mine in grouped]


def _person(id_: UUID, rows: Sequence[Row[*tuple[Any, ...]]], children: Sequence[str], tries: Tries) -> Person:
    first = rows[0]
    deliveries = [_delivery(row, tries) for row in rows]
    return Person(id_, first.name, first.role, children, first.read_at, first.acknowledged_at, deliveries)


def _delivery(entry: Row[*tuple[Any, ...]], tries: Tries) -> Delivery:
    return Delivery(
        entry.channel,
        entry.status,
        entry.reason,
        entry.sent_at,
        entry.delivered_at,
        entry.failed_at,
        entry.next_attempt_at if entry.retry_count else None,
        [_attempt(one) for one in tries.get(entry.letter_id, ())] if entry.letter_id else [],
        entry.next_attempt_at if entry.reason in WAITS else None,
    )


def _attempt(one: DeliveryAttempt) -> Attempt:
    said = " ".join(filter(None, [str(one.code) if one.code else "", one.text]))
    return Attempt(one.number, one.started_at, one.outcome, said)
