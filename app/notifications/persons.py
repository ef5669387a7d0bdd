"""What somebody is in these schools, in words: "Guardian of Mina and Yusuf", "Pupil, 4B". A module of reads."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select

from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import Account
from app.notifications.kinds import Scope
from app.notifications.words import ROLES, list_of
from app.roster.models import Enrolment, Grade, Guardianship, Membership, School, SchoolClass

Names = Mapping[UUID, list[str]]


def described(account_ids: Collection[UUID], scope: Scope) -> dict[UUID, str]:
    """Each of them as the office of these schools knows them; who is nothing there now is not among them."""
    if not account_ids:
        return {}
    rooms, children = _rooms(account_ids, scope), _children(account_ids, scope)
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = db.session.execute(
        select(Membership.account_id, Membership.role, Grade.name, School.name)
        .outerjoin(Grade, Grade.id == Membership.grade_id)
        .outerjoin(School, School.id == Membership.school_id)
        .where(Membership.account_id.in_(account_ids), Membership.ended_at.is_(None), *_within(Membership, scope))
        .order_by(Membership.role)
    )
    for id_, role, grade, school in rows:
        known = ", ".join(_parts(id_, role, grade, rooms, children))
        found[id_].append(known if scope.school_id or not school else f"{known}, {school}")
    return {id_: " · ".join(words) for id_, words in found.items()}


def _parts(id_: UUID, role: Role, grade: str | None, rooms: Names, children: Names) -> Iterator[str]:
    if role is Role.PARENT and children.get(id_):
        yield _("Guardian of %(names)s", names=list_of(children[id_]))
    else:
        yield str(ROLES.get(role, ROLES[Role.ADMIN]))
    if role is Role.STUDENT and (where := rooms.get(id_) or ([grade] if grade else [])):
        yield list_of(where)


def _rooms(account_ids: Collection[UUID], scope: Scope) -> Names:
    """The classes of pupils."""
    return _by_account(
        select(Enrolment.account_id, SchoolClass.name)
        .join(SchoolClass, SchoolClass.id == Enrolment.class_id)
        .where(Enrolment.account_id.in_(account_ids), Enrolment.role == Role.STUDENT, Enrolment.ended_at.is_(None))
        .where(*_within(Enrolment, scope))
        .distinct()
        .order_by(SchoolClass.name)
    )


def _children(account_ids: Collection[UUID], scope: Scope) -> Names:
    """The first names of those whom guardians may be told about."""
    return _by_account(
        select(Guardianship.guardian_id, Account.name)
        .join(Account, Account.id == Guardianship.student_id)
        .where(Guardianship.guardian_id.in_(account_ids), Guardianship.ended_at.is_(None))
        .where(Guardianship.no_contact.is_(False), *_within(Guardianship, scope))
        .order_by(Account.name),
        first_only=True,
    )


def _by_account(asked: Any, *, first_only: bool = False) -> Names:
    found: dict[UUID, list[str]] = defaultdict(list)
    for id_, name in db.session.execute(asked):
        found[id_].append((name.split() or [name])[0] if first_only else name)
    return found


def _within(rows: Any, scope: Scope) -> list[ColumnElement[bool]]:
    here = [rows.district_id == scope.district_id]
    return [*here, rows.school_id == scope.school_id] if scope.school_id else here
