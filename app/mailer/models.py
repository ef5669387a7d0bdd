"""Every mail is a row: whom it goes to, what became of it, and each try."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.kernel.clock import now
from app.kernel.columns import Id, Json, Moment, Reference, choice
from app.kernel.jobs import Lane
from app.mailer.kinds import LetterStatus, Outcome


class Letter(Base):
    """One mail to one address, also those without a notification (reset, new device, digest).

    ``arguments`` never hold a secret: a link's token is made when the mail is written. ``flow`` is what it waits in
    line with, by ``rules.flow_of``. ``attempts_before`` were made before somebody had it tried anew.
    """

    __tablename__ = "letters"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "school_id"], ["schools.district_id", "schools.id"]),
        ForeignKeyConstraint(["district_id", "recipient_id"], ["accounts.district_id", "accounts.id"]),
        Index(
            "ix_letters_flow",
            "lane",
            "flow",
            "next_attempt_at",
            "id",
            postgresql_where=text("status = 'pending'"),
            sqlite_where=text("status = 'pending'"),
        ),
        Index(
            "ix_letters_set_aside",
            "district_id",
            "set_aside_at",
            postgresql_where=text("set_aside_at IS NOT NULL"),
            sqlite_where=text("set_aside_at IS NOT NULL"),
        ),
        Index(
            "ix_letters_leased",
            "lease_until",
            postgresql_where=text("status = 'sending'"),
            sqlite_where=text("status = 'sending'"),
        ),
        CheckConstraint("(status = 'sending') = (lease IS NOT NULL)", name="leased_while_sending"),
        CheckConstraint("(lease IS NULL) = (lease_until IS NULL)", name="lease_ends"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[UUID | None]
    recipient_id: Mapped[UUID | None]
    address: Mapped[str] = mapped_column(String(254))
    lane: Mapped[Lane] = mapped_column(choice(Lane))
    flow: Mapped[Reference] = mapped_column(server_default=text("'00000000000000000000000000000000'"))
    purpose: Mapped[str] = mapped_column(String(40))
    template: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[Json] = mapped_column(default=dict)
    locale: Mapped[str | None] = mapped_column(String(16))
    status: Mapped[LetterStatus] = mapped_column(choice(LetterStatus), default=LetterStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    attempts_before: Mapped[int] = mapped_column(default=0, server_default="0")
    next_attempt_at: Mapped[Moment] = mapped_column(default=now)
    lease: Mapped[UUID | None]
    lease_until: Mapped[Moment | None]
    expires_at: Mapped[Moment | None]
    message_id: Mapped[str | None] = mapped_column(String(200))
    external_id: Mapped[str | None] = mapped_column(String(200))
    error_message: Mapped[str | None] = mapped_column(Text())
    created_at: Mapped[Moment] = mapped_column(default=now)
    sent_at: Mapped[Moment | None]
    delivered_at: Mapped[Moment | None]
    failed_at: Mapped[Moment | None]
    set_aside_at: Mapped[Moment | None]


class DeliveryAttempt(Base):
    """One try to hand a letter to a relay, recorded before it is made: a try that died is seen."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (
        ForeignKeyConstraint(["district_id", "school_id"], ["schools.district_id", "schools.id"]),
        UniqueConstraint("letter_id", "number"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    school_id: Mapped[UUID | None]
    letter_id: Mapped[Reference] = mapped_column(ForeignKey("letters.id"))
    number: Mapped[int]
    started_at: Mapped[Moment] = mapped_column(default=now)
    finished_at: Mapped[Moment | None]
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    code: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(Text())
