"""The outbox as a machine that anything may happen to, in any order: what Hypothesis drives.

The database, the relay and the code are real; workers are steps of this machine, so that one may die or be frozen
between any two of them, and the clock is moved rather than waited for.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import time_machine
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError

from app.catalogue.kinds import Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.kernel.unit_of_work import unit_of_work
from app.mailer import claim, deliver, put_back
from app.mailer import sweep as mailer_sweep
from app.mailer.conclude import conclude
from app.mailer.errors import PostponedError
from app.mailer.kinds import Answer, Claim, LetterStatus
from app.mailer.line import Line
from app.mailer.messages import message_id
from app.mailer.models import Letter
from app.mailer.rules import MOST_ATTEMPTS
from app.notifications.kinds import Fate
from app.notifications.models import NotificationLog
from app.reports.reconcile import discrepancies
from tests.faults.crowd import Crowd, settle
from tests.notifications.people import fan_out
from tests.support.smtp import Sink

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
WORKERS = (0, 1, 2)
ENDS = {Fate.SENT, Fate.FAILED, Fate.EXPIRED, Fate.SUPPRESSED}
WORKER = st.sampled_from(WORKERS)
TAKEN, LATER, NEVER, CUT = "taken", "451 4.3.0 later", "550 5.1.1 unknown", "cut"
RELAY = st.sampled_from([TAKEN, TAKEN, TAKEN, LATER, NEVER, CUT])


@dataclass
class Hand:
    """What a worker has in hand: a claim and, once it was tried, what came of it."""

    claim: Claim
    answer: Answer | None = None


class Outbox(RuleBasedStateMachine):
    """Each example begins with nothing but a crowd."""

    sink: ClassVar[Sink]
    people: ClassVar[int] = 2

    def __init__(self) -> None:
        super().__init__()
        self.begin_anew()
        self.sink.clear()
        self.travelling = time_machine.travel(BEGAN, tick=False)
        self.traveller = self.travelling.start()
        self.hands: dict[int, Hand] = {}
        self.copies: Counter[UUID] = Counter()
        self.unheard: Counter[UUID] = Counter()
        self.late: list[UUID] = []
        self.crowd: Crowd = settle(self.people)

    def begin_anew(self) -> None:
        """Empty the database, and forget what this process knows of it."""
        raise NotImplementedError

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            self.travelling.stop()
            db.session.remove()

    @initialize()
    def send(self) -> None:
        self.crowd.publish("To all")
        fan_out()

    @rule(minutes=st.integers(5, 180))
    def send_what_expires(self, minutes: int) -> None:
        self.crowd.publish("While it lasts")
        fan_out()
        self._expire_newest(now() + timedelta(minutes=minutes))

    @rule(worker=WORKER, relay=RELAY)
    def go_on(self, worker: int, relay: str) -> None:
        """A worker takes its next step: claims, or tries what it has claimed, or writes down what came of it."""
        hand = self.hands.get(worker)
        if hand is None:
            self._take(worker)
        elif hand.answer is None:
            self._try(worker, hand, relay)
        else:
            self._note(self.hands.pop(worker), hand.answer)

    @rule(worker=WORKER)
    def go_on_with_a_full_disk(self, worker: int) -> None:
        hand = self.hands.get(worker)
        with full_disk():
            if hand is None:
                claim.claim_next(Lane.MAIL)
            elif hand.answer is not None:
                conclude(hand.claim, hand.answer)
        if hand and hand.answer:
            self.drop(worker)

    @rule(other=WORKER)
    def overtake(self, other: int) -> None:
        """All others are frozen until their leases are over, and somebody else goes on with what they had."""
        self.traveller.shift(timedelta(seconds=61))
        mailer_sweep.sweep()
        frozen = {hand.claim.letter_id for worker, hand in self.hands.items() if worker != other}
        for _ in frozen:
            self.drop(other)
            self._take(other)
            if other not in self.hands or self.hands[other].claim.letter_id in frozen:
                return

    @rule(worker=WORKER, steps=st.integers(1, 2), relay=RELAY)
    def wake_too_late(self, worker: int, steps: int, relay: str) -> None:
        """One is frozen with a letter in hand, or with the relay's word for it, and goes on when another has it."""
        self.drop(worker)
        for _ in range(steps):
            self.go_on(worker, relay)
        self.overtake((worker + 1) % len(WORKERS))
        self.go_on(worker, relay)

    @rule(worker=WORKER)
    def drop(self, worker: int) -> None:
        """Kill it, wherever it is."""
        hand = self.hands.pop(worker, None)
        if hand and hand.answer:
            self._was_in_vain(hand)

    @rule(clocks=st.integers(1, 2))
    def sweep(self, clocks: int) -> None:
        for _ in range(clocks):
            mailer_sweep.sweep()

    @rule(seconds=st.one_of(st.integers(1, 90), st.sampled_from([-3600, -60, 600, 3600, 4 * 3600])))
    def jump(self, seconds: int) -> None:
        """Time passes, or somebody sets the clock."""
        self.traveller.shift(timedelta(seconds=seconds))

    @invariant()
    def nothing_is_tried_too_often_or_said_twice(self) -> None:
        db.session.rollback()
        for letter in db.session.scalars(select(Letter).execution_options(populate_existing=True)):
            assert letter.attempts <= MOST_ATTEMPTS
            assert (letter.sent_at is not None) == (letter.status is LetterStatus.SENT)
            assert self.copies[letter.id] >= (letter.status is LetterStatus.SENT), "said to be sent, and nobody has it"
        assert not self.late, "sent after its time"

    @precondition(lambda self: self.hands)
    @invariant()
    def nobody_holds_what_another_holds(self) -> None:
        leases = Counter(hand.claim.lease for hand in self.hands.values())
        assert max(leases.values()) == 1

    def finish(self) -> None:
        """All is well again, and time passes: everything comes to its end, and what was said of it is what was seen."""
        for worker in WORKERS:
            self.drop(worker)
        self.sink.answers.clear()
        for _ in range(2 * MOST_ATTEMPTS):
            self.traveller.shift(timedelta(hours=4))
            mailer_sweep.sweep()
            while found := claim.claim_next(Lane.MAIL):
                self.hands[0] = Hand(found)
                self._hand_over(0, self.hands[0])
                if (hand := self.hands.pop(0, None)) and hand.answer:
                    self._note(hand, hand.answer)
        self.nothing_is_tried_too_often_or_said_twice()
        db.session.rollback()
        rows = db.session.scalars(select(NotificationLog).where(NotificationLog.channel == Channel.EMAIL)).all()
        assert rows
        for row in rows:
            assert row.status in ENDS, f"{row.status} for ever"
            if row.letter_id:
                is_sent = row.status is Fate.SENT
                assert (row.sent_at is not None) == is_sent
                # One copy for the word of it, and one for each time that nobody lived to hear or write the relay's.
                assert is_sent <= self.copies[row.letter_id] <= is_sent + self.unheard[row.letter_id]
        assert len({message.message_id for message in self.sink.received}) == len(+self.copies)
        assert list(discrepancies()) == []

    def _take(self, worker: int) -> None:
        if found := claim.claim_next(Lane.MAIL):
            self.hands[worker] = Hand(found)

    def _try(self, worker: int, hand: Hand, relay: str) -> None:
        self.sink.answers.clear()
        if relay == CUT:
            self.sink.drop(1)
        elif relay != TAKEN:
            self.sink.refuse("*", relay)
        self._hand_over(worker, hand)
        self.sink.drop(0)

    def _note(self, hand: Hand, answer: Answer) -> None:
        holds = self._lease_of(hand.claim.letter_id) == hand.claim.lease
        assert conclude(hand.claim, answer) is holds, "whoever holds the lease has the word, and nobody else"
        if not holds:
            self._was_in_vain(hand)

    def _hand_over(self, worker: int, hand: Hand) -> None:
        before = len(self.sink.received)
        with Line.from_settings() as line:
            try:
                hand.answer = deliver.attempt(hand.claim, line)
            except PostponedError as error:
                put_back.put_back(hand.claim, error)
                del self.hands[worker]
        came = self.sink.received[before:]
        assert not came or now() < hand.claim.lease_until, "begun under a lease that was over"
        assert {mail.message_id for mail in came} <= {message_id(hand.claim.letter_id)}
        self.copies[hand.claim.letter_id] += len(came)
        if came and (hand.answer is None or hand.answer.outcome != "sent"):
            self.unheard[hand.claim.letter_id] += len(came)
        if came and hand.claim.expires_at and hand.claim.expires_at <= now():
            self.late.append(hand.claim.letter_id)

    def _lease_of(self, letter_id: UUID) -> UUID | None:
        db.session.rollback()
        return db.session.scalar(select(Letter.lease).where(Letter.id == letter_id))

    def _was_in_vain(self, hand: Hand) -> None:
        """The relay took it, and nobody could write that down."""
        if hand.answer and hand.answer.outcome == "sent":
            self.unheard[hand.claim.letter_id] += 1

    def _expire_newest(self, moment: datetime) -> None:
        with unit_of_work() as session:
            newest = select(Letter.id).order_by(Letter.id.desc()).limit(self.people)
            session.execute(update(Letter).where(Letter.id.in_(newest)).values(expires_at=moment))


@contextmanager
def full_disk() -> Iterator[None]:
    """The next commit finds no room. Whoever asked for it is told so, as a worker's round would be."""

    def refuse(_connection: Any) -> None:
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("database or disk is full"))

    engine = db.engine
    event.listen(engine, "commit", refuse)
    try:
        yield
    except OperationalError:
        db.session.rollback()
    finally:
        event.remove(engine, "commit", refuse)
