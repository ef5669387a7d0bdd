"""Every read of preferences. For many people at once they are conditions to put into a query of theirs."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    ColumnExpressionArgument,
    FromClause,
    Row,
    Select,
    String,
    Uuid,
    and_,
    case,
    cast,
    exists,
    false,
    literal,
    null,
    select,
)
from sqlalchemy.orm import aliased

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import Account
from app.identity.queries import first_address, has_address, with_address
from app.preferences import addresses
from app.preferences.kinds import OF_GROUNDS, WISHES, Reason, Said
from app.preferences.models import ChannelPreference
from app.preferences.rules import may_be_switched_off, obstacles

Whose = ColumnExpressionArgument[UUID]
CODE = String(200)


def switched_off(account_id: Whose, category: Category, channel: Channel) -> ColumnElement[bool]:
    """Whether somebody wants nothing of a category on a channel, by whatever way they said so."""
    return _said_no(account_id, category, channel) if may_be_switched_off(category, channel) else false()


def verdict(account_id: Whose, category: Category, channel: Channel) -> ColumnElement[Any]:
    """``rules.decide`` for each row of a query: the code of a reason, or NULL when it goes out."""
    found = [
        (_is(reason, account_id, category, channel), literal(reason.value, CODE))
        for reason in obstacles(category, channel)
    ]
    return case(*found) if found else null()


def verdicts(everybody: FromClause, category: Category, channels: Iterable[Channel]) -> Select[*tuple[Any, ...]]:
    """The rows of ``everybody`` (with an ``account_id``, once each), and by its name the verdict on each channel.

    The same as ``verdict`` for many at once. Joined, not looked up for each: a planner that takes fifty thousand people
    for two hundred looks fifty thousand times.
    """
    source, found = select(*everybody.c), everybody
    for channel in channels:
        cases: list[tuple[ColumnElement[bool], ColumnElement[str]]] = []
        said = aliased(ChannelPreference, name=f"said_{channel.value}")
        broken = addresses.broken().subquery(f"broken_{channel.value}")
        if any(reason in OF_GROUNDS.values() for reason in obstacles(category, channel)):
            found = found.outerjoin(broken, broken.c.account_id == everybody.c.account_id)
        if wishes := may_be_switched_off(category, channel):
            about = and_(said.category == category, said.channel == channel, said.is_wanted.is_(False))
            found = found.outerjoin(said, and_(said.account_id == everybody.c.account_id, about))
        for reason in obstacles(category, channel):
            if reason is Reason.NO_ADDRESS:
                reached = with_address().subquery(f"reached_{channel.value}")
                found = found.outerjoin(reached, reached.c.account_id == everybody.c.account_id)
                cases.append((reached.c.account_id.is_(None), literal(reason.value, CODE)))
            elif reason in OF_GROUNDS.values():
                cases.append((broken.c.grounds.in_(addresses.grounds_for(reason)), literal(reason.value, CODE)))
            elif wishes:
                how = next(how for how, given in WISHES.items() if given is reason)
                cases.append((said.how == how, literal(reason.value, CODE)))
        source = source.add_columns((case(*cases) if cases else cast(null(), CODE)).label(channel.value))
    return source.select_from(found)


def goes_out(account_id: Whose, category: Category, channel: Channel) -> ColumnElement[bool]:
    """Whether ``verdict`` is NULL; asked of many this way each obstacle is one pass."""
    missing = (reason for reason in obstacles(category, channel) if reason not in WISHES.values())
    return and_(
        ~switched_off(account_id, category, channel),
        *(~_is(reason, account_id, category, channel) for reason in missing),
    )


def find_wish(account_id: UUID, category: Category, channel: Channel) -> Reason | None:
    """What one person has against it now; None when it may come."""
    if not may_be_switched_off(category, channel):
        return None
    said = select(ChannelPreference.how).where(*_no(literal(account_id, Uuid()), category, channel))
    how = db.session.scalar(said)
    return WISHES[how] if how else None


def is_switched_off(account_id: UUID, category: Category, channel: Channel) -> bool:
    """Whether one person wants nothing of a category on a channel."""
    return find_wish(account_id, category, channel) is not None


def said_by(account_id: UUID) -> dict[tuple[Category, Channel], Said]:
    """All that somebody ever said about what they want."""
    rows = db.session.scalars(select(ChannelPreference).where(ChannelPreference.account_id == account_id))
    return {(row.category, row.channel): Said(row.is_wanted, row.how, row.changed_at) for row in rows}


def find_address(account_id: UUID) -> str | None:
    """Where somebody's mail goes; None when no address is on file."""
    return db.session.scalar(select(first_address(literal(account_id, Uuid()))))


def find_reader(account_id: UUID) -> Row[str | None, str | None, str | None] | None:
    """``address``, ``locale`` and ``time_zone`` of somebody; None for nobody."""
    address = first_address(Account.id).label("address")
    asked = select(address, Account.locale, Account.time_zone).where(Account.id == account_id)
    return db.session.execute(asked).one_or_none()


def _is(reason: Reason, account_id: Whose, category: Category, channel: Channel) -> ColumnElement[bool]:
    """The condition of an obstacle."""
    if reason is Reason.NO_ADDRESS:
        return ~has_address(account_id)
    if reason in OF_GROUNDS.values():
        return addresses.is_broken(account_id, reason)
    how = next(how for how, given in WISHES.items() if given is reason)
    return _said_no(account_id, category, channel, ChannelPreference.how == how)


def _said_no(account_id: Whose, category: Category, channel: Channel, *so: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*_no(account_id, category, channel), *so)


def _no(account_id: Whose, category: Category, channel: Channel) -> tuple[ColumnElement[bool], ...]:
    """The row in which somebody said that they want nothing of a category on a channel."""
    said = ChannelPreference
    about = (said.account_id == account_id, said.category == category, said.channel == channel)
    return (*about, said.is_wanted.is_(False))
