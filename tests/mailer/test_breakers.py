"""A relay that is away is left alone, asked again now and then, and found again: over turns of a worker."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app.kernel.jobs import Lane
from app.mailer import jobs, lines, smtp
from app.mailer.breakers import FAULTS_TO_BREAK, PAUSES, URGENT_PAUSES, Breaker
from app.mailer.kinds import LetterStatus
from app.mailer.line import IDLE_SECONDS, MOST_MAILS
from tests.mailer.conftest import Post, attempts, letter, make_due
from tests.mailer.rude_relay import RudeRelay, Talk


def hang(talk: Talk) -> None:
    talk.wait_for_the_end()


class Worker:
    """The mail lane's worker of one process, whose clock is moved by hand."""

    def __init__(self, app: Flask, patch: pytest.MonkeyPatch) -> None:
        self.app, self.patch, self.moment = app, patch, 1000.0

    def use(self, *urls: str) -> None:
        settings = replace(self.app.extensions["belfry.settings"], mail_server=",".join(urls))
        self.patch.setitem(self.app.extensions, "belfry.settings", settings)
        for lane in (Lane.MAIL, Lane.URGENT_MAIL):
            self.patch.setattr(lines.line_of(lane), "_clock", lambda: self.moment)

    def turn(self, after: float = 0.0) -> None:
        self.moment += after
        jobs.drain_mail()

    @property
    def line(self) -> list[bool]:
        return [state.is_broken for state in lines.line_of(Lane.MAIL).states()]


