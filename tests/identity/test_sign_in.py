"""Signing in at the level of the use case: what the row, the lock and the index promise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.models import AuditLine
from app.extensions import db
from app.identity import sessions
from app.identity.errors import SignInRefusedError
from app.identity.kinds import EndReason
from app.identity.models import Account, UserSession
from app.identity.sign_in import sign_in
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.tokens import digest
from app.kernel.unit_of_work import unit_of_work
from app.realtime.models import LiveEvent
from tests.identity.people import LAPTOP, PASSWORD, somebody
from tests.support.databases import Database


def active(account_id: UUID) -> list[UserSession]:
    return list(db.session.scalars(select(UserSession).where(UserSession.user_id == account_id, UserSession.is_active)))


def test_a_new_sign_in_ends_the_old_session_and_says_why(session: Session) -> None:
    account = somebody()
    first = sign_in("sam@example.org", PASSWORD, LAPTOP)
    second = sign_in("sam@example.org", PASSWORD, LAPTOP)
    old = session.scalars(select(UserSession).where(UserSession.token_hash == digest(first))).one()
    assert (old.is_active, old.termination_reason) == (False, EndReason.NEW_LOGIN)
    assert [found.token_hash for found in active(account.id)] == [digest(second)]


def test_an_ended_session_is_a_row_that_open_pages_and_the_audit_log_learn_from(session: Session) -> None:
    account = somebody()
    sign_in("sam@example.org", PASSWORD, LAPTOP)
    sign_in("sam@example.org", PASSWORD, LAPTOP)
    assert session.scalars(select(LiveEvent.kind)).all() == ["session.ended"]
    actions = session.scalars(select(AuditLine.action).where(AuditLine.actor_id == account.id)).all()
    assert sorted(actions) == ["session.began", "session.began", "session.ended"]


def test_the_name_is_compared_without_case_spaces_and_width(session: Session) -> None:
    somebody("sam@example.org")
    assert sign_in("  ＳＡＭ@Example.org ", PASSWORD, LAPTOP)


@pytest.mark.parametrize(("name", "password"), [("sam@example.org", "wrong"), ("nobody@example.org", PASSWORD)])
def test_a_wrong_password_and_an_unknown_name_are_refused_alike(session: Session, name: str, password: str) -> None:
    account = somebody()
    with pytest.raises(SignInRefusedError):
        sign_in(name, password, LAPTOP)
    assert active(account.id) == []


def test_somebody_without_a_password_cannot_sign_in_with_any(session: Session) -> None:
    account = somebody()
    with unit_of_work():
        session.execute(update(Account).where(Account.id == account.id).values(password_hash=None))
    for password in ("", "a password that nobody has", PASSWORD):
        with pytest.raises(SignInRefusedError):
            sign_in("sam@example.org", password, LAPTOP)


def test_a_disabled_account_cannot_sign_in(session: Session) -> None:
    account = somebody()
    with unit_of_work():
        session.execute(update(Account).where(Account.id == account.id).values(disabled_at=now()))
    with pytest.raises(SignInRefusedError):
        sign_in("sam@example.org", PASSWORD, LAPTOP)


def test_a_password_changed_while_it_was_being_checked_does_not_let_the_old_one_in(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = somebody()
    lock = sessions.lock_account

    def changed_meanwhile(account_id: UUID) -> Account:
        session.execute(update(Account).where(Account.id == account_id).values(credentials_version=2))
        return lock(account_id)

    monkeypatch.setattr(sessions, "lock_account", changed_meanwhile)
    with pytest.raises(SignInRefusedError):
        sign_in("sam@example.org", PASSWORD, LAPTOP)
    assert active(account.id) == []


def test_the_database_itself_refuses_a_second_active_session(session: Session) -> None:
    account = somebody()
    sign_in("sam@example.org", PASSWORD, LAPTOP)
    present = active(account.id)[0]
    copy = {column.name: getattr(present, column.name) for column in UserSession.__table__.columns}
    with pytest.raises(IntegrityError), unit_of_work():
        session.add(UserSession(**{**copy, "id": new_id(), "token_hash": "f" * 64}))


def test_bar_52_of_twenty_sign_ins_at_once_each_succeeds_and_one_session_is_left(app: Flask) -> None:
    with app.app_context():
        account_id = somebody().id

    def one(_number: int) -> str:
        with app.app_context():
            return sign_in("sam@example.org", PASSWORD, LAPTOP)

    with ThreadPoolExecutor(10) as pool:
        tokens = list(pool.map(one, range(20)))
    with app.app_context():
        left = active(account_id)
        assert len(left) == 1
        assert left[0].token_hash in {digest(token) for token in tokens}
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == 20


def test_bar_54_only_the_digest_of_a_token_of_256_bits_is_kept(session: Session) -> None:
    account = somebody()
    token = sign_in("sam@example.org", PASSWORD, LAPTOP)
    assert len(token) == 43  # 32 bytes in base64 without padding
    kept = [str(value) for row in session.execute(select(UserSession.__table__)) for value in row]
    assert token not in " ".join(kept)
    assert active(account.id)[0].token_hash == digest(token)


def test_ending_a_session_twice_keeps_the_first_reason(session: Session) -> None:
    account = somebody()
    sign_in("sam@example.org", PASSWORD, LAPTOP)
    session_id = active(account.id)[0].id
    with unit_of_work():
        sessions.end(session_id, EndReason.LOGOUT)
    with unit_of_work():
        sessions.end(session_id, EndReason.ADMIN)
    assert session.get_one(UserSession, session_id).termination_reason is EndReason.LOGOUT


def test_staff_are_given_a_shorter_session_than_families(session: Session) -> None:
    account = somebody()
    sign_in("sam@example.org", PASSWORD, LAPTOP)
    found = active(account.id)[0]
    assert found.idle_seconds == 8 * 3600
    assert found.expires_at - found.created_at == timedelta(hours=24)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_fan_out_to_somebody_does_not_keep_them_from_signing_in(app: Flask, database: Database) -> None:
    """A row that refers to an account locks its key until the commit. On SQLite all who write stand in one queue."""
    with app.app_context():
        account = somebody()
        row = {"id": new_id(), "district": account.district_id, "account": account.id}
    with psycopg.connect(database.url.replace("+psycopg", "")) as writer, app.app_context():
        writer.execute(
            "INSERT INTO contact_addresses (id, district_id, account_id, kind, address, created_at)"
            " VALUES (%(id)s, %(district)s, %(account)s, 'email', 'second@example.org', now())",
            row,
        )
        db.session.execute(text("SET lock_timeout = '2s'"))
        db.session.commit()
        assert sign_in("sam@example.org", PASSWORD, LAPTOP)
        writer.rollback()
