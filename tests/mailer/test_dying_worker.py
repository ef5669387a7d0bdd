"""A worker is killed, as a real process, at the two moments that matter."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import update

from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs
from app.mailer.kinds import LetterStatus, Outcome
from app.mailer.models import Letter
from app.mailer.sweep import sweep
from app.settings import Settings
from tests.mailer.conftest import Post, attempts, letter
from tests.support.smtp import Sink

pytestmark = pytest.mark.faults


@pytest.mark.parametrize(("moment", "copies"), [("before_sending", 1), ("after_the_promise", 2)])
def test_bar_1_a_killed_worker_loses_no_letter_and_costs_at_most_one_copy_of_the_same_message_id(
    postbox: Post, sink: Sink, settings: Settings, moment: str, copies: int
) -> None:
    letter_id = postbox.letter("priya@families.example")
    untouched = postbox.letter("olu@families.example")
    assert _killed_at(moment, settings)
    assert letter(letter_id).status is LetterStatus.SENDING
    with unit_of_work() as session:
        session.execute(update(Letter).where(Letter.lease.is_not(None)).values(lease_until=now()))
    sweep()
    jobs.drain_mail()
    assert letter(letter_id).status is LetterStatus.SENT
    assert letter(untouched).status is LetterStatus.SENT
    assert [tried.outcome for tried in attempts(letter_id)] == [Outcome.LOST, Outcome.SENT]
    received = sink.to("priya@families.example")
    assert len(received) == copies
    assert {mail.message_id for mail in received} == {letter(letter_id).message_id}
    assert len(sink.to("olu@families.example")) == 1


def _killed_at(moment: str, settings: Settings) -> bool:
    named = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "MAIL_SERVER": settings.mail_server,
    }
    command = [sys.executable, "-m", "tests.mailer.dying_worker", moment]
    ended = subprocess.run(command, env={**os.environ, **named}, timeout=60, check=False)
    return ended.returncode == -signal.SIGKILL
