"""What is told of a mail after it was sent: the ledger says so too, and who complained gets no more of its kind."""

from typing import Any

from sqlalchemy import select

from app.catalogue.kinds import Channel
from app.extensions import db
from app.mailer.events import LetterReported
from app.mailer.kinds import LetterStatus, Reported
from app.notifications import telling
from app.notifications.kinds import Fate
from app.notifications.models import Notification, NotificationLog
from app.notifications.of_letters import change_rows, rows_of
from app.notifications.rules import OPEN
from app.preferences.choose import choose
from app.preferences.kinds import How
from app.preferences.rules import may_be_switched_off

REASON_LENGTH = 200
log = NotificationLog


def mail_reported(event: LetterReported) -> None:
    """It arrived, or it came back after all."""
    if event.status is LetterStatus.DELIVERED:
        changes: dict[str, Any] = {"delivered_at": event.at, "reason": None, "error_message": None}
        left = OPEN | {Fate.SENT}
    elif event.status is LetterStatus.BOUNCED:
        changes = {"failed_at": event.at, "reason": event.text[:REASON_LENGTH], "error_message": event.text}
        left = OPEN | {Fate.SENT, Fate.DELIVERED}
    else:
        return
    changes |= {"status": Fate(event.status.value), "next_attempt_at": None}
    telling.changed(change_rows([event.letter_id], log.status.in_(left), **changes))


def mail_complained_of(event: LetterReported) -> None:
    """Whoever reports a mail as unwanted has said so as clearly as by the link in it."""
    if event.fate is not Reported.COMPLAINED:
        return
    asked = select(log.recipient_id, Notification.category).join(Notification, Notification.id == log.notification_id)
    found = (db.session.execute(asked.where(mine).limit(1)).one_or_none() for mine in rows_of([event.letter_id]))
    row = next(filter(None, found), None)
    if row and may_be_switched_off(row.category, Channel.EMAIL):
        choose(row.recipient_id, {(row.category, Channel.EMAIL): False}, How.UNSUBSCRIBE)
