"""The ledger of a notice: a row for each copy and channel that the category earns, each with its fate."""

from datetime import timedelta
from typing import Any

from sqlalchemy import case, literal, null
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import FromClause

from app.catalogue.kinds import Channel
from app.demo.copying import copy, new_key
from app.demo.mails import REFUSED
from app.demo.told import Told
from app.kernel.columns import UTCDateTime
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.notifications.kinds import Fate
from app.notifications.models import NotificationLog
from app.notifications.models import NotificationRecipient as Copy
from app.notifications.rules import OFFLINE, channels_for
from app.preferences.kinds import Reason

SEEN_AFTER = timedelta(seconds=2)
FATE = NotificationLog.__table__.c.status.type


def write(session: Session, told: Told) -> None:
    """Write the rows of every channel. The letters must be there."""
    rows = {Channel.IN_APP: _in_app, Channel.WEBSOCKET: _alert, Channel.EMAIL: _mail}
    copies: FromClause = Copy.__table__.outerjoin(Letter.__table__, Letter.id == Copy.id)
    for channel in channels_for(told.notice.category):
        copy(
            session,
            NotificationLog,
            copies,
            Copy.notification_id == told.id,
            id=new_key(),
            notification_id=told.id,
            recipient_id=Copy.recipient_id,
            channel=channel,
            created_at=told.at,
            **rows[channel](told),
            **told.here,
        )


def _in_app(told: Told) -> dict[str, Any]:
    return {"status": Fate.DELIVERED, "sent_at": told.at, "delivered_at": told.at}


def _alert(told: Told) -> dict[str, Any]:
    """Whoever confirmed had a page open; for the others the alert ended unseen."""
    was_open = Copy.acknowledged_at.is_not(None)
    seen_at, over_at = literal(told.at + SEEN_AFTER, UTCDateTime()), literal(told.until, UTCDateTime())
    return {
        "status": case((was_open, literal(Fate.DELIVERED, FATE)), else_=literal(Fate.FAILED, FATE)),
        "reason": case((was_open, null()), else_=OFFLINE),
        "sent_at": case((was_open, seen_at), else_=null()),
        "delivered_at": case((was_open, seen_at), else_=null()),
        "failed_at": case((was_open, null()), else_=over_at),
    }


def _mail(told: Told) -> dict[str, Any]:  # noqa: ARG001 - one of three of a kind
    words = case((Letter.status == LetterStatus.FAILED, f"550 {REFUSED}"), else_=null())
    return {
        "status": case(
            (Letter.status == LetterStatus.SENT, literal(Fate.SENT, FATE)),
            (Letter.status == LetterStatus.FAILED, literal(Fate.FAILED, FATE)),
            else_=literal(Fate.SUPPRESSED, FATE),
        ),
        "reason": case((Letter.id.is_(None), Reason.NO_ADDRESS.value), else_=words),
        "letter_id": Letter.id,
        "sent_at": Letter.sent_at,
        "failed_at": Letter.failed_at,
        "error_message": words,
    }
