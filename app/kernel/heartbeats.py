"""Signs of life of workers, clock and duties: a row each, so that they are seen from every process."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy import String, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base, db
from app.kernel.clock import now
from app.kernel.columns import Moment
from app.kernel.unit_of_work import unit_of_work


class Heartbeat(Base):
    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    beat_at: Mapped[Moment]


def beat(name: str) -> None:
    """Say that ``name`` is alive now."""
    # Two workers of a lane may say so for the first time together; then one of them has said it for both.
    with suppress(IntegrityError), unit_of_work() as session:
        moment = now()
        found = session.execute(update(Heartbeat).where(Heartbeat.name == name).values(beat_at=moment))
        if not found.rowcount:  # type: ignore[attr-defined]
            session.execute(insert(Heartbeat).values(name=name, beat_at=moment))


def last_beats() -> dict[str, datetime]:
    """When each was last heard of."""
    return dict(iter(db.session.execute(select(Heartbeat.name, Heartbeat.beat_at))))
