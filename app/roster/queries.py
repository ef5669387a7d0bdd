"""Every read of the roster."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.catalogue.kinds import Role
from app.extensions import db
from app.roster.kinds import Hat
from app.roster.models import District, Grade, Guardianship, Membership, School, SchoolClass
from app.roster.rules import precedence


def hats_of(account_id: UUID) -> list[Hat]:
    """What somebody is now, the weightiest first."""
    children = (
        select(func.count())
        .where(
            Guardianship.guardian_id == Membership.account_id,
            Guardianship.school_id == Membership.school_id,
            Guardianship.ended_at.is_(None),
            Guardianship.no_contact.is_(False),
            Membership.role == Role.PARENT,
        )
        .correlate(Membership)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Membership.id,
            Membership.role,
            Membership.district_id,
            Membership.school_id,
            func.coalesce(School.name, District.name),
            func.coalesce(School.time_zone, District.time_zone),
            children,
        )
        .join(District, District.id == Membership.district_id)
        .outerjoin(School, School.id == Membership.school_id)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
    )
    return sorted((Hat(*row) for row in rows), key=lambda hat: (precedence(hat.role), hat.school_name))


def schools_of(district_id: UUID) -> Sequence[School]:
    return db.session.scalars(select(School).where(School.district_id == district_id).order_by(School.name)).all()


def schools_called(name: str) -> Sequence[School]:
    return db.session.scalars(select(School).where(School.name == name.strip())).all()


def grades_of(school_id: UUID) -> Sequence[Grade]:
    return db.session.scalars(
        select(Grade).where(Grade.school_id == school_id).order_by(Grade.position, Grade.name)
    ).all()


def classes_of(school_id: UUID) -> Sequence[SchoolClass]:
    return db.session.scalars(
        select(SchoolClass).where(SchoolClass.school_id == school_id).order_by(SchoolClass.name)
    ).all()
