"""What has lost its meaning while it waited is let go at once, not when its next try would have come."""

from datetime import timedelta

from sqlalchemy import update

from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.mailer import jobs
from app.mailer.claim import claim_next
from app.mailer.expire import expire
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from tests.mailer.conftest import Post, letter
from tests.support.smtp import Sink

LATER = timedelta(hours=2)


def test_bar_26_what_expires_while_it_waits_for_its_next_try_is_let_go_at_once_and_once(
    postbox: Post, sink: Sink
) -> None:
    over, lasting, endless = (
        postbox.letter(expires_at=at) for at in (now() - timedelta(seconds=1), now() + LATER, None)
    )
    with unit_of_work() as session:
        session.execute(update(Letter).values(next_attempt_at=now() + timedelta(hours=1)))
    expire()
    expire()
    assert letter(over).status is LetterStatus.EXPIRED
    assert {letter(each).status for each in (lasting, endless)} == {LetterStatus.PENDING}
    assert [(told.letter_id, told.status) for told in postbox.concluded] == [(over, LetterStatus.EXPIRED)]
    with unit_of_work() as session:
        session.execute(update(Letter).values(next_attempt_at=now()))
    jobs.drain_mail()
    assert len(sink.received) == 2


def test_what_a_worker_has_in_hand_is_its_own_to_conclude(postbox: Post) -> None:
    id_ = postbox.letter(expires_at=now() + LATER)
    assert claim_next(Lane.MAIL) is not None
    with unit_of_work() as session:
        session.execute(update(Letter).values(expires_at=now()))
    expire()
    assert letter(id_).status is LetterStatus.SENDING
    assert postbox.concluded == []
