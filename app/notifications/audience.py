"""Who is meant: the one query that the preview counts and the fan-out writes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Select, Subquery, Uuid, cast, false, func, null, select, union_all

from app.catalogue.kinds import Role
from app.notifications.earlier import holders, still_told
from app.notifications.groups import guardians, in_classes, members, pupils
from app.notifications.kinds import Audience, Group, Scope, Term
from app.roster.models import Guardianship, Membership


def people(audience: Audience, scope: Scope) -> Select[*tuple[Any, ...]]:
    """``account_id`` and ``rank`` (see ``groups.RANKS``) of everybody in it, once each."""
    included = _union("included", _everybody(audience.include, scope), "account_id", "rank")
    found = select(included.c.account_id, func.min(included.c.rank).label("rank"))
    found = _without(found, included, audience, scope).group_by(included.c.account_id)
    if audience.at_least is None:
        return found
    both = _union("both", [found, *holders(audience.at_least, scope)], "account_id", "rank")
    return select(both.c.account_id, func.min(both.c.rank).label("rank")).group_by(both.c.account_id)


def somebody(audience: Audience, scope: Scope) -> Select[*tuple[Any, ...]]:
    """``account_id`` of one who is in it, found without looking at all: guardians of children are looked at first."""
    included = _union("included", _everybody(audience.include, scope), "account_id")
    found = _without(select(included.c.account_id), included, audience, scope).limit(1)
    if audience.at_least is None:
        return found
    first = select(found.subquery("first").c.account_id)
    both = _union("both", [first, *holders(audience.at_least, scope)], "account_id")
    return select(both.c.account_id).limit(1)


def subjects(audience: Audience, scope: Scope) -> Select[*tuple[Any, ...]]:
    """``account_id`` and ``child_id``: the children through whom a guardian is in it. By name, it is through none."""
    included = _union("families", _families(audience.include, scope), "account_id", "child_id")
    found = select(included.c.account_id, included.c.child_id).distinct()
    found = _without(found, included, audience, scope)
    if audience.at_least is None:
        return found
    both = _union("both", [found, still_told(audience.at_least, scope)], "account_id", "child_id")
    return select(both.c.account_id, both.c.child_id).distinct()


def _everybody(terms: Iterable[Term], scope: Scope) -> Iterator[Select[*tuple[Any, ...]]]:
    """A select for each kind of term, rather than for each term: forty classes are one."""
    everybody, ids = members(scope), _by_group(terms, guardians_of=False)
    yield from _families(terms, scope)
    if roles := {term.role for term in terms if term.role and not term.guardians_of} - {Role.PARENT}:
        yield everybody.where(Membership.role.in_(roles | ({Role.DISTRICT_ADMIN} if Role.ADMIN in roles else set())))
    if Group.SCHOOL in ids:
        yield everybody.where(Membership.school_id.in_(ids[Group.SCHOOL]))
    if Group.GRADE in ids:
        yield everybody.where(Membership.grade_id.in_(ids[Group.GRADE]))
    if Group.CLASS in ids:
        yield in_classes(ids[Group.CLASS], scope)
    if Group.PERSON in ids:
        yield everybody.where(Membership.account_id.in_(ids[Group.PERSON]))
        yield guardians(scope, Guardianship.guardian_id.in_(ids[Group.PERSON]))


def _families(terms: Iterable[Term], scope: Scope) -> Iterator[Select[*tuple[Any, ...]]]:
    """Guardians who are meant because of a child. Parents of a school are the guardians of its students."""
    if any(term.role is Role.PARENT or (term.role and term.guardians_of) for term in terms):
        yield guardians(scope)
    ids = _by_group(terms, guardians_of=True)
    ids[Group.SCHOOL] += _by_group(terms, guardians_of=False)[Group.SCHOOL]
    for group, named in ids.items():
        if named:
            yield guardians(scope, pupils(group, named, scope))


def _by_group(terms: Iterable[Term], *, guardians_of: bool) -> dict[Group, list[UUID]]:
    ids: dict[Group, list[UUID]] = defaultdict(list)
    for term in terms:
        if term.id and term.guardians_of is guardians_of:
            ids[term.group].append(term.id)
    return ids


def _union(name: str, arms: Iterable[Select[*tuple[Any, ...]]], *columns: str) -> Subquery:
    """All arms as one table with these columns; an empty one when there is no arm."""
    kinds = {column: Integer() if column == "rank" else Uuid() for column in columns}
    nobody = select(*(cast(null(), kind).label(column) for column, kind in kinds.items())).where(false())
    picked = [arm.with_only_columns(*(arm.selected_columns[column] for column in columns)) for arm in arms]
    return union_all(*picked).subquery(name) if len(picked) > 1 else (picked or [nobody])[0].subquery(name)


def _without(
    found: Select[*tuple[Any, ...]], included: Subquery, audience: Audience, scope: Scope
) -> Select[*tuple[Any, ...]]:
    """Whoever is excluded is out, by whatever term they came in."""
    if not audience.exclude:
        return found
    excluded = _union("excluded", _everybody(audience.exclude, scope), "account_id")
    # Not NOT IN: beyond work_mem PostgreSQL would look through the list again for each person.
    joined = found.outerjoin(excluded, excluded.c.account_id == included.c.account_id)
    return joined.where(excluded.c.account_id.is_(None))
