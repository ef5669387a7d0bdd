"""Whom a draft would reach, counted by the query that the fan-out writes from: a module of reads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)

from app.catalogue.kinds import Category, Channel, Role
from app.catalogue.words import CHANNELS
from app.extensions import db
from app.identity.models import Account
from app.notifications.audience import people
from app.notifications.groups import RANKS
from app.notifications.kinds import Audience, Scope, Timing
from app.notifications.preview_mail import Mail, mail_of, with_waits
from app.notifications.rules import channels_for
from app.notifications.words import MANY, reason_words
from app.preferences.kinds import WISHES, Reason
from app.preferences.queries import verdicts
from app.preferences.rules import obstacles

NAMES_SHOWN = 50
SAID_NO = frozenset(WISHES.values())
MISSING = frozenset(Reason) - SAID_NO


@dataclass(frozen=True)
class Count:
    """How many of a kind (a role or a channel); of a role also where its part of the whole begins, in percent."""

    kind: str
    words: str
    count: int
    begins: float = 0
    share: float = 0


@dataclass(frozen=True)
class Unreachable:
    """Somebody whom one of the channels will not reach, and why."""

    name: str
    reason_words: str


@dataclass(frozen=True)
class Preview:
    """``by_channel`` is what the fan-out will send; ``unreachable`` cannot be reached, ``switched_off`` do not want it.

    Both lists hold the first NAMES_SHOWN, a line for each channel that does not reach somebody.
    """

    total: int
    by_role: list[Count]
    by_channel: list[Count]
    unreachable: list[Unreachable]
    unreachable_total: int
    switched_off: list[Unreachable]
    switched_off_total: int
    mail: Mail

    @property
    def ways(self) -> dict[str, int]:
        """How many each channel reaches."""
        return {each.kind: each.count for each in self.by_channel}


def preview(audience: Audience, scope: Scope, category: Category, timing: Timing | None = None) -> Preview:
    """Counts by role and by channel, and the first of those whom a channel does not reach; now or, of something
    scheduled, as its readers' clocks stand at that moment.
    """
    channels = channels_for(category)
    judged = verdicts(people(audience, scope).subquery("people"), category, channels).subquery("judged")
    each = with_waits(judged, scope, category, timing.at if timing else None).cte("each")
    rows = db.session.execute(_counted(each, category, channels)).all()
    counted = [row for row in rows if row.about is None]
    by_rank = {
        rank: sum(row.people for row in counted if row.rank == rank) for rank in sorted({row.rank for row in counted})
    }
    lists = [
        (_names(rows, category, reasons), _kept_from(counted, channels, reasons)) for reasons in (MISSING, SAID_NO)
    ]
    return Preview(
        sum(by_rank.values()),
        _by_role({RANKS[rank]: count for rank, count in by_rank.items()}),
        [Count(each, str(CHANNELS[each]), _kept_from(counted, [each], {None})) for each in channels],
        *lists[0],
        *lists[1],
        mail_of(counted, scope, category),
    )


def _by_role(counted: Mapping[Role, int]) -> list[Count]:
    found, before, total = [], 0, sum(counted.values())
    for role, count in counted.items():
        found.append(Count(role, str(MANY[role]), count, _percent(before, total), _percent(count, total)))
        before += count
    return found


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2)


def _counted(each: CTE, category: Category, channels: Sequence[Channel]) -> CompoundSelect[*tuple[Any, ...]]:
    """``people`` by ``rank`` and by what becomes of it on each channel: a reason, or NULL where it goes out.

    Behind them, with a ``name``, the first of those whom a channel does not reach. All in one pass: looking for who is
    meant is what takes long.
    """
    columns = [each.c[channel.value] for channel in channels]
    counts = select(
        each.c.rank,
        *columns,
        each.c.later,
        func.count().label("people"),
        *(cast(null(), String()).label(name) for name in ("about", "name")),
    )
    named = [
        _first(each, columns, channel, reasons)
        for channel in channels
        for reasons in (MISSING, SAID_NO)
        if not reasons.isdisjoint(obstacles(category, channel))
    ]
    return union_all(counts.group_by(each.c.rank, *columns, each.c.later), *named)


def _first(
    each: CTE, columns: Sequence[ColumnElement[Any]], channel: Channel, reasons: Collection[str]
) -> Select[*tuple[Any, ...]]:
    marks = literal(0).label("people"), literal(channel.value, String()).label("about")
    rows = (
        select(each.c.rank, *columns, each.c.later, *marks, Account.name.label("name"))
        .join(Account, Account.id == each.c.account_id)
        .where(each.c[channel.value].in_(reasons))
        .order_by(Account.name, Account.id)
        .limit(NAMES_SHOWN)
    )
    return select(rows.subquery())


def _kept_from(
    rows: Sequence[Row[*tuple[Any, ...]]], channels: Sequence[Channel], reasons: Collection[str | None]
) -> int:
    """How many times one of these reasons was given on one of these channels."""
    return sum(row.people for row in rows for channel in channels if row._mapping[channel.value] in reasons)


def _names(rows: Sequence[Row[*tuple[Any, ...]]], category: Category, reasons: Collection[str]) -> list[Unreachable]:
    found = [
        Unreachable(row.name, reason_words(row._mapping[row.about], category, Channel(row.about)))
        for row in rows
        if row.about and row._mapping[row.about] in reasons
    ]
    return sorted(found, key=lambda one: one.name.casefold())[:NAMES_SHOWN]
