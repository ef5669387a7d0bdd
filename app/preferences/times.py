"""When people want mail that can wait: for one of them, and as SQL for many at once. A module of reads."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, case, cast, literal, null, select

from app.extensions import db
from app.kernel.columns import UTCDateTime
from app.preferences.hours import A_DAY, next_digest, quiet_until
from app.preferences.kinds import Times
from app.preferences.models import MailTimes

MOST_GROUPS = 2_000
MOMENT = UTCDateTime()
KeyOf = Callable[[Times], int]
is_for_digest = MailTimes.digest_at.is_not(None)
"""Whether somebody, by their row of ``MailTimes``, wants one digest a day instead of each mail by itself."""


@dataclass(frozen=True)
class Waits:
    """How long mail waits for whom: expressions of a row of ``MailTimes``, NULL where it does not wait.

    ``digest_at`` is when the next digest is due, ``quiet_until`` when the quiet hours end in which it would come.
    """

    digest_at: ColumnElement[Any]
    quiet_until: ColumnElement[Any]


def find_times(account_id: UUID) -> Times | None:
    """When somebody wants their mail; None for who never said so."""
    of_times = (MailTimes.time_zone, MailTimes.quiet_from, MailTimes.quiet_until, MailTimes.digest_at)
    found = db.session.execute(select(*of_times).where(MailTimes.account_id == account_id)).one_or_none()
    return Times(*found) if found else None


def waits(moment: datetime, due_at: datetime, *whose: ColumnElement[bool]) -> Waits:
    """For mail written down at ``moment`` that would leave at ``due_at``; ``whose`` are the rows it may concern.

    What clocks do is reckoned here, once for all who have chosen alike: they are few, and no database knows it. Should
    they be too many, their letters are put off when they are written.
    """
    zone, begin, end, digest = MailTimes.time_zone, MailTimes.quiet_from, MailTimes.quiet_until, MailTimes.digest_at
    quiet = select(zone, begin, end).where(*whose, begin.is_not(None), ~is_for_digest).distinct().limit(MOST_GROUPS)
    quiets = [Times(*group) for group in db.session.execute(quiet)]
    daily = select(zone, digest).where(*whose, is_for_digest).distinct()
    digests = [Times(zone, digest_at=at) for zone, at in db.session.execute(daily)]
    return Waits(
        _by_zone({one: next_digest(moment, one) for one in digests}, digest, attrgetter("digest_at")),
        _by_zone({one: quiet_until(due_at, one) for one in quiets}, begin * A_DAY + end, _both_ends),
    )


def _both_ends(times: Times) -> int:
    return (times.quiet_from or 0) * A_DAY + (times.quiet_until or 0)


def _by_zone(
    found: Mapping[Times, datetime | None], key: SQLColumnExpression[Any], key_of: Callable[[Times], int]
) -> ColumnElement[Any]:
    """The moment of each group, by its zone and its key; NULL for all others."""
    zones: dict[str, dict[int, ColumnElement[Any]]] = defaultdict(dict)
    for times, at in found.items():
        if at is not None:
            zones[times.time_zone][key_of(times)] = literal(at, MOMENT)
    inner = [(MailTimes.time_zone == zone, case(moments, value=key, else_=null())) for zone, moments in zones.items()]
    return case(*inner, else_=null()) if inner else cast(null(), MOMENT)
