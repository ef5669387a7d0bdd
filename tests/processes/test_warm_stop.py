"""Workers that are asked to end in the middle of sending finish what they have in hand, and no more."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.mailer import jobs
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.settings import Settings
from tests.notifications.people import draft, ring
from tests.support.cast import Cast
from tests.support.site import ROOT, environment_of
from tests.support.smtp import Sink

pytestmark = pytest.mark.faults
ANNOUNCEMENTS = 8


@contextmanager
def working(settings: Settings, count: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Workers of the mail lane, as processes; whatever they do, they end with the block."""
    command = [sys.executable, "-m", "app.processes.worker", "mail"]
    workers = [subprocess.Popen(command, cwd=ROOT, env=environment_of(settings)) for _ in range(count)]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.kill()
            worker.wait()


def by_status() -> dict[LetterStatus, int]:
    db.session.rollback()
    return dict(db.session.execute(select(Letter.status, func.count()).group_by(Letter.status)).all())


def test_bar_18_workers_that_are_asked_to_end_while_they_send_lose_nothing_and_send_nothing_twice(
    app: Flask, settings: Settings, cast: Cast, sink: Sink
) -> None:
    with app.app_context():
        for number in range(ANNOUNCEMENTS):
            ring(cast, draft("role:parent", title=f"Number {number}"))
        total = sum(by_status().values())
        sink.seconds = 0.1
        with working(settings, 2) as workers:
            sink.wait_for(4)
            for worker in workers:
                worker.send_signal(signal.SIGTERM)
            assert [worker.wait(30) for worker in workers] == [0, 0]
        sink.seconds = 0.0
        left = by_status()
        assert left[LetterStatus.SENT] == len(sink.received) < total
        assert left == {LetterStatus.SENT: len(sink.received), LetterStatus.PENDING: total - len(sink.received)}
        while jobs.drain_mail():
            pass
        assert by_status() == {LetterStatus.SENT: total}
    assert set(sink.copies().values()) == {1}
    assert len(sink.received) == total == 4 * ANNOUNCEMENTS
