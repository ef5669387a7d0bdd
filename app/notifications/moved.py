"""Whether those whom a page showed are still those whom it would reach: a module of reads."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.extensions import db
from app.notifications.audience import people
from app.notifications.kinds import Audience, Change, Group, Scope, Term
from app.notifications.names import names_of
from app.notifications.roll import Roll

NAMES_SHOWN = 12


def roll_of(audience: Audience, scope: Scope) -> Roll:
    """Everybody who is in it now."""
    everybody = people(audience, scope).subquery("people")
    return Roll.of(db.session.scalars(select(everybody.c.account_id)))


def find_change(shown: Roll, audience: Audience, scope: Scope) -> Change | None:
    """What is different from what was shown; None when they are the same people."""
    current = roll_of(audience, scope)
    if current == shown:
        return None
    difference = current.find_difference(shown)
    if difference is None:
        return Change(shown.total, current.total)
    return Change(
        shown.total,
        current.total,
        len(difference.joined),
        len(difference.left),
        _names(difference.joined, scope),
        _names(difference.left, scope),
    )


def _names(ids: Iterable[UUID], scope: Scope) -> list[str]:
    """Of people who are, or were, of these schools: what a form brings along opens no others."""
    known = names_of([Term(Group.PERSON, id_) for id_ in ids], scope)
    return sorted(known.values())[:NAMES_SHOWN]
