"""What was set aside in these schools, because nobody could do it: a module of reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Label, func, select

from app.catalogue.kinds import Category
from app.extensions import db
from app.mailer.models import Letter
from app.notifications.kinds import Scope
from app.notifications.models import FanOut, Notification
from app.notifications.models import NotificationLog as Log
from app.roster.models import School

MOST = 100
MOST_COUNTED = 10_000


@dataclass(frozen=True, kw_only=True)
class Aside:
    """Mails of one notification that could not be written for one reason; or, where ``mails`` is 0, itself.

    ``notification_id`` is None for a mail of no notification, such as one about a password.
    """

    subject_id: UUID
    notification_id: UUID | None
    title: str
    category: Category | None
    purpose: str
    school_name: str | None
    reason: str
    since: datetime
    mails: int


def everything(scope: Scope) -> Sequence[Aside]:
    """What was set aside, the oldest first, of either sort no more than MOST."""
    return sorted([*_fan_outs(scope), *_mails(scope)], key=lambda one: one.since)


def count(scope: Scope) -> int:
    """How many pieces were set aside; nobody needs to know how many it is of thousands."""
    counted = [
        select(rows.district_id).where(*_of(rows, scope)).limit(MOST_COUNTED).subquery() for rows in (FanOut, Letter)
    ]
    sums = (select(func.count()).select_from(each).scalar_subquery() for each in counted)
    return sum(db.session.execute(select(*sums)).one())


def _fan_outs(scope: Scope) -> list[Aside]:
    rows = db.session.execute(
        select(FanOut, Notification.title, Notification.category, School.name)
        .join(Notification, Notification.id == FanOut.notification_id)
        .outerjoin(School, School.id == FanOut.school_id)
        .where(*_of(FanOut, scope))
        .order_by(FanOut.set_aside_at)
        .limit(MOST)
    )
    return [
        Aside(
            subject_id=work.notification_id,
            notification_id=work.notification_id,
            title=title,
            category=category,
            purpose="",
            school_name=school_name,
            reason=work.error_message or "",
            since=work.set_aside_at,
            mails=0,
        )
        for work, title, category, school_name in rows
        if work.set_aside_at
    ]


def _mails(scope: Scope) -> list[Aside]:
    subject = func.coalesce(Notification.id, Letter.id).label("subject_id")
    by = (
        subject,
        Notification.id,
        Notification.title,
        Notification.category,
        Letter.purpose,
        School.name,
        Letter.error_message,
    )
    since: Label[Any] = func.min(Letter.set_aside_at).label("since")
    rows = db.session.execute(
        select(*by, since, func.count())
        .select_from(Letter)
        .outerjoin(Log, Log.letter_id == Letter.id)
        .outerjoin(Notification, Notification.id == Log.notification_id)
        .outerjoin(School, School.id == Letter.school_id)
        .where(*_of(Letter, scope))
        .group_by(*by)
        .order_by(since)
        .limit(MOST)
    )
    return [
        Aside(
            subject_id=subject_id,
            notification_id=notification_id,
            title=title or "",
            category=category,
            purpose=purpose,
            school_name=school_name,
            reason=reason or "",
            since=since,
            mails=mails,
        )
        for subject_id, notification_id, title, category, purpose, school_name, reason, since, mails in rows
    ]


def _of(rows: Any, scope: Scope) -> list[ColumnElement[bool]]:
    is_in_school = [rows.school_id == scope.school_id] if scope.school_id else []
    return [rows.set_aside_at.is_not(None), rows.district_id == scope.district_id, *is_in_school]
