"""A letter on its way to one relay, which answers as relays do."""

import time
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from app.extensions import db
from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.mailer import jobs
from app.mailer.kinds import Claim, Content, LetterStatus, Outcome
from tests.mailer.conftest import VARIABLES, Post, attempts, letter, make_due
from tests.support.smtp import Sink


def test_a_letter_reaches_its_reader_and_the_rooms_above_hear_of_both_steps(postbox: Post, sink: Sink) -> None:
    letter_id = postbox.letter("priya@families.example")
    assert jobs.drain_mail() is False
    (mail,) = sink.received
    assert mail.recipients == ("priya@families.example",)
    sent = letter(letter_id)
    assert (sent.status, sent.attempts, sent.lease, sent.message_id) == (LetterStatus.SENT, 1, None, mail.message_id)
    assert sent.sent_at is not None
    (tried,) = attempts(letter_id)
    assert (tried.number, tried.outcome, tried.code, tried.text) == (1, Outcome.SENT, 250, "2.0.0 taken")
    assert [type(event).__name__ for event in postbox.events] == ["LetterClaimed", "LetterConcluded"]
    (told,) = postbox.concluded
    assert (told.letter_id, told.status, told.attempts, told.next_attempt_at) == (letter_id, LetterStatus.SENT, 1, None)


def test_letters_go_in_the_order_they_fell_due(postbox: Post, sink: Sink) -> None:
    for number in range(5):
        postbox.letter(f"parent{number}@families.example")
    jobs.drain_mail()
    assert [mail.recipients for mail in sink.received] == [(f"parent{number}@families.example",) for number in range(5)]


def test_bar_10_an_address_that_the_relay_refuses_fails_at_once_and_alone(postbox: Post, sink: Sink) -> None:
    sink.refuse("gone@families.example", "550 5.1.1 no such user here")
    gone, olu = postbox.letter("gone@families.example"), postbox.letter("olu@families.example")
    jobs.drain_mail()
    assert (letter(gone).status, letter(gone).attempts) == (LetterStatus.FAILED, 1)
    assert letter(gone).error_message == "5.1.1 no such user here"
    assert letter(gone).failed_at is not None
    assert letter(olu).status is LetterStatus.SENT
    assert [mail.recipients for mail in sink.received] == [("olu@families.example",)]
    assert [(told.status, told.code) for told in postbox.concluded] == [("failed", 550), ("sent", 250)]


@pytest.mark.parametrize("reply", ["421 4.3.2 shutting down", "451 4.7.1 greylisted, come back later"])
def test_bar_9_a_relay_that_asks_for_patience_gets_it_and_others_are_not_held_up(
    postbox: Post, sink: Sink, reply: str
) -> None:
    sink.refuse("priya@families.example", reply)
    priya, olu = postbox.letter("priya@families.example"), postbox.letter("olu@families.example")
    jobs.drain_mail()
    waiting = letter(priya)
    assert (waiting.status, waiting.attempts, waiting.lease) == (LetterStatus.PENDING, 1, None)
    assert timedelta(seconds=50) < waiting.next_attempt_at - now() < timedelta(seconds=70)
    assert (postbox.concluded[0].next_attempt_at, postbox.concluded[0].text) == (waiting.next_attempt_at, reply[4:])
    assert letter(olu).status is LetterStatus.SENT
    (tried,) = attempts(priya)
    assert (tried.outcome, tried.code) == (Outcome.RETRY, int(reply[:3]))


def test_bar_9_after_eight_tries_it_is_given_up_with_the_last_reason(postbox: Post, sink: Sink) -> None:
    sink.refuse("*", "451 4.7.1 not today")
    letter_id = postbox.letter()
    for _ in range(9):
        jobs.drain_mail()
        make_due(letter_id)
    assert (letter(letter_id).status, letter(letter_id).attempts) == (LetterStatus.FAILED, 8)
    assert letter(letter_id).error_message == "4.7.1 not today"
    assert [tried.number for tried in attempts(letter_id)] == list(range(1, 9))
    assert [told.status for told in postbox.concluded] == ["pending"] * 7 + ["failed"]


def test_bar_8_a_line_cut_after_data_costs_at_most_one_copy_which_bears_the_same_message_id(
    postbox: Post, sink: Sink
) -> None:
    sink.drop(1)
    cut, next_one = postbox.letter("priya@families.example"), postbox.letter("olu@families.example")
    jobs.drain_mail()
    assert letter(cut).status is LetterStatus.PENDING
    assert letter(next_one).status is LetterStatus.SENT
    make_due(cut)
    jobs.drain_mail()
    assert letter(cut).status is LetterStatus.SENT
    first, second = sink.to("priya@families.example")
    assert first.message_id == second.message_id
    assert len(sink.to("olu@families.example")) == 1


