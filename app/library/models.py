"""A school's own ready texts."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.kinds import Category
from app.extensions import Base
from app.identity.models import of_account
from app.kernel.clock import now
from app.kernel.columns import Id, Moment, Reference, choice
from app.roster.models import of_school


class MessageTemplate(Base):
    """A text to start from. Words only: nothing in it is ever run."""

    __tablename__ = "message_templates"
    __table_args__ = (
        of_school(),
        of_account("written_by_id"),
        UniqueConstraint("school_id", "name"),
        Index(
            "uq_message_templates_district",
            "district_id",
            "name",
            unique=True,
            postgresql_where=text("school_id IS NULL"),
            sqlite_where=text("school_id IS NULL"),
        ),
        CheckConstraint("category <> 'system'", name="for_people"),
        CheckConstraint("length(name) > 0", name="has_name"),
        CheckConstraint("length(body) <= 20000", name="not_too_long"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(String(80))
    category: Mapped[Category] = mapped_column(choice(Category))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text())
    written_by_id: Mapped[Reference]
    created_at: Mapped[Moment] = mapped_column(default=now)
    changed_at: Mapped[Moment] = mapped_column(default=now)
