"""To whom it was said, and about which child."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.kinds import Role
from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Id, Moment, Reference, choice
from app.notifications.models.said import of_notification


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
