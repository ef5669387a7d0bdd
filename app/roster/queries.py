"""Every read of the roster."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, select

from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import UserSession
from app.roster.kinds import Hat
from app.roster.models import District, Grade, Guardianship, Membership, School, SchoolClass
from app.roster.rules import precedence, worn

_M, _S, _D, _G = Membership.__table__.c, School.__table__.c, District.__table__.c, Guardianship.__table__.c
_children = (
    select(func.count())
    .where(
        _G.guardian_id == _M.account_id,
        _G.school_id == _M.school_id,
        _G.ended_at.is_(None),
        _G.no_contact.is_(False),
        _M.role == Role.PARENT,
    )
    .correlate(Membership.__table__)
    .scalar_subquery()
)
# Asked for every page; built once.
HATS = (
    select(
        _M.account_id,
        _M.id,
        _M.role,
        _M.district_id,
        _M.school_id,
        func.coalesce(_S.name, _D.name),
        func.coalesce(_S.time_zone, _D.time_zone),
        func.coalesce(_S.locale, _D.locale),
        _children,
    )
    .join(District.__table__, _D.id == _M.district_id)
    .outerjoin(School.__table__, _S.id == _M.school_id)
    .where(_M.account_id.in_(bindparam("who", type_=Uuid(), expanding=True)), _M.ended_at.is_(None))
)


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
    hats: dict[UUID, list[Hat]] = {account_id: [] for account_id in account_ids}
    for account_id, *values in db.session.execute(HATS, {"who": list(account_ids)}):
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
