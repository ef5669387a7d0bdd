"""History: positions follow commits, without gaps, whoever writes at the same time."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.extensions import db
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.realtime.bell import CHANNEL
from app.realtime.models import LiveEvent
from app.realtime.queries import current_cursor, happenings_between
from app.realtime.record import record
from tests.support.cast import Cast
from tests.support.valkey import Valkey

Write = Callable[..., None]


@pytest.fixture
def write(app: Flask, cast: Cast) -> Write:
    """Commit some happenings in one unit of work."""

    def written(count: int = 1, *, nowhere: bool = False) -> None:
        with app.app_context(), unit_of_work():
            for _ in range(count):
                record("test", new_id(), district_id=new_id() if nowhere else cast.district_id)

    return written


def test_a_reader_who_follows_the_cursor_misses_nothing_while_many_write(app: Flask, write: Write) -> None:
    def write_often() -> None:
        for _ in range(15):
            write(count=3)

    writers = [threading.Thread(target=write_often) for _ in range(4)]
    with app.app_context():
        start = reached = current_cursor().position
    for writer in writers:
        writer.start()
    seen: list[int] = []
    while any(writer.is_alive() for writer in writers) or len(seen) < 180:
        with app.app_context():
            newest = current_cursor().position
            seen += [happening.position for happening in happenings_between(reached, newest)]
            reached = newest
    assert seen == list(range(start + 1, start + 181))


def test_what_is_rolled_back_leaves_no_gap(app: Flask, write: Write) -> None:
    with app.app_context():
        before = current_cursor()
    with pytest.raises(IntegrityError):
        write(nowhere=True)
    write()
    with app.app_context():
        assert current_cursor().position == before.position + 1
        assert db.session.scalars(select(LiveEvent.position)).all()[-1] == before.position + 1


def test_the_bell_rings_once_for_one_commit_and_not_before_it(
    app: Flask, cast: Cast, valkey: Valkey, write: Write
) -> None:
    with valkey.client().pubsub() as heard:  # type: ignore[no-untyped-call]
        heard.subscribe(CHANNEL)
        assert heard.get_message(timeout=15)["type"] == "subscribe"
        with app.app_context(), unit_of_work():
            record("test", new_id(), district_id=cast.district_id)
            record("test", new_id(), district_id=cast.district_id)
            assert heard.get_message(timeout=0.2) is None
        assert heard.get_message(timeout=15)["type"] == "message"
        assert heard.get_message(timeout=0.2) is None
