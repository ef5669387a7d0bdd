"""What is measured by asking the database: true whichever process is asked, by indexes alone, and bounded."""

from datetime import datetime, timedelta

from sqlalchemy import func, literal_column, select

from app.extensions import db
from app.kernel.ids import first_id_at
from app.kernel.jobs import Lane
from app.mailer import queries as mailer
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.notifications import fan_outs
from app.notifications.models import FanOut, Notification

MOST_COUNTED = 10_000
A_DAY = timedelta(days=1)


def due_now(moment: datetime) -> dict[Lane, int]:
    """How many pieces of work of each lane could be done now and are not; of one sender's no more than MOST_COUNTED."""
    counts = {lane: mailer.count_due(lane, moment, MOST_COUNTED) for lane in (Lane.URGENT_MAIL, Lane.MAIL)}
    for lane in (Lane.ALERTS, Lane.BULK):
        some = fan_outs.due(lane, moment).limit(MOST_COUNTED).subquery()
        counts[lane] = select(func.count()).select_from(some).scalar_subquery()
    row = db.session.execute(select(*(count.label(lane.value) for lane, count in counts.items()))).one()
    return {Lane(lane): count for lane, count in row._mapping.items()}


def in_hand() -> dict[Lane, int]:
    """How many pieces of work somebody has taken and not ended."""
    working = select(FanOut.lane).where(FanOut.finished_at.is_(None), FanOut.lease.is_not(None))
    sending = select(Letter.lane).where(Letter.status == literal_column("'sending'"))
    found = working.union_all(sending).limit(MOST_COUNTED).subquery()
    counted = dict.fromkeys(Lane, 0)
    for lane, count in db.session.execute(select(found.c.lane, func.count()).group_by(found.c.lane)):
        counted[Lane(lane)] = count
    return counted


def letters_lately(moment: datetime) -> dict[LetterStatus, int]:
    """What became of the last day's letters: of the newest MOST_COUNTED."""
    newest = select(Letter.status).where(Letter.id >= first_id_at(moment - A_DAY))
    newest_ = newest.order_by(Letter.id.desc()).limit(MOST_COUNTED).subquery()
    rows = db.session.execute(select(newest_.c.status, func.count()).group_by(newest_.c.status))
    return dict.fromkeys(LetterStatus, 0) | {LetterStatus(status): count for status, count in rows}


def missed_lately(moment: datetime) -> int:
    """How many scheduled notifications of the last day did not go out, because their time was over."""
    is_missed = Notification.status == literal_column("'missed'")
    lately = Notification.scheduled_for > moment - A_DAY
    return db.session.scalar(select(func.count()).select_from(Notification).where(is_missed, lately)) or 0
