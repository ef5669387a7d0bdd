"""Workers that are really killed: each behind the piece that it wrote."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications.models import FanOut
from app.realtime.models import LiveEvent
from app.reports.counts import readings
from app.reports.reconcile import unreconciled
from app.settings import Settings
from tests.notifications.people import draft, publish, recipients
from tests.support.cast import Cast

pytestmark = pytest.mark.faults
PIECES = 3


def die_behind_a_piece(settings: Settings) -> int:
    """Run a worker; gives its exit code."""
    env = os.environ | {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "FAIL_AFTER_COMMIT": "1",
    }
    return subprocess.run([sys.executable, "-m", "tests.notifications.dying_worker"], env=env, check=False).returncode


def test_every_worker_killed_behind_its_piece_and_still_everybody_once(
    session: Session, cast: Cast, settings: Settings
) -> None:
    sent = publish(cast, draft(f"school:{cast.northfield.id}"))
    written = []
    for _ in range(PIECES):
        session.rollback()
        assert die_behind_a_piece(settings) == -signal.SIGKILL
        written.append(len(recipients(sent)))
        with unit_of_work():
            session.execute(update(FanOut).values(lease_until=now() - timedelta(seconds=1)))
    assert written == [4, 8, 11]
    assert session.scalars(select(LiveEvent)).all() == []

    session.rollback()
    assert die_behind_a_piece(settings) == -signal.SIGKILL, "the last, behind what makes it visible"
    assert [event.subject_id for event in session.scalars(select(LiveEvent))] == [sent]
    assert session.get_one(FanOut, sent).finished_at is not None
    assert session.execute(unreconciled()).all() == []
    assert readings([sent])[sent].total == 11
