"""What was said, to whom, about which child, and what became of each delivery."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.kinds import Category, Channel, Priority, Role
from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Id, Json, Moment, Reference, choice
from app.kernel.jobs import Lane
from app.notifications.kinds import Fate, Status
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
        Index("ix_notifications_corrects", "corrects_id"),
        Index(
            "ix_notifications_due",
            "scheduled_for",
            postgresql_where=text("status = 'scheduled'"),
            sqlite_where=text("status = 'scheduled'"),
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

    ``cursor`` is the last recipient that was written; who comes next goes on behind it.
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


def part(name: str, where: str) -> Index:
    """A part of everybody's inbox, by time: to skip what does not belong to it would cost more with the years."""
    return Index(
        f"ix_notification_recipients_{name}",
        "recipient_id",
        "created_at",
        "id",
        postgresql_where=text(where.format(asks="requires_acknowledgement")),
        sqlite_where=text(where.format(asks="requires_acknowledgement = 1")),
    )


class NotificationRecipient(Base):
    """One person's copy. Whether it asks to be confirmed is its notification's word, kept here for an index.

    ``alert_until`` is set while an emergency lasts, over their pages or as a strip above them.
    """

    __tablename__ = "notification_recipients"
    __table_args__ = (
        *of_notification(),
        of_account("recipient_id"),
        UniqueConstraint("notification_id", "recipient_id"),
        part("inbox", "archived_at IS NULL"),
        part("archive", "archived_at IS NOT NULL"),
        part("unread", "read_at IS NULL AND archived_at IS NULL"),
        part("to_confirm", "{asks} AND acknowledged_at IS NULL AND archived_at IS NULL"),
        Index("ix_notification_recipients_report", "notification_id", "read_at", "acknowledged_at"),
        Index(
            "ix_notification_recipients_pinned",
            "recipient_id",
            postgresql_where=text("pinned_at IS NOT NULL AND archived_at IS NULL"),
            sqlite_where=text("pinned_at IS NOT NULL AND archived_at IS NULL"),
        ),
        Index(
            "ix_notification_recipients_alert",
            "recipient_id",
            "alert_until",
            postgresql_where=text("alert_until IS NOT NULL"),
            sqlite_where=text("alert_until IS NOT NULL"),
        ),
        CheckConstraint("role <> 'district_admin'", name="recipient_role"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference]
    school_id: Mapped[UUID | None]
    notification_id: Mapped[Reference]
    recipient_id: Mapped[Reference]
    role: Mapped[Role] = mapped_column(choice(Role))
    requires_acknowledgement: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    read_at: Mapped[Moment | None]
    acknowledged_at: Mapped[Moment | None]
    archived_at: Mapped[Moment | None]
    pinned_at: Mapped[Moment | None]
    alert_until: Mapped[Moment | None]
    created_at: Mapped[Moment] = mapped_column(default=now)


class NotificationSubject(Base):
    """A child that a recipient's copy concerns."""

    __tablename__ = "notification_subjects"
    __table_args__ = (
        *of_notification(),
        of_account("recipient_id"),
        of_account("child_id"),
        ForeignKeyConstraint(
            ["notification_id", "recipient_id"],
            ["notification_recipients.notification_id", "notification_recipients.recipient_id"],
        ),
        UniqueConstraint("notification_id", "recipient_id", "child_id"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference]
    school_id: Mapped[UUID | None]
    notification_id: Mapped[Reference]
    recipient_id: Mapped[Reference]
    child_id: Mapped[Reference]


class NotificationLog(Base):
    """The ledger: one row a person and channel, with its fate. A mail's row points to its letter."""

    __tablename__ = "notification_logs"
    __table_args__ = (
        *of_notification(),
        of_account("recipient_id"),
        UniqueConstraint("notification_id", "recipient_id", "channel"),
        UniqueConstraint("letter_id"),
        Index("ix_notification_logs_report", "notification_id", "channel", "status"),
        Index(
            "ix_notification_logs_offline",
            "recipient_id",
            postgresql_where=text("channel = 'websocket' AND status IN ('pending', 'sent')"),
            sqlite_where=text("channel = 'websocket' AND status IN ('pending', 'sent')"),
        ),
        Index(
            "ix_notification_logs_failed_mail",
            "recipient_id",
            "failed_at",
            postgresql_where=text("channel = 'email' AND status IN ('failed', 'bounced')"),
            sqlite_where=text("channel = 'email' AND status IN ('failed', 'bounced')"),
        ),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference]
    school_id: Mapped[UUID | None]
    notification_id: Mapped[Reference]
    recipient_id: Mapped[Reference]
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    status: Mapped[Fate] = mapped_column(choice(Fate))
    reason: Mapped[str | None] = mapped_column(String(200))
    retry_count: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[Moment | None]
    lease_until: Mapped[Moment | None]
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letters.id"))
    created_at: Mapped[Moment] = mapped_column(default=now)
    sent_at: Mapped[Moment | None]
    delivered_at: Mapped[Moment | None]
    failed_at: Mapped[Moment | None]
    error_message: Mapped[str | None] = mapped_column(Text())
    external_id: Mapped[str | None] = mapped_column(String(200))
