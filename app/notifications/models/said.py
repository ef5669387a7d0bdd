"""What was said, and the work of writing down to whom."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.kinds import Category, Priority
from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Id, Json, Moment, Reference, choice
from app.kernel.jobs import Lane
from app.notifications.kinds import Status
from app.roster.models import of_school


def of_notification() -> tuple[ForeignKeyConstraint, ForeignKeyConstraint]:
    """Same notification, same school. Where the school is NULL (a district-wide notice) the district's key holds."""
    return (
        ForeignKeyConstraint(["school_id", "notification_id"], ["notifications.school_id", "notifications.id"]),
        ForeignKeyConstraint(["district_id", "notification_id"], ["notifications.district_id", "notifications.id"]),
    )


class Notification(Base):
    """Never deleted: erasing one wipes its words (``erased_at``) and leaves a tombstone for the ledger to point to."""

    __tablename__ = "notifications"
    __table_args__ = (
        of_school(),
        of_account("sender_id"),
        ForeignKeyConstraint(["district_id", "corrects_id"], ["notifications.district_id", "notifications.id"]),
        UniqueConstraint("school_id", "id"),
        UniqueConstraint("district_id", "id"),
        UniqueConstraint("sender_id", "idempotency_key"),
        CheckConstraint("(category = 'emergency') = (priority = 'emergency')", name="emergency_both"),
        CheckConstraint("category <> 'emergency' OR requires_acknowledgement", name="emergency_asks"),
        CheckConstraint("(scheduled_for IS NULL) = (scheduled_zone IS NULL)", name="schedule_has_zone"),
        CheckConstraint("status <> 'scheduled' OR scheduled_for IS NOT NULL", name="scheduled_when"),
        Index("ix_notifications_school", "school_id", "created_at", "id"),
        Index("ix_notifications_district", "district_id", "created_at", "id"),
        Index("ix_notifications_sender", "sender_id", "created_at"),
        Index(
            "uq_notifications_corrects",
            "corrects_id",
            unique=True,
            postgresql_where=text("corrects_id IS NOT NULL"),
            sqlite_where=text("corrects_id IS NOT NULL"),
        ),
        Index(
            "ix_notifications_due",
            "scheduled_for",
            postgresql_where=text("status = 'scheduled'"),
            sqlite_where=text("status = 'scheduled'"),
        ),
        Index(
            "ix_notifications_missed",
            "scheduled_for",
            postgresql_where=text("status = 'missed'"),
            sqlite_where=text("status = 'missed'"),
        ),
        Index(
            "ix_notifications_planned",
            "district_id",
            "school_id",
            "scheduled_for",
            postgresql_where=text("status = 'scheduled'"),
            sqlite_where=text("status = 'scheduled'"),
        ),
        Index(
            "ix_notifications_not_left",
            "district_id",
            "school_id",
            "scheduled_for",
            postgresql_where=text("status IN ('cancelled', 'missed')"),
            sqlite_where=text("status IN ('cancelled', 'missed')"),
        ),
        Index(
            "ix_notifications_sending",
            "created_at",
            postgresql_where=text("status = 'sending'"),
            sqlite_where=text("status = 'sending'"),
        ),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[UUID | None]
    sender_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text())
    category: Mapped[Category] = mapped_column(choice(Category))
    priority: Mapped[Priority] = mapped_column(choice(Priority))
    type: Mapped[str] = mapped_column(String(60))
    data: Mapped[Json] = mapped_column(default=dict)
    link: Mapped[str | None] = mapped_column(String(2000))
    status: Mapped[Status] = mapped_column(choice(Status))
    scheduled_for: Mapped[Moment | None]
    scheduled_zone: Mapped[str | None] = mapped_column(String(64))
    expires_at: Mapped[Moment | None]
    audience: Mapped[Json] = mapped_column(default=dict)
    requires_acknowledgement: Mapped[bool] = mapped_column(default=False)
    corrects_id: Mapped[UUID | None]
    idempotency_key: Mapped[str | None] = mapped_column(String(100))
    fingerprint: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[Moment] = mapped_column(default=now)
    sent_at: Mapped[Moment | None]
    withdrawn_at: Mapped[Moment | None]
    erased_at: Mapped[Moment | None]


class FanOut(Base):
    """The work of writing recipients: committed with the notification, so that it happens whoever dies meanwhile.

    ``cursor`` is the last recipient that was written; who comes next goes on behind it. ``attempts`` counts the claims
    since then. One that nobody could do is set aside, until somebody says what is to become of it.
    """

    __tablename__ = "fan_outs"
    __table_args__ = (
        *of_notification(),
        Index(
            "ix_fan_outs_due",
            "lane",
            "next_attempt_at",
            postgresql_where=text("finished_at IS NULL"),
            sqlite_where=text("finished_at IS NULL"),
        ),
        Index(
            "ix_fan_outs_set_aside",
            "district_id",
            "set_aside_at",
            postgresql_where=text("set_aside_at IS NOT NULL"),
            sqlite_where=text("set_aside_at IS NOT NULL"),
        ),
        CheckConstraint("(lease IS NULL) = (lease_until IS NULL)", name="lease_ends"),
    )

    notification_id: Mapped[Reference] = mapped_column(primary_key=True)
    district_id: Mapped[Reference]
    school_id: Mapped[UUID | None]
    lane: Mapped[Lane] = mapped_column(choice(Lane))
    cursor: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[Moment] = mapped_column(default=now)
    lease: Mapped[UUID | None]
    lease_until: Mapped[Moment | None]
    finished_at: Mapped[Moment | None]
    set_aside_at: Mapped[Moment | None]
    error_message: Mapped[str | None] = mapped_column(Text())
