"""What the groups of an audience are called, and whether they are in scope: a module of reads, as ``queries`` is."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select

from app.extensions import db
from app.identity.models import Account
from app.kernel.ids import parse_id
from app.notifications.kinds import Audience, Group, Scope, Term
from app.roster.models import Grade, Membership, School, SchoolClass

NAMED = {Group.SCHOOL: School, Group.GRADE: Grade, Group.CLASS: SchoolClass, Group.PERSON: Account}


def names_of(terms: Iterable[Term], scope: Scope) -> dict[tuple[Group, UUID], str]:
    """What the things are called that terms speak of. What is not in scope is not there."""
    names: dict[tuple[Group, UUID], str] = {}
    for group, kind in NAMED.items():
        if ids := {term.id for term in terms if term.group is group}:
            rows: Any = kind  # they share id and name
            found = db.session.execute(select(rows.id, rows.name).where(rows.id.in_(ids), _is_in(group, rows, scope)))
            names |= {(group, id_): name for id_, name in found}
    return names


def strange(terms: Sequence[Term], scope: Scope) -> list[Term]:
    """The terms that speak of something outside: of another school, or of nothing at all."""
    known = names_of(terms, scope)
    return [term for term in terms if term.id and (term.group, term.id) not in known]


def remembered(audience: Audience, scope: Scope) -> dict[str, Any]:
    """An audience as its notification's row keeps it: with the names of groups as they were, but of no person."""
    names = names_of(audience.include, scope)
    return {
        **({"at_least": str(audience.at_least)} if audience.at_least else {}),
        "include": [str(term) for term in audience.include],
        "exclude": [str(term) for term in audience.exclude],
        "names": {f"{group}:{id_}": name for (group, id_), name in names.items() if group is not Group.PERSON},
    }


def recalled(kept: dict[str, Any]) -> Audience:
    """The audience that ``remembered`` made a row of."""
    include, exclude = ([Term.parse(text) for text in kept.get(part, ())] for part in ("include", "exclude"))
    return Audience(tuple(filter(None, include)), tuple(filter(None, exclude)), parse_id(kept.get("at_least", "")))


def _is_in(group: Group, rows: Any, scope: Scope) -> ColumnElement[bool]:
    if group is Group.PERSON:
        mine = and_(Membership.account_id == Account.id, Membership.district_id == scope.district_id)
        here = Membership.school_id == scope.school_id if scope.school_id else None
        return exists().where(mine) if here is None else exists().where(mine, here)
    school = rows.id if group is Group.SCHOOL else rows.school_id
    return and_(rows.district_id == scope.district_id, *([school == scope.school_id] if scope.school_id else []))
