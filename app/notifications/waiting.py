"""How long the mail of a notification waits before it is due: as its readers wish, and as its school does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, literal, null, select

from app.extensions import db
from app.mailer.models import Letter
from app.notifications.models import Notification
from app.notifications.rules import may_wait
from app.preferences.kinds import Reason
from app.preferences.models import MailTimes
from app.preferences.queries import CODE
from app.preferences.times import MOMENT, Waits, waits
from app.roster.models import School


@dataclass(frozen=True)
class Plan:
    """When the mail of one notification is due, and for whom it waits longer.

    ``is_unread_first``: it goes to those only who have not read it by then.
    """

    moment: datetime
    due_at: datetime
    expires_at: datetime | None
    waits: Waits

    @property
    def is_unread_first(self) -> bool:
        return self.due_at > self.moment

    @property
    def next_attempt_at(self) -> ColumnElement[Any]:
        """Of a letter: when it is due, or when the quiet hours end that it would come in. Or when it is over: it is let
        go then, not hours later.
        """
        ends, due = self.waits.quiet_until, literal(self._until(self.due_at), MOMENT)
        if self.expires_at is None:
            return func.coalesce(ends, due)
        return case((ends > self.expires_at, literal(self.expires_at, MOMENT)), else_=func.coalesce(ends, due))

    @property
    def digest_at(self) -> ColumnElement[Any]:
        """Of a row without a letter: when it goes into a digest. At once, for who has just switched theirs off."""
        return func.coalesce(self.waits.digest_at, literal(self.moment, MOMENT))

    @property
    def reason(self) -> ColumnElement[Any]:
        """Why a ``Letter`` waits; NULL when it does not."""
        in_time = literal(Reason.UNREAD_FIRST.value, CODE) if self.is_unread_first else null()
        return case((Letter.next_attempt_at > self._until(self.due_at), Reason.QUIET_HOURS.value), else_=in_time)

    def _until(self, at: datetime) -> datetime:
        return min(at, self.expires_at) if self.expires_at else at


def plan(notification: Notification, moment: datetime, *whose: ColumnElement[bool]) -> Plan | None:
    """For people whose rows of ``MailTimes`` are ``whose``; None for what waits for nobody."""
    if not may_wait(notification.category) or notification.data.get("test"):
        return None
    due_at = moment + patience(notification.school_id)
    whose = (MailTimes.district_id == notification.district_id, *whose)
    return Plan(moment, due_at, notification.expires_at, waits(moment, due_at, *whose))


def patience(school_id: UUID | None) -> timedelta:
    """How long a school gives people to read in their inbox what it would mail them. A district gives no time."""
    asked = select(School.mail_after_minutes).where(School.id == school_id)
    return timedelta(minutes=db.session.scalar(asked) or 0)
