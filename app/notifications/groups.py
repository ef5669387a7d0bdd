"""The people behind the terms of an audience, as selects: current ones only, of accounts that are not disabled."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, literal, or_, select
from sqlalchemy.orm import aliased

from app.catalogue.kinds import Role
from app.identity.models import Account
from app.notifications.kinds import Group, Scope
from app.roster.models import Enrolment, Guardianship, Membership, School, Term

RANKS = (Role.ADMIN, Role.TEACHER, Role.PARENT, Role.STUDENT)
"""A recipient's role is the first of these that matched. A district admin counts as an admin."""

Pupil = aliased(Membership, name="pupil")
_rank = case(
    (Membership.role == Role.TEACHER, RANKS.index(Role.TEACHER)),
    (Membership.role == Role.STUDENT, RANKS.index(Role.STUDENT)),
    else_=RANKS.index(Role.ADMIN),
)


def members(scope: Scope) -> Select[*tuple[Any, ...]]:
    """``account_id`` and ``rank`` of everybody but parents, who are so by their children: see ``guardians``."""
    return (
        select(Membership.account_id.label("account_id"), _rank.label("rank"))
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.role != Role.PARENT,
            Membership.ended_at.is_(None),
            Account.disabled_at.is_(None),
            *_within(Membership, scope),
        )
    )


def in_classes(class_ids: Iterable[UUID], scope: Scope) -> Select[*tuple[Any, ...]]:
    """``account_id`` and ``rank`` of students and teachers enrolled now who are still that in the school.

    An admin may teach without a second membership.
    """
    still = or_(Membership.role == Enrolment.role, and_(Membership.role == Role.ADMIN, Enrolment.role == Role.TEACHER))
    rank = case((Enrolment.role == Role.TEACHER, RANKS.index(Role.TEACHER)), else_=RANKS.index(Role.STUDENT))
    return (
        _enrolled(class_ids, scope)
        .add_columns(rank.label("rank"))
        .join(Account, Account.id == Enrolment.account_id)
        .join(
            Membership,
            and_(Membership.account_id == Enrolment.account_id, Membership.school_id == Enrolment.school_id, still),
        )
        .where(Membership.ended_at.is_(None), Account.disabled_at.is_(None))
    )


def guardians(scope: Scope, *of: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """``account_id``, ``rank`` and ``child_id``: who may be told about which current student.

    Whoever is marked "no contact" is not a guardian here, so nothing built on this can address them for that child.
    A student's own account may be disabled: the child is still at school.
    """
    return (
        select(
            Guardianship.guardian_id.label("account_id"),
            literal(RANKS.index(Role.PARENT)).label("rank"),
            Guardianship.student_id.label("child_id"),
        )
        .join(Account, Account.id == Guardianship.guardian_id)
        .join(Membership, _current(Membership, Role.PARENT, Guardianship.guardian_id))
        .join(Pupil, _current(Pupil, Role.STUDENT, Guardianship.student_id))
        .where(
            Guardianship.ended_at.is_(None),
            Guardianship.no_contact.is_(False),
            Account.disabled_at.is_(None),
            *_within(Guardianship, scope),
            *of,
        )
    )


def pupils(group: Group, ids: Iterable[UUID], scope: Scope) -> ColumnElement[bool]:
    """The condition on ``Pupil`` to be one of a group's students."""
    if group is Group.SCHOOL:
        return Pupil.school_id.in_(ids)
    if group is Group.GRADE:
        return Pupil.grade_id.in_(ids)
    if group is Group.CLASS:
        return Pupil.account_id.in_(_enrolled(ids, scope).where(Enrolment.role == Role.STUDENT))
    return Pupil.account_id.in_(ids)


def _enrolled(class_ids: Iterable[UUID], scope: Scope) -> Select[*tuple[Any, ...]]:
    """``account_id`` of who is in one of these classes today, by the day of the school."""
    today = [and_(School.time_zone == zone, Term.starts_on <= day, Term.ends_on >= day) for zone, day in scope.days]
    return (
        select(Enrolment.account_id.label("account_id"))
        .join(School, School.id == Enrolment.school_id)
        .outerjoin(Term, Term.id == Enrolment.term_id)
        .where(
            Enrolment.class_id.in_(class_ids),
            Enrolment.ended_at.is_(None),
            or_(Enrolment.term_id.is_(None), *today),
            *_within(Enrolment, scope),
        )
    )


def _current(membership: Any, role: Role, account_id: Any) -> ColumnElement[bool]:
    return and_(
        membership.account_id == account_id,
        membership.school_id == Guardianship.school_id,
        membership.role == role,
        membership.ended_at.is_(None),
    )


def _within(rows: Any, scope: Scope) -> list[ColumnElement[bool]]:
    if scope.school_id is None:
        return [rows.district_id == scope.district_id]
    return [rows.school_id == scope.school_id]
