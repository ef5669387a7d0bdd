"""What is said again and again, and each time that it was said."""

from datetime import date
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.kinds import Category, Priority
from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Id, Json, Moment, Reference, choice
from app.notifications.models import of_notification
from app.roster.models import of_school


class Recurrence(Base):
    """What is said, to whom, and by which rule. ``next_at`` is the moment of the next time; over, it has none.

    ``rule`` is an RRULE (RFC 5545) in local time: at ``minute`` of the day, by the clock of ``time_zone``.
    """

    __tablename__ = "recurrences"
    __table_args__ = (
        of_school(),
        of_account("sender_id"),
        UniqueConstraint("school_id", "id"),
        UniqueConstraint("district_id", "id"),
        UniqueConstraint("sender_id", "idempotency_key"),
        CheckConstraint("category IN ('announcement', 'reminder')", name="no_alarm"),
        CheckConstraint("priority <> 'emergency'", name="calm"),
        CheckConstraint("minute BETWEEN 0 AND 1439", name="minute_of_a_day"),
        CheckConstraint("(next_at IS NULL) = (ended_at IS NOT NULL)", name="goes_on_or_ended"),
        Index(
            "ix_recurrences_due",
            "next_at",
            postgresql_where=text("next_at IS NOT NULL"),
            sqlite_where=text("next_at IS NOT NULL"),
        ),
        Index("ix_recurrences_school", "school_id", "next_at"),
        Index("ix_recurrences_district", "district_id", "next_at"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[UUID | None]
    sender_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text())
    category: Mapped[Category] = mapped_column(choice(Category))
    priority: Mapped[Priority] = mapped_column(choice(Priority))
    link: Mapped[str | None] = mapped_column(String(2000))
    audience: Mapped[Json] = mapped_column(default=dict)
    requires_acknowledgement: Mapped[bool] = mapped_column(default=False)
    rule: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(64))
    minute: Mapped[int]
    starts_on: Mapped[date] = mapped_column(Date())
    skipped: Mapped[Json] = mapped_column(default=dict)
    next_at: Mapped[Moment | None]
    ended_at: Mapped[Moment | None]
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[Moment] = mapped_column(default=now)


class Occurrence(Base):
    """One time that it was said, by its key once: however many clocks there are, and however they run."""

    __tablename__ = "occurrences"
    __table_args__ = (
        *of_notification(),
        ForeignKeyConstraint(["district_id", "recurrence_id"], ["recurrences.district_id", "recurrences.id"]),
        UniqueConstraint("notification_id"),
    )

    recurrence_id: Mapped[Reference] = mapped_column(primary_key=True)
    occurs_at: Mapped[Moment] = mapped_column(primary_key=True)
    notification_id: Mapped[Reference]
    district_id: Mapped[Reference]
    school_id: Mapped[UUID | None]
