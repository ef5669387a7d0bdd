"""What became of each delivery."""

from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.kinds import Channel
from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Id, Moment, Reference, choice
from app.notifications.kinds import Fate
from app.notifications.models.said import of_notification


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
        Index(
            "ix_notification_logs_waiting",
            "recipient_id",
            "next_attempt_at",
            postgresql_where=text("status = 'pending' AND reason IN ('quiet_hours', 'digest', 'unread_first')"),
            sqlite_where=text("status = 'pending' AND reason IN ('quiet_hours', 'digest', 'unread_first')"),
        ),
        Index(
            "ix_notification_logs_digest",
            "next_attempt_at",
            postgresql_where=text("status = 'pending' AND reason = 'digest'"),
            sqlite_where=text("status = 'pending' AND reason = 'digest'"),
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
