"""A provider gets no more mail at a time than it takes; other providers go on, and emergencies first of all."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest
from flask import Flask

from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.mailer import jobs
from app.mailer.allowance import KEY, Allowance
from app.mailer.kinds import Fault, LetterStatus
from app.mailer.rates import Bucket, Rate, parse_rates, rate_for
from tests.mailer.conftest import Post, attempts, letter
from tests.support.smtp import Sink
from tests.support.valkey import Valkey


@pytest.mark.parametrize(
    "text", ["gmail.com", "gmail.com=0/s", "=5/s", "gmail.com=5/d", "gmail.com=-5/s", "*=x/s", "a=1/s"]
)
def test_a_rate_that_cannot_be_read_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="MAIL_RATES"):
        parse_rates(text)


def test_rates_are_read_by_domain_and_the_star_is_for_each_other() -> None:
    rates = parse_rates(" gmail.com=20/s, *=600/m ,")
    assert rate_for(rates, "gmail.com") == Rate(20.0)
    assert rate_for(rates, "b.example") == Rate(10.0)
    assert rate_for(parse_rates(""), "gmail.com") is None


def test_a_bucket_gives_its_rate_over_time_and_keeps_half_for_emergencies() -> None:
    rate, bucket, moment, gone = Rate(10.0), Bucket(10.0, 0.0), 0.0, 0
    for _ in range(1000):
        if not bucket.take(rate, moment, is_urgent=False):
            gone += 1
        moment += 0.01
    assert 100 <= gone <= 106
    assert bucket.take(rate, moment, is_urgent=False) > 0
    assert [bucket.take(rate, moment, is_urgent=True) for _ in range(4)] == [0.0] * 4


def test_while_emergencies_go_at_the_full_rate_nothing_else_does() -> None:
    rate, bucket, moment, others, urgent = Rate(10.0), Bucket(10.0, 0.0), 0.0, 0, 0
    for _ in range(500):
        urgent += not bucket.take(rate, moment, is_urgent=True)
        others += not bucket.take(rate, moment, is_urgent=False)
        moment += 0.02
    assert urgent >= 100
    assert others <= 5


def test_the_smallest_rate_lets_something_through() -> None:
    bucket = Bucket(2.0, 0.0)
    assert bucket.take(Rate(1 / 3600), 0.0, is_urgent=False) == 0.0
    wait = bucket.take(Rate(1 / 3600), 0.0, is_urgent=False)
    assert bucket.take(Rate(1 / 3600), wait + 0.1, is_urgent=False) == 0.0


@pytest.fixture
def limited(app: Flask, postbox: Post, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings = replace(app.extensions["belfry.settings"], mail_rates="families.example=4/h")
    monkeypatch.setitem(app.extensions, "belfry.settings", settings)
    yield
    app.extensions.pop(KEY, None)


@pytest.mark.usefixtures("limited")
def test_a_letter_over_the_rate_waits_at_no_cost_and_other_providers_and_emergencies_go_on(
    postbox: Post, sink: Sink
) -> None:
    busy = [postbox.letter(f"parent{number}@families.example") for number in range(5)]
    other = postbox.letter("olu@elsewhere.example")
    jobs.drain_mail()
    sent = [id_ for id_ in busy if letter(id_).status is LetterStatus.SENT]
    waiting = [id_ for id_ in busy if id_ not in sent]
    assert len(sent) in {1, 2, 3}
    assert letter(other).status is LetterStatus.SENT
    for letter_id in waiting:
        assert (letter(letter_id).status, letter(letter_id).attempts) == (LetterStatus.PENDING, 0)
        assert (letter(letter_id).error_message, attempts(letter_id)) == (Fault.TOO_MANY, [])
    turns = sorted((letter(id_).next_attempt_at - now()).total_seconds() for id_ in waiting)
    assert all(later - sooner > 800 for sooner, later in pairwise(turns)), "one by one, not at once"
    alarm = postbox.letter("parent9@families.example", lane=Lane.URGENT_MAIL)
    jobs.drain_urgent_mail()
    assert letter(alarm).status is LetterStatus.SENT


def test_processes_share_one_count_and_each_has_its_share_while_redis_is_away(app: Flask, valkey: Valkey) -> None:
    rates = parse_rates("*=40/h")
    with app.app_context():
        together = [Allowance(rates, 0.5), Allowance(rates, 0.5)]
        gone = sum(not each.wait_for("a@shared.example", is_urgent=True) for _ in range(5) for each in together)
        assert gone == 2, "both together have what one had"
        alone = Allowance(rates, 0.5)
        bucket_gone = sum(not alone._alone("b.example", rates["*"], 0.0, is_urgent=True) for _ in range(5))
        assert bucket_gone == 2
