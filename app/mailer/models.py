"""Every mail is a row: whom it goes to, what became of it, and each try."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.kernel.clock import now
from app.kernel.columns import Id, Json, Moment, Reference, choice
from app.kernel.jobs import Lane
from app.mailer.kinds import Grounds, LetterStatus, Outcome, Reported, Source


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
            "ix_letters_expiring",
            "expires_at",
            postgresql_where=text("status = 'pending' AND expires_at IS NOT NULL"),
            sqlite_where=text("status = 'pending' AND expires_at IS NOT NULL"),
        ),
        Index(
            "ix_letters_leased",
            "lease_until",
            postgresql_where=text("status = 'sending'"),
            sqlite_where=text("status = 'sending'"),
        ),
        Index(
            "ix_letters_external",
            "external_id",
            postgresql_where=text("external_id IS NOT NULL"),
            sqlite_where=text("external_id IS NOT NULL"),
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


STANDING = text("released_at IS NULL")
UNDONE = text("done_at IS NULL")


class Suppression(Base):
    """An address of a district that mail does not get through to. It stands until somebody says that it works again.

    Kept apart for each district: what one learns about an address another is not told. ``address`` is in lower case.
    """

    __tablename__ = "suppressions"
    __table_args__ = (
        Index(
            "uq_suppressions_standing",
            "district_id",
            "address",
            unique=True,
            postgresql_where=STANDING,
            sqlite_where=STANDING,
        ),
        Index("ix_suppressions_address", "district_id", "address", "released_at"),
        CheckConstraint("released_by IS NULL OR released_at IS NOT NULL", name="released_by_somebody"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    address: Mapped[str] = mapped_column(String(254))
    grounds: Mapped[Grounds] = mapped_column(choice(Grounds))
    source: Mapped[Source] = mapped_column(choice(Source))
    text: Mapped[str] = mapped_column(Text())
    letter_id: Mapped[UUID | None]
    created_at: Mapped[Moment] = mapped_column(default=now)
    released_at: Mapped[Moment | None]
    released_by: Mapped[UUID | None]


class MailReport(Base):
    """What a carrier has told of a mail that it had taken, until it has been dealt with; then, for a week, that it was.

    Of the carrier's own words only what is needed is kept.
    """

    __tablename__ = "mail_reports"
    __table_args__ = (
        UniqueConstraint("source", "event_id"),
        Index("ix_mail_reports_due", "due_at", "id", postgresql_where=UNDONE, sqlite_where=UNDONE),
        Index("ix_mail_reports_received", "received_at"),
    )

    id: Mapped[Id]
    source: Mapped[Source] = mapped_column(choice(Source))
    event_id: Mapped[str] = mapped_column(String(200))
    fate: Mapped[Reported] = mapped_column(choice(Reported))
    letter_id: Mapped[UUID | None]
    external_id: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text())
    is_mailbox_dead: Mapped[bool]
    at: Mapped[Moment]
    received_at: Mapped[Moment] = mapped_column(default=now)
    due_at: Mapped[Moment] = mapped_column(default=now)
    done_at: Mapped[Moment | None]


class WebhookRequest(Base):
    """The digest of a signed request that was taken: the same one is not taken again while its signature is fresh."""

    __tablename__ = "webhook_requests"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    received_at: Mapped[Moment] = mapped_column(default=now, index=True)
