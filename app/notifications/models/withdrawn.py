"""What was taken back, and the work that follows from it."""

from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Moment, Reference
from app.notifications.models.said import of_notification


class Withdrawal(Base):
    """Who took a notification back, and why. Committed with it, so that what follows happens whoever dies meanwhile.

    ``tells_readers``: whoever has its mail is told by another one; a correction tells them by itself.
    """

    __tablename__ = "withdrawals"
    __table_args__ = (
        *of_notification(),
        of_account("withdrawn_by_id"),
        Index(
            "ix_withdrawals_open",
            "created_at",
            postgresql_where=text("finished_at IS NULL"),
            sqlite_where=text("finished_at IS NULL"),
        ),
    )

    notification_id: Mapped[Reference] = mapped_column(primary_key=True)
    district_id: Mapped[Reference]
    school_id: Mapped[UUID | None]
    withdrawn_by_id: Mapped[Reference]
    reason: Mapped[str | None] = mapped_column(String(500))
    tells_readers: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment] = mapped_column(default=now)
    finished_at: Mapped[Moment | None]
