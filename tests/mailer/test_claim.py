"""One letter, one worker."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from flask import Flask
from sqlalchemy import update

from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.mailer import rules
from app.mailer.claim import claim_next
from app.mailer.events import LetterClaimed
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from tests.mailer.conftest import Post, attempts, letter


def test_a_claim_is_a_lease_and_a_try_that_is_recorded_before_it_is_made(postbox: Post) -> None:
    letter_id = postbox.letter(title="Snow")
    claim = claim_next(Lane.MAIL)
    assert claim is not None
    taken = letter(letter_id)
    assert (taken.status, taken.attempts, taken.lease) == (LetterStatus.SENDING, 1, claim.lease)
    assert (claim.letter_id, claim.attempt, claim.address) == (letter_id, 1, "priya@families.example")
    assert (claim.school_id, claim.arguments, claim.is_urgent) == (postbox.school_id, {"title": "Snow"}, False)
    assert timedelta(0) < claim.lease_until - now() <= rules.LEASE
    (tried,) = attempts(letter_id)
    assert (tried.id, tried.number, tried.finished_at, tried.outcome) == (claim.attempt_id, 1, None, None)
    assert postbox.events == [LetterClaimed(letter_id)]


def test_nothing_is_claimed_twice_nor_before_it_is_due_nor_from_another_lane(postbox: Post) -> None:
    postbox.letter()
    later, urgent = postbox.letter(), postbox.letter(lane=Lane.URGENT_MAIL)
    with unit_of_work() as session:
        session.execute(update(Letter).where(Letter.id == later).values(next_attempt_at=now() + timedelta(minutes=1)))
    assert claim_next(Lane.MAIL) is not None
    assert claim_next(Lane.MAIL) is None
    claim = claim_next(Lane.URGENT_MAIL)
    assert claim is not None
    assert (claim.letter_id, claim.is_urgent) == (urgent, True)


def test_bar_15_workers_that_reach_for_the_same_letters_take_each_once(app: Flask, postbox: Post) -> None:
    letters = [postbox.letter() for _ in range(24)]

    def take_all(_worker: int) -> list[UUID]:
        with app.app_context():
            taken = []
            while claim := claim_next(Lane.MAIL):
                taken.append(claim.letter_id)
            return taken

    with ThreadPoolExecutor(4) as workers:
        taken = Counter(letter_id for found in workers.map(take_all, range(4)) for letter_id in found)
    assert taken == Counter(letters)
    assert {len(attempts(letter_id)) for letter_id in letters} == {1}
