"""Who did what. Rows are only ever added, and refer to nothing: they outlive what they speak of."""

from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.kernel.clock import now
from app.kernel.columns import Id, Json, Moment


class AuditLine(Base):
    """One act. ``details`` holds ids, codes and classes only: nothing that an erasure would have to find."""

    __tablename__ = "audit_lines"
    __table_args__ = (
        Index("ix_audit_lines_school", "school_id", "created_at"),
        Index("ix_audit_lines_subject", "subject_id"),
    )

    id: Mapped[Id]
    created_at: Mapped[Moment] = mapped_column(default=now)
    district_id: Mapped[UUID | None]
    school_id: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    action: Mapped[str] = mapped_column(String(80))
    subject_id: Mapped[UUID | None]
    request_id: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[Json] = mapped_column(default=dict)
