"""Whether all that works in the background works: signs of life, and work that waits. A module of reads."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from app.admin.kinds import Wellness
from app.extensions import db
from app.kernel.clock import now
from app.kernel.duties import expected_heartbeats
from app.kernel.heartbeats import last_beats
from app.kernel.jobs import Lane
from app.mailer import queries as mailer
from app.notifications import queries as notifications

SILENT_AFTER = LATE_AFTER = timedelta(seconds=60)
OLDEST = {
    Lane.ALERTS: notifications.oldest_due,
    Lane.BULK: notifications.oldest_due,
    Lane.URGENT_MAIL: mailer.oldest_due,
    Lane.MAIL: mailer.oldest_due,
}


def silent() -> dict[str, datetime | None]:
    """Whoever should have been heard of in the last minute and was not, and when they were last."""
    heard, moment = last_beats(), now()
    expected = expected_heartbeats(current_app.extensions["belfry.duties"])
    return {name: heard.get(name) for name in expected if _is_silent(heard.get(name), moment)}


def wellness() -> Wellness:
    """Two questions: of whom was heard when, and since when the oldest piece of work in each lane has been due."""
    moment = now()
    waiting = select(*(oldest(lane, moment).label(lane.value) for lane, oldest in OLDEST.items()))
    found = db.session.execute(waiting).one()
    due = {lane: since for lane, since in found._mapping.items() if since and moment - since > LATE_AFTER}
    expected = expected_heartbeats(current_app.extensions["belfry.duties"])
    return Wellness(quiet := silent(), due, sorted({expected[name] for name in quiet}))


def _is_silent(beat_at: datetime | None, moment: datetime) -> bool:
    return beat_at is None or moment - beat_at > SILENT_AFTER
