"""Words and values of identity."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class DeviceType(StrEnum):
    WEB = "web"
    MOBILE_IOS = "mobile_ios"
    MOBILE_ANDROID = "mobile_android"
    DESKTOP = "desktop"


class EndReason(StrEnum):
    """Why a session is over."""

    NEW_LOGIN = "new_login"
    LOGOUT = "logout"
    TIMEOUT = "timeout"
    MANUAL = "manual"
    ADMIN = "admin"
    PASSWORD_CHANGE = "password_change"  # noqa: S105
    DISABLED = "disabled"
    ROSTER = "roster"
    REPORTED = "reported"
    PROVIDER_LOGOUT = "provider_logout"
    RESTORE = "restore"


class AddressKind(StrEnum):
    EMAIL = "email"


@dataclass(frozen=True)
class Person:
    """Who is asking, as far as identity knows: passed on as a value, so that rules need no request."""

    account_id: UUID
    session_id: UUID
    district_id: UUID
    name: str
    locale: str | None
    time_zone: str | None
    membership_id: UUID | None

    # What Flask-Login asks of a user. Its own cookie is never set: it could not be revoked.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return str(self.account_id)


@dataclass(frozen=True)
class Guarded:
    """What the guard reads of a session and its account."""

    session_id: UUID
    account_id: UUID
    district_id: UUID
    membership_id: UUID | None
    is_active: bool
    last_active: datetime
    idle_seconds: int
    expires_at: datetime
    name: str
    locale: str | None
    time_zone: str | None
    disabled_at: datetime | None

    def person(self) -> Person:
        return Person(
            self.account_id,
            self.session_id,
            self.district_id,
            self.name,
            self.locale,
            self.time_zone,
            self.membership_id,
        )


@dataclass(frozen=True)
class Device:
    """What a request says of the machine behind it. For showing only, never for a decision."""

    type: DeviceType
    id_hash: str
    user_agent: str
    ip_address: str


@dataclass(frozen=True)
class SessionPolicy:
    """How long a session may live: idle and in all, in seconds."""

    idle_seconds: int
    absolute_seconds: int


@dataclass(frozen=True)
class Ending:
    """Why a session is over, and where the account is signed in since (None unless a new sign-in ended it)."""

    session_id: UUID
    account_id: UUID
    reason: EndReason
    at: datetime
    successor_user_agent: str | None = None
    successor_place: str | None = None
