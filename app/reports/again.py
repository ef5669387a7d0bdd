"""Whom a notification has not reached and another try may: a module of reads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.catalogue.kinds import Channel
from app.extensions import db
from app.identity.models import Account
from app.notifications import queries
from app.notifications.kinds import Fate
from app.notifications.models import Notification, NotificationLog, Resending
from app.notifications.models import NotificationRecipient as Copy
from app.preferences.kinds import Reason
from app.preferences.queries import verdict
from app.reports.kinds import SentAgain
from app.reports.reach import is_reached, is_waiting
from app.reports.rules import FAILED, may_be_sent_again

MENDED = (Reason.NO_ADDRESS, Reason.OVERTAKEN)
"""Why a mail was not even written, by what may be different now."""
Mail = aliased(NotificationLog, name="mail")
"""The row of a mail. By a name of its own, for conditions on a copy look into the ledger themselves."""


def missed(notification: Notification, *columns: Any) -> Select[Any]:
    """``columns`` of the ``Mail`` of each who was not reached, to whom nothing is on its way, and who may be told."""
    still_here = queries.letter_rows().where(Notification.id == notification.id)
    was_not_written = and_(Mail.status == Fate.SUPPRESSED, Mail.reason.in_(MENDED))
    return (
        select(*columns)
        .select_from(Mail)
        .join(Copy, and_(Copy.notification_id == Mail.notification_id, Copy.recipient_id == Mail.recipient_id))
        .where(Mail.notification_id == notification.id, Mail.channel == Channel.EMAIL)
        .where(or_(Mail.status.in_(FAILED), was_not_written))
        .where(~is_reached(notification.category), ~is_waiting())
        .where(verdict(Mail.recipient_id, notification.category, Channel.EMAIL).is_(None))
        .where(Mail.recipient_id.in_(still_here.with_only_columns(Copy.recipient_id, maintain_column_froms=True)))
    )


def count(notification: Notification, moment: datetime) -> int:
    """To how many it may be sent again."""
    if not may_be_sent_again(notification.category, notification.status, notification.expires_at, moment):
        return 0
    return int(db.session.scalars(missed(notification, func.count())).one())


def find_last(notification_id: UUID) -> SentAgain | None:
    """When it was sent again last; None when it never was."""
    row = db.session.execute(
        select(Resending.number, Resending.created_at, Account.name, Resending.people)
        .join(Account, Account.id == Resending.resent_by_id)
        .where(Resending.notification_id == notification_id)
        .order_by(Resending.number.desc())
        .limit(1)
    ).one_or_none()
    return SentAgain(*row) if row else None
