"""Every read of identity."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, ColumnExpressionArgument, ScalarSelect, Select, bindparam, exists, select

from app.extensions import db
from app.identity.kinds import AddressKind, Ending, EndReason, Guarded
from app.identity.models import Account, ContactAddress, UserSession
from app.identity.rules import ROTATION_GRACE, is_usable
from app.kernel.clock import now
from app.kernel.glance import glance
from app.realtime.kinds import Reading

_GUARDED = select(
    UserSession.id,
    UserSession.user_id,
    UserSession.district_id,
    UserSession.membership_id,
    UserSession.is_active,
    UserSession.last_active,
    UserSession.idle_seconds,
    UserSession.expires_at,
    Account.name,
    Account.locale,
    Account.time_zone,
    Account.disabled_at,
).join(Account, Account.id == UserSession.user_id)

# The guard's one question, asked by every request; built once.
BY_TOKEN = _GUARDED.where(UserSession.token_hash == bindparam("token_hash"))
BY_TOKEN_BEFORE = _GUARDED.where(
    UserSession.previous_token_hash == bindparam("token_hash"), UserSession.rotated_at > bindparam("since")
)


def find_by_token(token_hash: str, moment: datetime) -> Guarded | None:
    """The session of a token or, for ROTATION_GRACE after a rotation, of the one before it."""
    found = glance(BY_TOKEN, {"token_hash": token_hash})
    if found is None:
        found = glance(BY_TOKEN_BEFORE, {"token_hash": token_hash, "since": moment - ROTATION_GRACE})
    return Guarded(*found) if found else None


def get_session(session_id: UUID) -> UserSession:
    return db.session.get_one(UserSession, session_id)


def find_owner(session_id: UUID) -> tuple[UUID, UUID | None] | None:
    """Whose session it is or was, and the hat that was worn in it."""
    found = db.session.execute(
        select(UserSession.user_id, UserSession.membership_id).where(UserSession.id == session_id)
    ).one_or_none()
    return (found.user_id, found.membership_id) if found else None


def find_for_sign_in(name: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.sign_in_name == name))


def has_address(account_id: ColumnExpressionArgument[UUID]) -> ColumnElement[bool]:
    """Whether ``first_address`` is not NULL; asked of many this way it is one pass instead of a search for each."""
    return exists().where(ContactAddress.account_id == account_id, ContactAddress.kind == AddressKind.EMAIL)


def with_address() -> Select[UUID]:
    """``account_id`` of everybody who has one, once each."""
    return select(ContactAddress.account_id).where(ContactAddress.kind == AddressKind.EMAIL).distinct()


def first_address(account_id: ColumnExpressionArgument[UUID]) -> ScalarSelect[str]:
    """The address that mail for somebody goes to; NULL when there is none."""
    return (
        select(ContactAddress.address)
        .where(ContactAddress.account_id == account_id, ContactAddress.kind == AddressKind.EMAIL)
        .order_by(ContactAddress.position, ContactAddress.id)
        .limit(1)
        .scalar_subquery()
    )


def is_known_device(sign_in_name: str, device_id: str) -> bool:
    """Whether this account was ever signed in on this device."""
    return bool(
        db.session.scalar(
            select(
                exists()
                .where(UserSession.user_id == Account.id, UserSession.device_id == device_id)
                .where(Account.sign_in_name == sign_in_name)
            )
        )
    )


def readers(account_ids: Collection[UUID]) -> dict[UUID, Reading]:
    """The language and the time zone that these people have chosen."""
    asked = select(Account.id, Account.locale, Account.time_zone).where(Account.id.in_(account_ids))
    return {account_id: Reading(*chosen) for account_id, *chosen in db.session.execute(asked)}


def sessions_of(account_id: UUID, most: int = 30) -> Sequence[UserSession]:
    """The present session of an account and the latest before it, newest first."""
    return db.session.scalars(
        select(UserSession).where(UserSession.user_id == account_id).order_by(UserSession.created_at.desc()).limit(most)
    ).all()


def ended_among(session_ids: Sequence[UUID], moment: datetime) -> list[Ending]:
    """Those of the sessions that may not be used any more, and why."""
    found = db.session.execute(
        select(UserSession, Account.disabled_at)
        .join(Account, Account.id == UserSession.user_id)
        .where(UserSession.id.in_(session_ids))
    ).all()
    return [
        ending_of(session, EndReason.DISABLED if disabled_at else EndReason.TIMEOUT)
        for session, disabled_at in found
        if disabled_at or not is_usable(session, moment)
    ]


def ending_of(session: UserSession, unless_written: EndReason = EndReason.TIMEOUT) -> Ending:
    """Why a session is over and, when a new sign-in ended it, on what device that was."""
    reason, at = session.termination_reason or unless_written, session.terminated_at or now()
    successor = None
    if reason is EndReason.NEW_LOGIN:
        successor = db.session.scalar(
            select(UserSession)
            .where(UserSession.user_id == session.user_id, UserSession.created_at >= at)
            .order_by(UserSession.created_at)
            .limit(1)
        )
    return Ending(
        session.id,
        session.user_id,
        reason,
        at,
        successor.user_agent if successor else None,
        successor.city if successor else None,
    )
