"""Every read of the roster."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import UserSession
from app.roster.kinds import Hat
from app.roster.models import District, Grade, Guardianship, Membership, School, SchoolClass
from app.roster.rules import precedence, worn


def hats_of(account_id: UUID) -> list[Hat]:
    """What somebody is now, the weightiest first."""
    return hats_of_each([account_id])[account_id]


def hats_worn(session_ids: Collection[UUID]) -> dict[UUID, Hat]:
    """The hat that is worn in each of these sessions; those that are over, or of somebody who left, are not there."""
    sessions = db.session.execute(
        select(UserSession.id, UserSession.user_id, UserSession.membership_id).where(
            UserSession.id.in_(session_ids), UserSession.is_active
        )
    ).all()
    hats = hats_of_each({user_id for _, user_id, _ in sessions})
    found = {id_: worn(hats[user_id], membership_id) for id_, user_id, membership_id in sessions}
    return {id_: hat for id_, hat in found.items() if hat}


def hats_of_each(account_ids: Collection[UUID]) -> dict[UUID, list[Hat]]:
    """The same for many, in one question."""
    if not account_ids:
        return {}
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
            Membership.account_id,
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
        .where(Membership.account_id.in_(account_ids), Membership.ended_at.is_(None))
    )
    hats: dict[UUID, list[Hat]] = {account_id: [] for account_id in account_ids}
    for account_id, *values in rows:
        hats[account_id].append(Hat(*values))
    return {
        account_id: sorted(theirs, key=lambda hat: (precedence(hat.role), hat.school_name))
        for account_id, theirs in hats.items()
    }


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
