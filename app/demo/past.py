"""What was told, as rows that agree with one another and leave nothing to do."""

from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.catalogue.kinds import Channel
from app.demo import copies, ledger, mails
from app.demo.notices import Notice
from app.demo.place import District
from app.demo.told import Told, place
from app.kernel.jobs import Lane
from app.notifications.kinds import Status
from app.notifications.models import FanOut, Notification
from app.notifications.names import remembered
from app.notifications.rules import channels_for
from app.notifications.telling import Telling

DONE_AFTER = timedelta(minutes=2)


def tell(session: Session, district: District, notice: Notice, moment: datetime) -> None:
    """Write one notice and all that became of it. ``moment`` is now."""
    told = place(session, district, notice, moment)
    _write_notice(session, told)
    copies.write(session, told)
    copies.write_subjects(session, told)
    if Channel.EMAIL in channels_for(notice.category):
        mails.write(session, told)
    ledger.write(session, told)


def _write_notice(session: Session, told: Told) -> None:
    notice, done = told.notice, told.at + DONE_AFTER
    session.execute(
        insert(Notification).values(
            id=told.id,
            title=notice.title,
            body=notice.body,
            category=notice.category,
            priority=notice.priority,
            type=notice.category.value,
            sender_id=told.sender_id,
            audience=remembered(told.audience, told.scope),
            requires_acknowledgement=notice.asks,
            expires_at=told.until,
            status=Status.SENT,
            created_at=told.at,
            sent_at=told.until or done,
            **told.here,
        )
    )
    lane = Lane.ALERTS if told.is_emergency else Lane.BULK
    session.execute(
        insert(FanOut).values(
            notification_id=told.id, lane=lane, next_attempt_at=told.at, finished_at=done, **told.here
        )
    )
    session.execute(insert(Telling).values(notification_id=told.id, due=0, **told.here))
