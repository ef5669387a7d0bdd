"""What has happened, in the order of commits."""

from sqlalchemy import select

from app.extensions import db
from app.realtime.kinds import Cursor, Happening
from app.realtime.models import LiveCounter, LiveEvent

# Asked for every page; built once.
_NOW = select(LiveCounter.__table__.c.epoch, LiveCounter.__table__.c.position)


def current_cursor() -> Cursor:
    """How far history goes now. Whoever shows something must ask this first, and then read what is shown."""
    epoch, position = db.session.execute(_NOW).one()
    return Cursor(epoch, position)


def happenings_between(after: int, upto: int) -> list[Happening]:
    """What happened behind position ``after``, up to and with ``upto``. Positions follow one another without gaps."""
    rows = db.session.execute(
        select(
            LiveEvent.position,
            LiveEvent.kind,
            LiveEvent.subject_id,
            LiveEvent.account_id,
            LiveEvent.district_id,
            LiveEvent.school_id,
            LiveEvent.behind_id,
            LiveEvent.upto_id,
        )
        .where(LiveEvent.position > after, LiveEvent.position <= upto)
        .order_by(LiveEvent.position)
    )
    return [Happening(*row) for row in rows]
