"""A notice that has found its place in time, and who it went to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.catalogue.kinds import Category, Role
from app.demo.notices import Notice
from app.demo.place import TIME_ZONE, District
from app.identity.models import Account
from app.kernel.ids import new_id
from app.notifications.kinds import Audience, Group, Scope, Term
from app.roster.models import Membership

RECENT_DAYS = 10


@dataclass(frozen=True)
class Told:
    notice: Notice
    id: UUID
    sender_id: UUID
    scope: Scope
    audience: Audience
    at: datetime

    @property
    def until(self) -> datetime | None:
        return self.at + self.notice.lasts if self.notice.lasts else None

    @property
    def is_emergency(self) -> bool:
        return self.notice.category is Category.EMERGENCY

    @property
    def is_recent(self) -> bool:
        """Not everybody has come round to reading it."""
        return self.notice.days_ago < RECENT_DAYS

    @property
    def here(self) -> dict[str, UUID | None]:
        """District and school, as every row carries them."""
        return {"district_id": self.scope.district_id, "school_id": self.scope.school_id}


def place(session: Session, district: District, notice: Notice, moment: datetime) -> Told:
    """When it was told, by whom and to whom; ``moment`` is now. Nobody works at weekends: it was the Friday before."""
    today = moment.astimezone(ZoneInfo(TIME_ZONE)).date()
    day = today - timedelta(days=notice.days_ago)
    day -= timedelta(days=max(0, day.weekday() - 4))
    # Today's people in today's classes: nobody was here in the term before.
    scope = Scope(district.id, notice.school.id if notice.school else None, ((TIME_ZONE, today),))
    return Told(
        notice,
        new_id(),
        session.scalars(_cast_admin(scope)).one(),
        scope,
        notice.audience or _to_person(session, notice.person),
        datetime.combine(day, notice.at, ZoneInfo(TIME_ZONE)),
    )


def _cast_admin(scope: Scope) -> Select[UUID]:
    """The one with a password."""
    return (
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Membership.district_id == scope.district_id,
            Membership.role == (Role.ADMIN if scope.school_id else Role.DISTRICT_ADMIN),
            Membership.school_id == scope.school_id if scope.school_id else Membership.school_id.is_(None),
            Account.password_hash.is_not(None),
        )
    )


def _to_person(session: Session, sign_in_name: str) -> Audience:
    account_id = session.scalars(select(Account.id).where(Account.sign_in_name == sign_in_name)).one()
    return Audience((Term(Group.PERSON, account_id),))
