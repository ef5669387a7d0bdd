"""When a letter is tried again, and when it is given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.mailer.kinds import Answer, LetterStatus, Outcome, Reported

MOST_ATTEMPTS = 8
MOST_WRITINGS = 3
"""What cannot be written will hardly be by waiting: soon enough somebody should look at it."""
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60, 120))
URGENT_WAITS = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 120, 300, 900, 1800))
SPREAD = 0.2

CONVERSATION = timedelta(seconds=40)
"""The longest that handing one mail over may take, connecting included."""

LEASE = timedelta(seconds=60)
"""Longer than a whole conversation, so that a lease never ends under a worker that is still at it."""


def flow_of(district_id: UUID, school_id: UUID | None) -> UUID:
    """With whom a letter waits in line, unless an emergency sent it: each school is served in turn."""
    return school_id or district_id


def wait_after(attempt: int, *, is_urgent: bool, jitter: float) -> timedelta | None:
    """How long to wait behind try number ``attempt``; None when it was the last.

    ``jitter`` from 0 to 1 moves it by a tenth either way: a thousand refused at once do not return at once.
    """
    if attempt >= MOST_ATTEMPTS:
        return None
    waits: Sequence[timedelta] = URGENT_WAITS if is_urgent else WAITS
    return waits[attempt - 1] * (1 - SPREAD / 2 + SPREAD * jitter)


def next_attempt_at(
    answer: Answer, attempt: int, moment: datetime, expires_at: datetime | None, *, is_urgent: bool, jitter: float
) -> datetime | None:
    """When to try again after this answer; None for never. At ``expires_at`` at the latest: it is let go then."""
    wait = wait_after(attempt, is_urgent=is_urgent, jitter=jitter)
    is_unwritten = answer.outcome is Outcome.RETRY and answer.is_poison
    if answer.outcome not in {Outcome.RETRY, Outcome.LOST} or wait is None:
        return None
    if is_unwritten and attempt >= MOST_WRITINGS:
        return None
    # Whoever lost it has already made it wait for a lease, or the better part of one.
    at = moment if answer.outcome is Outcome.LOST else moment + wait
    return min(at, max(expires_at, moment)) if expires_at else at


def status_after(outcome: Outcome, *, is_tried_again: bool) -> LetterStatus:
    """What becomes of the letter."""
    if is_tried_again:
        return LetterStatus.PENDING
    return {Outcome.SENT: LetterStatus.SENT, Outcome.EXPIRED: LetterStatus.EXPIRED}.get(outcome, LetterStatus.FAILED)


def status_after_report(status: LetterStatus, fate: Reported) -> LetterStatus | None:
    """What becomes of a letter of which this is told afterwards; None when it stays as it is.

    News come late and in any order, so each status is only ever left for one that is more final: sent, delivered,
    bounced. A mail that was taken in by a server and then sent back did bounce. What we gave up ourselves stays so.
    """
    return AFTER_REPORTS.get((status, fate))


_UNDER_WAY = (LetterStatus.PENDING, LetterStatus.SENDING, LetterStatus.SENT)
AFTER_REPORTS = {
    **{(status, Reported.DELIVERED): LetterStatus.DELIVERED for status in _UNDER_WAY},
    **{(status, Reported.COMPLAINED): LetterStatus.DELIVERED for status in _UNDER_WAY},
    **{(status, Reported.BOUNCED): LetterStatus.BOUNCED for status in (*_UNDER_WAY, LetterStatus.DELIVERED)},
}
"""A mail under way of which this is told has left by a try whose answer was lost. Who complains of it has it."""
