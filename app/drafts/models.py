"""Drafts as rows. Nobody but their author ever reads one."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Dialect, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.drafts.kinds import Fields, Place
from app.drafts.rules import mark, packed
from app.extensions import Base
from app.kernel.clock import now
from app.kernel.columns import Id, Moment, Reference, choice


class Written(TypeDecorator[Fields]):
    """Fields as JSON in a text column: as typed, so that a CHECK can measure it the same way on every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Fields | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else packed(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Fields | None:  # noqa: ARG002
        return None if value is None else json.loads(value)


class SavedDraft(Base):
    """What somebody has begun to write, as they typed it. It goes with its author, and stands in nobody's way.

    ``page`` and ``step`` say which saving the words come from; ``removed_at``: thrown away, and may be fetched back.
    """

    __tablename__ = "saved_drafts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["district_id", "account_id"], ["accounts.district_id", "accounts.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["district_id", "school_id"], ["schools.district_id", "schools.id"], ondelete="CASCADE"),
        CheckConstraint("length(fields) <= 100000", name="not_too_large"),
        CheckConstraint("step >= 0", name="counted"),
        CheckConstraint("saved_at >= created_at", name="in_order"),
        Index("ix_saved_drafts_account", "account_id", "saved_at"),
        Index("ix_saved_drafts_saved", "saved_at"),
        Index(
            "ix_saved_drafts_removed",
            "removed_at",
            postgresql_where=text("removed_at IS NOT NULL"),
            sqlite_where=text("removed_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[UUID | None]
    account_id: Mapped[Reference]
    place: Mapped[Place] = mapped_column(choice(Place))
    fields: Mapped[Fields] = mapped_column(Written())
    page: Mapped[Reference]
    step: Mapped[int]
    created_at: Mapped[Moment] = mapped_column(default=now)
    saved_at: Mapped[Moment] = mapped_column(default=now)
    removed_at: Mapped[Moment | None]

    @property
    def mark(self) -> str:
        """The saving that these words come from."""
        return mark(self.page, self.step)
