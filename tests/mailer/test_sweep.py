"""Workers die, freeze and come back; bells are lost. No letter is, and none goes out twice for it."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from app.extensions import db
from app.kernel.clock import now
from app.kernel.jobs import Lane, bells
from app.kernel.unit_of_work import unit_of_work
from app.mailer import deliver, jobs, rules
from app.mailer.claim import claim_next
from app.mailer.conclude import LOST, conclude
from app.mailer.kinds import Answer, Claim, LetterStatus, Outcome
from app.mailer.line import Line
from app.mailer.models import Letter
from app.mailer.sweep import sweep
from tests.mailer.conftest import Post, attempts, letter
from tests.support.smtp import Sink

SENT = Answer(Outcome.SENT, 250, "2.0.0 taken")


def claimed(postbox: Post) -> Claim:
    postbox.letter()
    claim = claim_next(Lane.MAIL)
    assert claim is not None
    return claim


def let_lapse(letter_id: UUID, **changes: object) -> None:
    """As if the worker had said nothing for the whole lease."""
    with unit_of_work() as session:
        lapsed = {"lease_until": now() - timedelta(seconds=1), **changes}
        session.execute(update(Letter).where(Letter.id == letter_id).values(lapsed))


def test_bar_1_a_letter_whose_worker_went_away_is_freed_and_sent(postbox: Post, sink: Sink) -> None:
    claim = claimed(postbox)
    let_lapse(claim.letter_id)
    sweep()
    freed = letter(claim.letter_id)
    assert (freed.status, freed.lease, freed.attempts) == (LetterStatus.PENDING, None, 1)
    assert freed.next_attempt_at <= now()
    jobs.drain_mail()
    assert letter(claim.letter_id).status is LetterStatus.SENT
    assert [tried.outcome for tried in attempts(claim.letter_id)] == [Outcome.LOST, Outcome.SENT]
    assert [told.status for told in postbox.concluded] == ["pending", "sent"]
    assert len(sink.received) == 1


def test_a_worker_that_is_still_at_it_keeps_its_letter(postbox: Post) -> None:
    claim = claimed(postbox)
    sweep()
    assert letter(claim.letter_id).lease == claim.lease
    assert postbox.concluded == []


def test_bar_15_a_second_sweep_finds_nothing_to_do(postbox: Post) -> None:
    claim = claimed(postbox)
    let_lapse(claim.letter_id)
    sweep()
    sweep()
    assert len(postbox.concluded) == 1
    assert [tried.outcome for tried in attempts(claim.letter_id)] == [Outcome.LOST]


def test_a_letter_that_lost_its_eighth_worker_is_given_up(postbox: Post) -> None:
    claim = claimed(postbox)
    let_lapse(claim.letter_id)
    for _ in range(7):
        sweep()
        again = claim_next(Lane.MAIL)
        assert again is not None
        let_lapse(claim.letter_id)
    sweep()
    assert (letter(claim.letter_id).status, letter(claim.letter_id).attempts) == (LetterStatus.FAILED, 8)
    assert letter(claim.letter_id).error_message == LOST.text


def test_bar_20_whoever_comes_back_after_the_lease_changes_nothing(postbox: Post) -> None:
    frozen = claimed(postbox)
    let_lapse(frozen.letter_id)
    sweep()
    thawed_before_the_next = conclude(frozen, SENT)
    second = claim_next(Lane.MAIL)
    assert second is not None
    told = list(postbox.events)
    assert [thawed_before_the_next, conclude(frozen, SENT)] == [False, False]
    assert postbox.events == told
    assert (letter(frozen.letter_id).status, letter(frozen.letter_id).lease) == (LetterStatus.SENDING, second.lease)
    assert [tried.outcome for tried in attempts(frozen.letter_id)] == [Outcome.LOST, None]
    assert conclude(second, SENT) is True
    assert conclude(second, SENT) is False


@pytest.mark.parametrize("left", [timedelta(), timedelta(seconds=1), rules.CONVERSATION])
def test_bar_20_a_frozen_worker_does_not_begin_what_might_outlast_its_lease(
    postbox: Post, sink: Sink, monkeypatch: pytest.MonkeyPatch, left: timedelta
) -> None:
    claim = claimed(postbox)
    monkeypatch.setattr(deliver, "now", lambda: claim.lease_until - left)
    with Line.from_settings() as line:
        assert deliver.attempt(claim, line) == LOST
    assert sink.received == []


def test_bar_6_a_lane_whose_bell_was_lost_is_rung_for(app: Flask, postbox: Post) -> None:
    postbox.letter(lane=Lane.URGENT_MAIL)
    urgent, calm = bells().queue(Lane.URGENT_MAIL), bells().queue(Lane.MAIL)
    assert urgent.count == 1
    urgent.empty()  # type: ignore[no-untyped-call]
    sweep()
    assert (urgent.count, calm.count) == (1, 0)


def test_a_sweep_holds_no_connection_afterwards(app: Flask, postbox: Post) -> None:
    claimed(postbox)
    sweep()
    assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
