"""What the ledger says first of each delivery: on its way, done, or why not."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, null

from app.catalogue.kinds import Category, Channel
from app.kernel.columns import UTCDateTime
from app.mailer.models import Letter
from app.notifications.kinds import Fate
from app.notifications.models import NotificationLog
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.waiting import Plan
from app.preferences.kinds import Reason
from app.preferences.queries import verdict
from app.preferences.rules import may_be_switched_off

FATE = NotificationLog.__table__.c.status.type


def at_first(category: Category, channel: Channel, moment: datetime, plan: Plan | None = None) -> dict[str, Any]:
    """Columns of the ledger's row of a ``Copy`` and, for mail, of its ``Letter`` or of none, and of its ``MailTimes``
    where there is a ``plan``.
    """
    if channel is Channel.EMAIL:
        return _of_mail_that_waits(category, plan) if plan else _of_mail(category)
    if channel is Channel.IN_APP:
        return _in_inbox(category, moment)
    return {"status": Fate.PENDING}


def set_aside(is_unwanted: ColumnElement[bool], moment: datetime) -> ColumnElement[datetime | None]:
    """When a new copy is archived: at once, where it is not wanted. So it rings nowhere, and can still be found."""
    return case((is_unwanted, literal(moment, UTCDateTime())), else_=null())


def _of_mail(category: Category) -> dict[str, Any]:
    has_letter = Letter.id.is_not(None)
    return {
        "status": case((has_letter, literal(Fate.PENDING, FATE)), else_=literal(Fate.SUPPRESSED, FATE)),
        "reason": case((has_letter, null()), else_=_why_not(category, Channel.EMAIL)),
        "next_attempt_at": Letter.next_attempt_at,
        "letter_id": Letter.id,
    }


def _of_mail_that_waits(category: Category, plan: Plan) -> dict[str, Any]:
    """No letter, and nothing in the way: it goes into a digest. So does what somebody wants since the letters were
    written a statement ago: they get it late rather than never.
    """
    has_letter, why_not = Letter.id.is_not(None), verdict(Copy.recipient_id, category, Channel.EMAIL)
    at_digest = case((why_not.is_(None), plan.digest_at), else_=null())
    return {
        "status": case(
            (has_letter, literal(Fate.PENDING, FATE)),
            (why_not.is_(None), literal(Fate.PENDING, FATE)),
            else_=literal(Fate.SUPPRESSED, FATE),
        ),
        "reason": case((has_letter, plan.reason), else_=func.coalesce(why_not, Reason.DIGEST.value)),
        "next_attempt_at": case((has_letter, Letter.next_attempt_at), else_=at_digest),
        "letter_id": Letter.id,
    }


def _in_inbox(category: Category, moment: datetime) -> dict[str, Any]:
    if not may_be_switched_off(category, Channel.IN_APP):
        return {"status": Fate.DELIVERED, "sent_at": moment, "delivered_at": moment}
    rings, at = Copy.archived_at.is_(None), literal(moment, UTCDateTime())
    return {
        "status": case((rings, literal(Fate.DELIVERED, FATE)), else_=literal(Fate.SUPPRESSED, FATE)),
        "reason": case((rings, null()), else_=_why_not(category, Channel.IN_APP)),
        "sent_at": case((rings, at), else_=null()),
        "delivered_at": case((rings, at), else_=null()),
    }


def _why_not(category: Category, channel: Channel) -> ColumnElement[Any]:
    """Looked up only for whom it was kept from. What they wanted may have changed since the statement before."""
    return func.coalesce(verdict(Copy.recipient_id, category, channel), Reason.OVERTAKEN.value)
