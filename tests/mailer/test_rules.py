"""When a letter comes back, and when it is given up."""

from datetime import UTC, datetime, timedelta

import pytest

from app.mailer import rules
from app.mailer.kinds import Answer, LetterStatus, Outcome

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
RETRY = Answer(Outcome.RETRY, 451, "later")


def waits(*, is_urgent: bool, jitter: float = 0.5) -> list[float]:
    found = (rules.wait_after(attempt, is_urgent=is_urgent, jitter=jitter) for attempt in range(1, 9))
    return [wait.total_seconds() for wait in found if wait is not None]


def test_bar_9_it_comes_back_less_and_less_often_and_eight_tries_are_all() -> None:
    assert waits(is_urgent=False) == [minutes * 60 for minutes in (1, 2, 5, 15, 30, 60, 120)]
    assert waits(is_urgent=True) == [15, 30, 60, 120, 300, 900, 1800]


@pytest.mark.parametrize("is_urgent", [False, True])
def test_bar_9_chance_moves_each_wait_by_a_tenth_either_way(is_urgent: bool) -> None:
    middle = waits(is_urgent=is_urgent)
    assert waits(is_urgent=is_urgent, jitter=0.0) == pytest.approx([wait * 0.9 for wait in middle])
    assert waits(is_urgent=is_urgent, jitter=1.0) == pytest.approx([wait * 1.1 for wait in middle])


def next_at(answer: Answer, attempt: int = 1, expires_at: datetime | None = None) -> datetime | None:
    return rules.next_attempt_at(answer, attempt, NOON, expires_at, is_urgent=False, jitter=0.5)


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.FAILED, Outcome.EXPIRED])
def test_what_is_settled_does_not_come_back(outcome: Outcome) -> None:
    assert next_at(Answer(outcome, None, "")) is None


def test_a_lost_letter_has_waited_for_a_lease_and_comes_back_at_once() -> None:
    assert next_at(Answer(Outcome.LOST, None, "")) == NOON
    assert next_at(Answer(Outcome.LOST, None, ""), attempt=8) is None


def test_a_letter_that_waits_past_its_time_is_looked_at_when_it_ends() -> None:
    assert next_at(RETRY, attempt=7, expires_at=NOON + timedelta(minutes=30)) == NOON + timedelta(minutes=30)
    assert next_at(RETRY, attempt=1, expires_at=NOON + timedelta(minutes=30)) == NOON + timedelta(minutes=1)
    assert next_at(RETRY, attempt=1, expires_at=NOON - timedelta(minutes=30)) == NOON


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (Outcome.SENT, LetterStatus.SENT),
        (Outcome.FAILED, LetterStatus.FAILED),
        (Outcome.RETRY, LetterStatus.FAILED),
        (Outcome.LOST, LetterStatus.FAILED),
        (Outcome.EXPIRED, LetterStatus.EXPIRED),
    ],
)
def test_a_last_try_leaves_the_letter_with_one_fate(outcome: Outcome, status: LetterStatus) -> None:
    assert rules.status_after(outcome, is_tried_again=False) is status
    assert rules.status_after(outcome, is_tried_again=True) is LetterStatus.PENDING
