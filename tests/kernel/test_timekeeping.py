"""The time of a process that serves: the database's, whatever the host's own clock is set to."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.kernel import clock, timekeeping
from tests.support.ports import free_port

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Other tests find the host's clock again, and no thread that asks for another."""
    monkeypatch.setattr(timekeeping, "_go_on", lambda _app: None)
    yield
    clock.let_go()


def test_bar_30_whoever_sets_the_clock_moves_no_process_that_keeps_to_another() -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        assert clock.now() == NOON
        clock.keep_to(NOON + timedelta(seconds=7), clock.count())
        for jump in (AN_HOUR, -2 * AN_HOUR):
            traveller.shift(jump)
            assert abs(clock.now() - NOON - timedelta(seconds=7)) < timedelta(minutes=5)


def test_time_goes_on_while_it_is_counted() -> None:
    clock.keep_to(NOON, clock.count() - 90)
    assert clock.now() >= NOON + timedelta(seconds=90)


def test_bar_30_a_process_keeps_to_the_database_where_there_is_one(app: Flask, session: Session, backend: str) -> None:
    with time_machine.travel(NOON + 4 * AN_HOUR, tick=False):
        timekeeping.begin(app)
        told = clock.now()
        if backend == "sqlite":
            assert told == NOON + 4 * AN_HOUR, "one host, one clock"
            return
        assert abs(told - session.scalars(select(func.clock_timestamp())).one()) < timedelta(minutes=5)


def test_a_database_that_is_away_leaves_the_time_as_it_was(make_app: Callable[..., Flask]) -> None:
    away = make_app(database_url=f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/nowhere")
    clock.keep_to(NOON, clock.count())
    timekeeping.ask(away)
    assert abs(clock.now() - NOON) < timedelta(minutes=5)