def test_no_transaction_and_no_connection_is_held_while_the_relay_is_spoken_to(
    app: Flask, postbox: Post, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []
    take = sink.handle_DATA

    async def look_and_take(*arguments: object) -> str:
        held.append(pool.checkedout())  # type: ignore[attr-defined]
        return await take(*arguments)  # type: ignore[arg-type]

    def read_and_write(claim: Claim) -> Content:
        assert letter(claim.letter_id).status is LetterStatus.SENDING
        return Content("notification", VARIABLES)

    pool = db.engine.pool
    postbox.write = read_and_write
    monkeypatch.setattr(sink, "handle_DATA", look_and_take)
    postbox.letter()
    jobs.drain_mail()
    assert held == [0]


def test_a_letter_whose_writer_wants_it_no_more_expires(postbox: Post, sink: Sink) -> None:
    postbox.write = lambda _claim: None
    letter_id = postbox.letter()
    jobs.drain_mail()
    assert letter(letter_id).status is LetterStatus.EXPIRED
    assert [tried.outcome for tried in attempts(letter_id)] == [Outcome.EXPIRED]
    assert [told.status for told in postbox.concluded] == ["expired"]
    assert sink.received == []


def test_bar_26_no_mail_leaves_after_its_time_and_one_that_waits_is_let_go_then(postbox: Post, sink: Sink) -> None:
    late = postbox.letter("priya@families.example", expires_at=now() - timedelta(seconds=1))
    waiting = postbox.letter("olu@families.example", expires_at=now() + timedelta(seconds=20))
    sink.refuse("*", "451 4.7.1 later")
    jobs.drain_mail()
    assert letter(late).status is LetterStatus.EXPIRED
    assert letter(waiting).next_attempt_at == letter(waiting).expires_at
    assert sink.received == []


@pytest.mark.parametrize("lane", [Lane.MAIL, Lane.URGENT_MAIL])
def test_bar_16_a_letter_that_cannot_be_written_is_tried_again_and_others_go(
    postbox: Post, sink: Sink, lane: Lane
) -> None:
    poison = postbox.letter("priya@families.example", lane=lane, category=None, children=7)
    sound = postbox.letter("olu@families.example", lane=lane)
    assert jobs.drain(lane) is False
    assert letter(poison).status is LetterStatus.PENDING
    assert letter(poison).error_message == "the mail could not be written (TypeError)"
    assert letter(sound).status is LetterStatus.SENT
    for _ in range(5):
        make_due(poison)
        jobs.drain(lane)
    assert (letter(poison).status, letter(poison).attempts) == (LetterStatus.FAILED, 3)
    assert letter(poison).set_aside_at is not None
    assert (postbox.concluded[-1].status, postbox.concluded[-1].text) == ("failed", letter(poison).error_message)
    assert sink.to("priya@families.example") == []


def test_a_letter_is_not_set_aside_for_a_database_that_was_away_while_it_was_written(postbox: Post, sink: Sink) -> None:
    letter_id = postbox.letter()

    def away(_claim: Claim) -> Content:
        raise OperationalError("SELECT 1", {}, Exception("the server is starting up"))

    postbox.write = away
    for _ in range(3):
        make_due(letter_id)
        jobs.drain_mail()
    assert (letter(letter_id).status, letter(letter_id).attempts) == (LetterStatus.PENDING, 3)


def test_urgent_mail_does_not_wait_behind_other_mail_and_comes_back_sooner(postbox: Post, sink: Sink) -> None:
    sink.refuse("*", "451 4.7.1 later")
    calm, urgent = postbox.letter(), postbox.letter(lane=Lane.URGENT_MAIL)
    jobs.drain_urgent_mail()
    assert letter(calm).attempts == 0
    assert timedelta(seconds=12) < letter(urgent).next_attempt_at - now() < timedelta(seconds=17)


def test_a_turn_ends_while_more_is_due_and_says_so(postbox: Post, sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    sink.seconds = 0.02
    monkeypatch.setattr(jobs, "TURN_SECONDS", 0.2)
    for _ in range(30):
        postbox.letter()
    began_at = time.monotonic()
    assert jobs.drain_mail() is True
    assert time.monotonic() - began_at < 9
    assert 0 < len(sink.received) < 30