@pytest.fixture
def worker(app: Flask, postbox: Post, monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr(smtp, "WAIT_SECONDS", 0.3)
    return Worker(app, monkeypatch)


@pytest.fixture
def nowhere() -> Iterator[list[str]]:
    """Two relays that refuse every connection. Their ports are held, so that nobody else listens there meanwhile."""
    with socket.socket() as one, socket.socket() as other:
        for held in (one, other):
            held.bind(("127.0.0.1", 0))
        yield [f"smtp://127.0.0.1:{held.getsockname()[1]}" for held in (one, other)]


def test_it_is_left_alone_after_some_faults_in_a_row_for_longer_each_time_and_one_answer_heals_it() -> None:
    breaker, moment, waited = Breaker(), 0.0, []
    assert [breaker.fault(moment) for _ in range(FAULTS_TO_BREAK)] == [False, False, True]
    for _ in range(9):
        assert not breaker.is_ready(breaker.ready_at - 0.1)
        waited.append(breaker.ready_at - moment)
        moment = breaker.ready_at
        assert breaker.is_ready(moment)
        assert breaker.fault(moment), "one probe, and it is left alone again"
    assert waited == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    assert breaker.answered()
    assert (breaker.is_ready(moment), breaker.is_broken, breaker.answered()) == (True, False, False)


def test_faults_that_are_not_in_a_row_break_nothing() -> None:
    breaker = Breaker()
    for _ in range(20):
        assert not breaker.fault(0.0)
        breaker.answered()
        assert breaker.is_ready(0.0)


def test_the_mail_of_emergencies_looks_sooner() -> None:
    assert max(URGENT_PAUSES) <= 30 < max(PAUSES) <= 300


def test_bar_11_a_black_hole_is_asked_a_few_times_then_left_alone_over_turns_and_the_second_relay_carries_on(
    worker: Worker, postbox: Post
) -> None:
    with RudeRelay(hang) as first, RudeRelay(Talk.be_good) as second:
        worker.use(first.url, second.url)
        letters = []
        for _turn in range(6):
            letters.append(postbox.letter())
            lines.line_of(Lane.MAIL).hang_up()  # as after a quiet while
            worker.turn()
        assert len(first.talks) == FAULTS_TO_BREAK
        assert worker.line == [True, False]
        assert [letter(letter_id).status for letter_id in letters] == [LetterStatus.SENT] * 6
        assert [letter(letter_id).attempts for letter_id in letters] == [1] * 6
        assert len(second.mails) == 6


def test_bar_11_when_every_relay_is_away_nothing_is_claimed_and_an_outage_of_a_day_costs_no_letter_a_try(
    worker: Worker, postbox: Post, nowhere: list[str]
) -> None:
    letters = [postbox.letter(f"parent{number}@families.example") for number in range(12)]
    worker.use(*nowhere)
    for _hour in range(24):
        worker.turn(after=3600.0)
        for letter_id in letters[:2]:
            make_due(letter_id)
    assert worker.line == [True, True]
    assert [(letter(id_).status, letter(id_).attempts) for id_ in letters] == [(LetterStatus.PENDING, 0)] * 12
    seen = len(postbox.events)
    for _turn in range(20):
        worker.turn(after=1.0)
    assert len(postbox.events) == seen, "while all are left alone no letter is taken"

    with RudeRelay(Talk.be_good) as relay:
        worker.use(relay.url)
        for letter_id in letters:
            make_due(letter_id)
        worker.turn()
        assert len(relay.mails) == 12
    assert [(letter(id_).status, len(attempts(id_))) for id_ in letters] == [(LetterStatus.SENT, 1)] * 12


def test_a_relay_that_comes_back_is_found_by_its_probe_and_healed_by_its_answer(worker: Worker, postbox: Post) -> None:
    def gone(talk: Talk) -> None:
        talk.line.close()

    letters = [postbox.letter() for _ in range(4)]
    with RudeRelay(*[gone] * FAULTS_TO_BREAK, Talk.be_good) as relay:
        worker.use(relay.url)
        worker.turn()
        assert worker.line == [True]
        for letter_id in letters:
            make_due(letter_id)
        worker.turn(after=PAUSES[0] - 0.1)
        assert len(relay.talks) == FAULTS_TO_BREAK
        worker.turn(after=0.2)
        assert worker.line == [False]
        assert len(relay.mails) == 4


def test_what_a_relay_says_of_letters_never_breaks_it(worker: Worker, postbox: Post) -> None:
    def refuse_everybody(talk: Talk) -> None:
        talk.greet()
        while command := talk.hear():
            talk.say("550 5.1.1 no such user" if command.upper().startswith("RCPT") else "250 ok")

    letters = [postbox.letter() for _ in range(3 * FAULTS_TO_BREAK)]
    with RudeRelay(refuse_everybody) as relay:
        worker.use(relay.url)
        worker.turn()
        assert worker.line == [False]
        assert len(relay.talks) == 1
    assert {letter(letter_id).status for letter_id in letters} == {LetterStatus.FAILED}


def test_one_connection_serves_many_turns_and_is_ended_when_it_has_rested(worker: Worker, postbox: Post) -> None:
    with RudeRelay(Talk.be_good) as relay:
        worker.use(relay.url)
        for _turn in range(3):
            postbox.letter()
            worker.turn(after=IDLE_SECONDS / 2)
        assert (len(relay.talks), len(relay.mails)) == (1, 3)
        worker.turn(after=IDLE_SECONDS + 1)
        assert relay.talks[0].heard[-1] == "QUIT"
        postbox.letter()
        worker.turn()
        assert (len(relay.talks), len(relay.mails)) == (2, 4)


def test_a_connection_carries_only_so_many_mails(
    worker: Worker, postbox: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_MAILS <= 100
    monkeypatch.setattr("app.mailer.line.MOST_MAILS", 2)
    for _ in range(5):
        postbox.letter()
    with RudeRelay(Talk.be_good) as relay:
        worker.use(relay.url)
        worker.turn()
        assert [len(talk.mails) for talk in relay.talks] == [2, 2, 1]


def test_lanes_share_no_line(worker: Worker, nowhere: list[str]) -> None:
    worker.use(*nowhere)
    assert lines.line_of(Lane.MAIL) is lines.line_of(Lane.MAIL)
    assert lines.line_of(Lane.MAIL) is not lines.line_of(Lane.URGENT_MAIL)
    assert set(lines.relay_states()) == {Lane.MAIL, Lane.URGENT_MAIL}
