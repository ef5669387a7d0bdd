"""What holds of every connection to PostgreSQL; and of SQLite's, where it is the same promise."""

import time

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.extensions import db
from app.kernel import postgres
from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.kernel.postgres import all_the_time_it_takes
from app.kernel.unit_of_work import unit_of_work
from app.mailer.claim import claim_next
from app.mailer.kinds import LetterStatus
from app.mailer.sweep import sweep
from tests.mailer.conftest import Post, letter, postbox

__all__ = ["postbox"]


on_postgres = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # SQLite is in this process


def said(session: Session, name: str) -> str:
    return str(session.scalar(text(f"SHOW {name}")))


def test_bar_21_what_was_acknowledged_is_on_the_disk(session: Session, backend: str) -> None:
    """The cluster of the tests syncs nothing by default, and yet our sessions ask for it."""
    for engine in db.engines.values():
        with engine.connect() as connection:
            if backend == "sqlite":
                assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2, "FULL"
                assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
            else:
                assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"


@on_postgres
def test_bar_12_a_server_that_does_not_answer_is_given_up_and_its_connection_closed(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "ANSWER_SECONDS", 0.3)
    pid = session.scalar(text("SELECT pg_backend_pid()"))
    with pytest.raises(OperationalError, match="did not answer in time"):
        session.execute(text("SELECT pg_sleep(30)"))
    session.rollback()
    assert session.scalar(text("SELECT pg_backend_pid()")) != pid


@on_postgres
def test_a_command_that_somebody_watches_may_take_its_time(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "ANSWER_SECONDS", 0.1)
    with all_the_time_it_takes():
        session.execute(text("SELECT pg_sleep(0.4)"))


@on_postgres
def test_bar_12_the_server_lets_go_of_what_a_lost_host_held(session: Session) -> None:
    assert said(session, "idle_in_transaction_session_timeout") == "1min"
    assert [said(session, f"tcp_keepalives_{name}") for name in ("idle", "interval", "count")] == ["10", "5", "3"] or (
        said(session, "tcp_keepalives_idle") == "0"  # over a unix socket there is no other host
    )


@on_postgres
def test_bar_12_a_letter_that_a_lost_host_locks_does_not_keep_the_sweep_from_others(postbox: Post, app: Flask) -> None:
    first, second = postbox.letter("priya@families.example"), postbox.letter("olu@families.example")
    for _ in range(2):
        assert claim_next(Lane.MAIL)
    with unit_of_work() as session:
        session.execute(text("UPDATE letters SET lease_until = :moment"), {"moment": now()})
    with db.engine.connect() as elsewhere:
        elsewhere.execute(text("SELECT 1 FROM letters WHERE id = :id FOR UPDATE"), {"id": first})
        began = time.monotonic()
        sweep()
        assert time.monotonic() - began < 10
        elsewhere.rollback()
    assert letter(second).status is LetterStatus.PENDING
    assert letter(first).status is LetterStatus.SENDING
    sweep()
    assert letter(first).status is LetterStatus.PENDING
