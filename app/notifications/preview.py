"""Whom a draft would reach, counted by the query that the fan-out writes from: a module of reads."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import Account
from app.notifications.audience import people
from app.notifications.groups import RANKS
from app.notifications.kinds import Audience, Scope
from app.notifications.queries import first_address
from app.notifications.rules import NO_ADDRESS, channels_for
from app.notifications.words import CHANNELS, MANY, reason_words

NAMES_SHOWN = 50


@dataclass(frozen=True)
class Count:
    words: str
    count: int


@dataclass(frozen=True)
class Unreachable:
    """Somebody whom mail will not reach, and why."""

    name: str
    reason_words: str


@dataclass(frozen=True)
class Preview:
    total: int
    by_role: list[Count]
    by_channel: list[Count]
    unreachable: list[Unreachable]
    unreachable_total: int


def preview(audience: Audience, scope: Scope, category: Category) -> Preview:
    """Counts by role and by channel, and the first of those that mail cannot reach."""
    rows = db.session.execute(_by_rank(audience, scope)).all()
    total, reachable = sum(count for _, count, _ in rows), sum(with_address for _, _, with_address in rows)
    channels = channels_for(category)
    missing = total - reachable if Channel.EMAIL in channels else 0
    return Preview(
        total,
        [Count(str(MANY[RANKS[rank]]), count) for rank, count, _ in rows],
        [Count(str(CHANNELS[each]), reachable if each is Channel.EMAIL else total) for each in channels],
        _unreachable(audience, scope) if missing else [],
        missing,
    )


def _by_rank(audience: Audience, scope: Scope) -> Select[*tuple[Any, ...]]:
    found = people(audience, scope).subquery("people")
    each = select(found.c.rank, first_address(found.c.account_id).label("address")).subquery("each")
    return select(each.c.rank, func.count(), func.count(each.c.address)).group_by(each.c.rank).order_by(each.c.rank)


def _unreachable(audience: Audience, scope: Scope) -> list[Unreachable]:
    found = people(audience, scope).subquery("people")
    names = (
        select(Account.name)
        .join(found, found.c.account_id == Account.id)
        .where(first_address(found.c.account_id).is_(None))
        .order_by(Account.name, Account.id)
        .limit(NAMES_SHOWN)
    )
    return [Unreachable(name, reason_words(NO_ADDRESS)) for name in db.session.scalars(names)]


def reaches_anybody(audience: Audience, scope: Scope) -> bool:
    """Whether anybody is in it now: between preview and confirmation the last one may have left."""
    return db.session.execute(people(audience, scope).limit(1)).first() is not None
