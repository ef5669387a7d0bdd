"""Beginning and ending sessions. At most one of an account is active: the account's row lock and an index see to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, select, update

from app.audit.record import record
from app.extensions import db
from app.identity.events import SessionEnded
from app.identity.kinds import Device, EndReason, SessionPolicy
from app.identity.models import Account, UserSession
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.tokens import digest, new_token
from app.kernel.unit_of_work import emit


@dataclass(frozen=True)
class Welcome:
    """What the rooms above say of somebody who signs in: how long a session may live, and the hat to begin with."""

    policy: SessionPolicy
    membership_id: UUID | None


def lock_account(account_id: UUID) -> Account:
    """The account, with nobody else signing it in or out until the commit: 50 sign-ins at once become a queue."""
    return db.session.scalars(
        select(Account)
        .where(Account.id == account_id)
        .with_for_update(key_share=True)  # FOR NO KEY UPDATE: a fan-out to this person does not keep them out
        .execution_options(populate_existing=True)
    ).one()


def begin(account: Account, device: Device) -> str:
    """End the account's session, begin a new one and give its token, which is kept nowhere. The account is locked."""
    welcome = cast(Callable[[UUID], Welcome], current_app.extensions["belfry.welcome"])(account.id)
    token, moment = new_token(), now()
    end_all(account.id, EndReason.NEW_LOGIN, moment)
    session = UserSession(
        id=new_id(),
        district_id=account.district_id,
        user_id=account.id,
        membership_id=welcome.membership_id,
        token_hash=digest(token),
        is_active=True,
        last_active=moment,
        idle_seconds=welcome.policy.idle_seconds,
        device_type=device.type,
        device_id=device.id_hash,
        user_agent=device.user_agent,
        ip_address=device.ip_address or None,
        created_at=moment,
        expires_at=moment + timedelta(seconds=welcome.policy.absolute_seconds),
    )
    db.session.add(session)
    db.session.flush()
    record("session.began", district_id=account.district_id, actor_id=account.id, session_id=session.id)
    return token


def end_all(account_id: UUID, reason: EndReason, moment: datetime | None = None) -> None:
    """End whatever session of the account is active."""
    _end(UserSession.user_id == account_id, reason, moment or now())


def end(session_id: UUID, reason: EndReason) -> None:
    """End one session; one that is over stays as it ended."""
    _end(UserSession.id == session_id, reason, now())


def touch(session_id: UUID) -> None:
    """Note that somebody was active in the session just now."""
    db.session.execute(
        update(UserSession).where(UserSession.id == session_id, UserSession.is_active).values(last_active=now())
    )


def switch(session_id: UUID, membership_id: UUID) -> None:
    """Put on another hat. The caller has seen that it is one of the person's own."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(membership_id=membership_id))


def _end(which: ColumnElement[bool], reason: EndReason, moment: datetime) -> None:
    ended = db.session.execute(
        update(UserSession)
        .where(which, UserSession.is_active)
        .values(is_active=False, terminated_at=moment, termination_reason=reason)
        .returning(UserSession.id, UserSession.user_id, UserSession.district_id)
    ).all()
    for session_id, account_id, district_id in ended:
        record(
            "session.ended",
            subject_id=session_id,
            district_id=district_id,
            actor_id=account_id,
            session_id=session_id,
            reason=reason.value,
        )
        emit(SessionEnded(session_id, account_id, district_id, reason))
