"""What has happened, in the order in which it was committed."""

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.kernel.clock import now
from app.kernel.columns import Moment, Reference


class LiveCounter(Base):
    """The one row that hands out positions. Updating it locks it until the commit, so positions follow commits.

    ``epoch`` changes when history was lost (a restore): a cursor of another epoch gets a full reload.
    """

    __tablename__ = "live_counter"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[UUID]
    position: Mapped[int] = mapped_column(BigInteger)


class LiveEvent(Base):
    """One happening: its kind, what it is about, and the person it concerns (None: ask the context who).

    Or it concerns, of those whom the context knows, those alone whose account's key comes behind ``behind_id``, up to
    and with ``upto_id``; NULL leaves a side open.
    """

    __tablename__ = "live_events"
    __table_args__ = (
        Index("ix_live_events_account", "account_id", "position"),
        Index("ix_live_events_created", "created_at"),
    )

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[Reference]
    account_id: Mapped[UUID | None]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[UUID | None] = mapped_column(ForeignKey("schools.id"))
    behind_id: Mapped[UUID | None]
    upto_id: Mapped[UUID | None]
    created_at: Mapped[Moment] = mapped_column(default=now)
