"""Noting that something has happened, for all who have a page open."""

from uuid import UUID

from sqlalchemy import insert, update

from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import afterwards, at_last
from app.realtime import bell
from app.realtime.models import LiveCounter, LiveEvent


def record(
    kind: str,
    subject_id: UUID,
    *,
    district_id: UUID,
    school_id: UUID | None = None,
    account_id: UUID | None = None,
    between: tuple[UUID | None, UUID | None] = (None, None),
) -> None:
    """Put a happening at the end of history, visible with the open unit of work, and ring once it is committed.

    ``account_id`` is the one person it concerns; without it the context of ``kind`` says whom, and of these it concerns
    those who come ``between`` two keys of accounts: behind the first, up to and with the second.
    """

    def write() -> None:
        row = {"kind": kind, "subject_id": subject_id, "account_id": account_id, "created_at": now()}
        places = {"district_id": district_id, "school_id": school_id, "behind_id": between[0], "upto_id": between[1]}
        db.session.execute(insert(LiveEvent).values(position=_next_position(), **row, **places))

    at_last(write)  # the counter stays locked until the commit, and everybody waits for it
    afterwards(bell.ring, key=bell.ring)


def _next_position() -> int:
    step = update(LiveCounter).values(position=LiveCounter.position + 1).returning(LiveCounter.position)
    return db.session.execute(step, execution_options={"synchronize_session": False}).scalar_one()
