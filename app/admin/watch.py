"""Whether all that works in the background works: signs of life, and work that waits. A module of reads."""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import literal, select, union_all

from app.admin.kinds import Wellness
from app.extensions import db
from app.kernel.clock import now
from app.kernel.duties import expected_heartbeats
from app.kernel.heartbeats import Heartbeat
from app.kernel.jobs import Lane
from app.mailer import queries as mailer
from app.notifications import fan_outs

SILENT_AFTER = LATE_AFTER = timedelta(seconds=60)
OLDEST = {
    Lane.ALERTS: fan_outs.oldest_due,
    Lane.BULK: fan_outs.oldest_due,
    Lane.URGENT_MAIL: mailer.oldest_due,
    Lane.MAIL: mailer.oldest_due,
}


def wellness() -> Wellness:
    """One question, cheap enough for every page of an admin: who was heard of when, and since when each lane waits."""
    moment = now()
    waits, heard = asked(moment)
    expected = expected_heartbeats(current_app.extensions["belfry.duties"])
    silent = {name: heard.get(name) for name in expected if _is_silent(heard.get(name), moment)}
    late = {lane.value: since for lane, since in waits.items() if moment - since > LATE_AFTER}
    return Wellness(silent, late, sorted({expected[name] for name in silent}), bool(heard))


def asked(moment: datetime) -> tuple[dict[Lane, datetime], dict[str, datetime]]:
    """Since when the oldest work that could be done is due, by lane; and when each worker was last heard of."""
    waiting = (select(literal("due"), literal(lane.value), oldest(lane, moment)) for lane, oldest in OLDEST.items())
    beats = select(literal("heard"), Heartbeat.name, Heartbeat.beat_at)
    rows = db.session.execute(union_all(beats, *waiting)).all()
    due = {Lane(name): at for kind, name, at in rows if kind == "due" and at is not None}
    return due, {name: at for kind, name, at in rows if kind == "heard"}


def _is_silent(beat_at: datetime | None, moment: datetime) -> bool:
    return beat_at is None or moment - beat_at > SILENT_AFTER
