"""One of those who would get it: a preview shows what this one will see. A module of reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import Account
from app.identity.queries import first_address
from app.notifications.audience import people, somebody, subjects
from app.notifications.groups import RANKS
from app.notifications.kinds import Audience, Scope
from app.notifications.models import Notification
from app.roster.models import District, School


@dataclass(frozen=True)
class Reader:
    """Somebody, as a letter to them needs to know them. Without ``address`` no letter would go to them."""

    name: str
    address: str | None
    role: Role
    children: Sequence[str]
    locale: str
    time_zone: str
    school_name: str


@dataclass(frozen=True)
class SampleCopy:
    """What ``queries.letter_of`` finds of a real one."""

    Notification: Notification
    role: Role
    school_name: str
    time_zone: str
    locale: str
    sender_name: str | None


def find_reader(audience: Audience, scope: Scope, fallback: UUID) -> Reader:
    """Somebody of the audience; while nobody is in it, ``fallback`` as somebody of the office."""
    found = db.session.scalar(somebody(audience, scope))
    home = _home(scope)
    name, locale, time_zone, address = db.session.execute(
        select(
            Account.name,
            func.coalesce(Account.locale, home.locale),
            func.coalesce(Account.time_zone, home.time_zone),
            first_address(Account.id),
        ).where(Account.id == (found or fallback))
    ).one()
    role, children = _why(audience, scope, found) if found else (Role.ADMIN, [])
    return Reader(name, address, role, children, locale, time_zone, home.name)


def _home(scope: Scope) -> School | District:
    if scope.school_id:
        return db.session.get_one(School, scope.school_id)
    return db.session.get_one(District, scope.district_id)


def _why(audience: Audience, scope: Scope, account_id: UUID) -> tuple[Role, list[str]]:
    """As what somebody gets it, and for which children."""
    everybody = people(audience, scope).subquery("people")
    rank = db.session.scalar(select(everybody.c.rank).where(everybody.c.account_id == account_id))
    families = subjects(audience, scope).subquery("families")
    children = (
        select(Account.name)
        .join(families, families.c.child_id == Account.id)
        .where(families.c.account_id == account_id)
        .order_by(Account.name)
    )
    return RANKS[rank or 0], list(db.session.scalars(children))
