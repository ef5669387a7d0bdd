"""Relays at their worst. What they do must end in time, be an answer, and be recorded."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.mailer import jobs, lines, rules, smtp
from app.mailer.kinds import LetterStatus, Outcome
from tests.mailer.conftest import Post, attempts, letter, make_due
from tests.mailer.rude_relay import RudeRelay, Talk, closed_port

Mailing = Callable[[str], None]


@pytest.fixture
def mail_through(postbox: Post, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Mailing:
    """Drain the mail lane by the relays named, with waits that fit a test."""

    def drain(mail_server: str) -> None:
        settings = replace(app.extensions["belfry.settings"], mail_server=mail_server)
        monkeypatch.setitem(app.extensions, "belfry.settings", settings)
        jobs.drain_mail()

    monkeypatch.setattr(smtp, "WAIT_SECONDS", 0.3)
    return drain


def test_bar_11_waits_are_short_and_no_lease_ends_under_a_worker_that_is_at_it() -> None:
    assert smtp.WAIT_SECONDS <= 10
    assert timedelta(seconds=smtp.WAIT_SECONDS) < rules.CONVERSATION < rules.LEASE <= timedelta(seconds=90)


def hang(talk: Talk) -> None:
    talk.wait_for_the_end()


def hang_after_data(talk: Talk) -> None:
    talk.greet()
    talk.take()
    talk.wait_for_the_end()


def drop_after_data(talk: Talk) -> None:
    talk.greet()
    talk.take()


def say_goodbye_at_once(talk: Talk) -> None:
    talk.say("421 4.3.2 too busy")


@pytest.mark.parametrize(
    ("script", "words"),
    [(hang_after_data, "did not answer in time"), (drop_after_data, "relay ended the conversation")],
)
def test_bar_11_a_relay_that_falls_silent_or_goes_away_leaves_the_letter_to_be_tried_again(
    postbox: Post, mail_through: Mailing, script: Callable[[Talk], None], words: str
) -> None:
    letter_id = postbox.letter()
    began_at = time.monotonic()
    with RudeRelay(script) as relay:
        mail_through(relay.url)
    assert time.monotonic() - began_at < 9
    assert (letter(letter_id).status, letter(letter_id).attempts) == (LetterStatus.PENDING, 1)
    (tried,) = attempts(letter_id)
    assert (tried.outcome, tried.code) == (Outcome.RETRY, None)
    assert words in (tried.text or "")


def want_a_password(talk: Talk) -> None:
    talk.greet()
    talk.hear()
    talk.say("530 5.7.0 authentication required")
    talk.wait_for_the_end()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (hang, "did not answer in time"),
        (say_goodbye_at_once, "4.3.2 too busy"),
        (want_a_password, "5.7.0 authentication required"),
    ],
)
def test_bar_11_a_relay_that_was_never_asked_about_a_letter_costs_it_no_try(
    postbox: Post, mail_through: Mailing, script: Callable[[Talk], None], words: str
) -> None:
    letter_id = postbox.letter()
    with RudeRelay(script) as relay:
        mail_through(relay.url)
    waiting = letter(letter_id)
    assert (waiting.status, waiting.attempts, waiting.lease) == (LetterStatus.PENDING, 0, None)
    assert words in (waiting.error_message or "")
    assert attempts(letter_id) == []
    (told,) = postbox.concluded
    assert (told.status, told.attempts, told.next_attempt_at) == ("pending", 0, waiting.next_attempt_at)


def test_a_refused_connection_costs_no_try_and_leaves_its_reason(postbox: Post, mail_through: Mailing) -> None:
    letter_id = postbox.letter()
    mail_through(f"smtp://127.0.0.1:{closed_port()}")
    assert (letter(letter_id).status, letter(letter_id).attempts) == (LetterStatus.PENDING, 0)
    assert "ConnectionRefusedError" in (letter(letter_id).error_message or "")


def test_bar_8_the_copy_sent_after_a_cut_line_bears_the_same_message_id(postbox: Post, mail_through: Mailing) -> None:
    letter_id = postbox.letter()
    with RudeRelay(drop_after_data, Talk.be_good) as relay:
        mail_through(relay.url)
        make_due(letter_id)
        mail_through(relay.url)
    assert letter(letter_id).status is LetterStatus.SENT
    first, second = relay.mails
    assert _message_id(first) == _message_id(second) == (letter(letter_id).message_id or "").encode()


def test_a_relay_that_trickles_is_cut_off(
    postbox: Post, mail_through: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trickle_after_data(talk: Talk) -> None:
        talk.greet()
        talk.take()
        talk.trickle()

    monkeypatch.setattr(rules, "CONVERSATION", timedelta(seconds=0.7))
    letter_id = postbox.letter()
    began_at = time.monotonic()
    with RudeRelay(trickle_after_data) as relay:
        mail_through(relay.url)
    assert time.monotonic() - began_at < 9
    assert (letter(letter_id).status, letter(letter_id).attempts) == (LetterStatus.PENDING, 1)


def test_no_mail_is_begun_on_a_line_that_opened_too_late(
    postbox: Post, mail_through: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_late(talk: Talk) -> None:
        time.sleep(0.2)
        talk.be_good()

    monkeypatch.setattr(rules, "CONVERSATION", timedelta(seconds=0.1))
    letter_id = postbox.letter()
    with RudeRelay(open_late) as relay:
        mail_through(relay.url)
    assert relay.mails == []
    assert letter(letter_id).status is LetterStatus.PENDING


def test_bar_11_mail_goes_by_the_second_relay_when_the_first_is_a_black_hole(
    postbox: Post, mail_through: Mailing
) -> None:
    letters = [postbox.letter(), postbox.letter()]
    with RudeRelay(hang) as first, RudeRelay(Talk.be_good) as second:
        mail_through(f"{first.url},{second.url}")
    assert [letter(letter_id).status for letter_id in letters] == [LetterStatus.SENT] * 2
    assert [letter(letter_id).attempts for letter_id in letters] == [1, 1]
    assert (len(second.talks), len(second.mails)) == (1, 2)


def take_one_and_say(words: str) -> Callable[[Talk], None]:
    def script(talk: Talk) -> None:
        talk.greet()
        talk.take()
        talk.say("250 2.0.0 taken")
        talk.hear()
        if words:
            talk.say(words)

    return script


@pytest.mark.parametrize("words", ["", "421 4.7.0 enough mail for one line"])
def test_a_relay_that_ends_a_used_line_costs_the_next_letter_no_try(
    postbox: Post, mail_through: Mailing, words: str
) -> None:
    letters = [postbox.letter(), postbox.letter()]
    with RudeRelay(take_one_and_say(words), Talk.be_good) as relay:
        mail_through(relay.url)
    assert [letter(letter_id).status for letter_id in letters] == [LetterStatus.SENT] * 2
    assert [letter(letter_id).attempts for letter_id in letters] == [1, 1]
    assert len(relay.mails) == 2


def test_the_line_is_ended_politely_when_its_process_ends(app: Flask, postbox: Post, mail_through: Mailing) -> None:
    postbox.letter()
    with RudeRelay(Talk.be_good) as relay:
        mail_through(relay.url)
        assert relay.talks[0].heard[-1] == "DATA"
        lines.hang_up(app)
        assert relay.talks[0].heard[-1] == "QUIT"


def _message_id(mail: bytes) -> bytes:
    (line,) = [line for line in mail.splitlines() if line.startswith(b"Message-ID: ")]
    return line.partition(b": ")[2]
