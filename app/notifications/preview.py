"""Whom a draft would reach, counted by the query that the fan-out writes from: a module of reads."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select

from app.catalogue.kinds import Category, Channel, Role
from app.extensions import db
from app.identity.models import Account
from app.notifications.audience import people
from app.notifications.groups import RANKS
from app.notifications.kinds import Audience, Scope
from app.notifications.rules import channels_for
from app.notifications.words import CHANNELS, MANY, reason_words
from app.preferences.kinds import WISHES, Reason
from app.preferences.queries import switched_off, verdict
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

    @property
    def ways(self) -> dict[str, int]:
        """How many each channel reaches."""
        return {each.kind: each.count for each in self.by_channel}


def preview(audience: Audience, scope: Scope, category: Category) -> Preview:
    """Counts by role and by channel, and the first of those whom a channel does not reach."""
    channels = channels_for(category)
    rows = db.session.execute(_counted(audience, scope, category, channels)).all()
    by_rank = {rank: sum(row.people for row in rows if row.rank == rank) for rank in sorted({row.rank for row in rows})}
    missing, unwanted = (_kept_from(rows, channels, reasons) for reasons in (MISSING, SAID_NO))
    asked = people(audience, scope), category
    return Preview(
        sum(by_rank.values()),
        _by_role({RANKS[rank]: count for rank, count in by_rank.items()}),
        [Count(each, str(CHANNELS[each]), _kept_from(rows, [each], {None})) for each in channels],
        _names(*asked, lambda *whose: verdict(*whose).in_(MISSING)) if missing else [],
        missing,
        _names(*asked, switched_off) if unwanted else [],
        unwanted,
    )


def _by_role(counted: Mapping[Role, int]) -> list[Count]:
    found, before, total = [], 0, sum(counted.values())
    for role, count in counted.items():
        found.append(Count(role, str(MANY[role]), count, _percent(before, total), _percent(count, total)))
        before += count
    return found


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2)


def _counted(
    audience: Audience, scope: Scope, category: Category, channels: Sequence[Channel]
) -> Select[*tuple[Any, ...]]:
    """``people`` by ``rank`` and by what becomes of it on each channel: a reason, or NULL where it goes out."""
    found = people(audience, scope).subquery("people")
    verdicts = [verdict(found.c.account_id, category, channel).label(channel.value) for channel in channels]
    each = select(found.c.rank, *verdicts).subquery("each")
    return select(*each.c, func.count().label("people")).group_by(*each.c)


def _kept_from(
    rows: Sequence[Row[*tuple[Any, ...]]], channels: Sequence[Channel], reasons: Collection[str | None]
) -> int:
    """How many times one of these reasons was given on one of these channels."""
    return sum(row.people for row in rows for channel in channels if row._mapping[channel.value] in reasons)


def _names(
    everybody: Select[*tuple[Any, ...]],
    category: Category,
    is_meant: Callable[[ColumnElement[UUID], Category, Channel], ColumnElement[bool]],
) -> list[Unreachable]:
    """The first of those for whom the condition holds on any channel that can be kept from somebody."""
    found = everybody.subquery("people")
    lines: list[Unreachable] = []
    for channel in channels_for(category):
        whose = found.c.account_id, category, channel
        if obstacles(category, channel):
            names = (
                select(Account.name, verdict(*whose))
                .join(found, found.c.account_id == Account.id)
                .where(is_meant(*whose))
                .order_by(Account.name, Account.id)
                .limit(NAMES_SHOWN - len(lines))
            )
            lines += [Unreachable(name, reason_words(code, *whose[1:])) for name, code in db.session.execute(names)]
    return lines


def reaches_anybody(audience: Audience, scope: Scope) -> bool:
    """Whether anybody is in it now: between preview and confirmation the last one may have left."""
    return db.session.execute(people(audience, scope).limit(1)).first() is not None
