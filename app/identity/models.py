"""Accounts, their addresses, and their one session."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.identity.kinds import AddressKind, DeviceType, EndReason
from app.kernel.clock import now
from app.kernel.columns import Address, Id, Moment, Reference, choice


class Account(Base):
    """One person. Never deleted: what was sent to somebody outlives them as an id without a name."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("district_id", "id"),
        CheckConstraint("sign_in_name = lower(sign_in_name)", name="sign_in_name_lower"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    name: Mapped[str] = mapped_column(String(200))
    sign_in_name: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    credentials_version: Mapped[int] = mapped_column(default=1, server_default="1")
    locale: Mapped[str | None] = mapped_column(String(16))
    time_zone: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[Moment] = mapped_column(default=now)
    disabled_at: Mapped[Moment | None]

    addresses: Mapped[list["ContactAddress"]] = relationship(order_by="ContactAddress.position", lazy="raise")


def of_account(column: str) -> ForeignKeyConstraint:
    """The person in ``column`` belongs to the row's district, even when the row is written by hand."""
    return ForeignKeyConstraint(["district_id", column], ["accounts.district_id", "accounts.id"])


class ContactAddress(Base):
    """Where a person can be reached. Two people may share one address."""

    __tablename__ = "contact_addresses"
    __table_args__ = (of_account("account_id"), UniqueConstraint("account_id", "kind", "address"))

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    account_id: Mapped[Reference]
    kind: Mapped[AddressKind] = mapped_column(choice(AddressKind))
    address: Mapped[str] = mapped_column(String(254))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[Moment] = mapped_column(default=now)


ACTIVE = text("is_active")


class UserSession(Base):
    """One sign-in of one account. The partial unique index is what makes it the only one."""

    __tablename__ = "user_sessions"
    __table_args__ = (
        of_account("user_id"),
        Index("uq_user_sessions_active", "user_id", unique=True, postgresql_where=ACTIVE, sqlite_where=ACTIVE),
        Index("ix_user_sessions_user", "user_id", "created_at"),
        Index("ix_user_sessions_district", "district_id", "created_at"),
        CheckConstraint("is_active = (terminated_at IS NULL)", name="over_when_terminated"),
        CheckConstraint("is_active = (termination_reason IS NULL)", name="over_for_a_reason"),
    )

    id: Mapped[Id]
    district_id: Mapped[Reference] = mapped_column(ForeignKey("districts.id"))
    user_id: Mapped[Reference]
    membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("memberships.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    previous_token_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    rotated_at: Mapped[Moment | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    last_active: Mapped[Moment]
    idle_seconds: Mapped[int]
    device_type: Mapped[DeviceType] = mapped_column(choice(DeviceType))
    device_id: Mapped[str] = mapped_column(String(64))
    user_agent: Mapped[str] = mapped_column(String(400))
    ip_address: Mapped[str | None] = mapped_column(Address())
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    terminated_at: Mapped[Moment | None]
    termination_reason: Mapped[EndReason | None] = mapped_column(choice(EndReason))
