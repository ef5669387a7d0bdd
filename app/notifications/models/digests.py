"""One mail for many: a person's digest of a day, and which rows of the ledger it speaks for."""

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Moment, Reference


class Digest(Base):
    """A letter that speaks for many, by the letter's id. One a person and day, however many clocks there are.

    What was left when somebody switched their digest off belongs to no day.
    """

    __tablename__ = "digests"
    __table_args__ = (of_account("account_id"), UniqueConstraint("account_id", "day"))

    letter_id: Mapped[Reference] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    account_id: Mapped[Reference]
    day: Mapped[date | None] = mapped_column(Date())
    made_at: Mapped[Moment] = mapped_column(default=now)


class DigestLine(Base):
    """A row of the ledger that a digest speaks for: of one digest at most, and never of one that has its own letter."""

    __tablename__ = "digest_lines"
    __table_args__ = (Index("ix_digest_lines_letter", "letter_id"),)

    log_id: Mapped[Reference] = mapped_column(ForeignKey("notification_logs.id"), primary_key=True)
    letter_id: Mapped[Reference] = mapped_column(ForeignKey("digests.letter_id"))
