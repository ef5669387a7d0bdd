"""Looking for somebody to address: groups and people of a scope, by parts of their names. A module of reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, exists, literal, or_, select

from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import Account
from app.kernel.folding import holds
from app.kernel.phrases import folded
from app.notifications.choices import Option, pair, roles
from app.notifications.kinds import Group, Scope
from app.notifications.persons import described
from app.roster.models import Grade, Membership, School, SchoolClass
from app.web.texts import one_line

MOST_GROUPS, MOST_PEOPLE, MOST_READ = 10, 8, 50
SHORTEST, LONGEST = 2, 100


@dataclass(frozen=True)
class Found:
    """What looking for ``text`` came to; not ``is_all`` when there is more than is shown."""

    text: str = ""
    options: Sequence[Option] = ()
    is_all: bool = True


def find(text: str, scope: Scope) -> Found:
    """At most MOST_GROUPS groups and MOST_PEOPLE people in whose names all the words are."""
    text = one_line(text)
    words = folded(text[:LONGEST]).split()
    if len("".join(words)) < SHORTEST:
        return Found(text)
    groups = [each for each in _groups(words, scope) if _holds(each, words)]
    names = [word for word in words if word not in _of_guardians()]
    people = _people(names, scope) if names else []
    options = [*groups[:MOST_GROUPS], *_of_people(people[:MOST_PEOPLE], scope, guardians_only=names != words)]
    return Found(text, options, len(groups) <= MOST_GROUPS and len(people) <= MOST_PEOPLE)


def _of_guardians() -> set[str]:
    """What is said of a group rather than of a person: "guardians of" in the reader's language."""
    return set(folded(_("Guardians of %(name)s", name="")).split())


def _holds(each: Option, words: Sequence[str]) -> bool:
    said = folded(f"{each.label} {each.detail}")
    return all(word in said for word in words)


def _groups(words: Sequence[str], scope: Scope) -> Iterator[Option]:
    """All that one of the words may mean."""
    yield from roles()
    for group, (things, asked) in _things(scope).items():
        meant = or_(*(holds(things.name, word) for word in words))
        for id_, name, detail in db.session.execute(
            asked.where(meant).order_by(things.name, things.id).limit(MOST_READ)
        ):
            yield from pair(group, id_, name, detail or "")


def _things(scope: Scope) -> dict[Group, tuple[Any, Select[*tuple[Any, ...]]]]:
    """Schools, year groups and classes of the scope, each with what tells it from another of its name."""
    here = [School.district_id == scope.district_id, *([School.id == scope.school_id] if scope.school_id else [])]
    nothing = literal("")
    school, grade = (nothing, Grade.name) if scope.school_id else (School.name, School.name)
    of_classes = select(SchoolClass.id, SchoolClass.name, grade).outerjoin(Grade, Grade.id == SchoolClass.grade_id)
    return {
        Group.SCHOOL: (School, select(School.id, School.name, nothing).where(*here)),
        Group.GRADE: (
            Grade,
            select(Grade.id, Grade.name, school).join(School, School.id == Grade.school_id).where(*here),
        ),
        Group.CLASS: (SchoolClass, of_classes.join(School, School.id == SchoolClass.school_id).where(*here)),
    }


def _people(words: Sequence[str], scope: Scope) -> Sequence[Row[*tuple[Any, ...]]]:
    """Current members, one more than is shown. A pupil whose account is disabled is there for the guardians' sake."""
    member = and_(Membership.account_id == Account.id, Membership.ended_at.is_(None), *_within(scope))
    is_pupil = exists().where(member, Membership.role == Role.STUDENT)
    return db.session.execute(
        select(Account.id, Account.name, Account.disabled_at, is_pupil.label("is_pupil"))
        .where(Account.district_id == scope.district_id, exists().where(member))
        .where(*(holds(Account.name, word) for word in words))
        .where(or_(Account.disabled_at.is_(None), is_pupil))
        .order_by(Account.name, Account.id)
        .limit(MOST_PEOPLE + 1)
    ).all()


def _of_people(rows: Sequence[Row[*tuple[Any, ...]]], scope: Scope, *, guardians_only: bool) -> Iterator[Option]:
    details = described([row.id for row in rows], scope)
    for row in rows:
        of_guardians, of_person = pair(Group.PERSON, row.id, row.name, details.get(row.id, ""))
        if row.is_pupil:
            yield of_guardians
        if row.disabled_at is None and not guardians_only:
            yield of_person


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    here = [Membership.district_id == scope.district_id]
    return [*here, Membership.school_id == scope.school_id] if scope.school_id else here
