"""Decisions of reports, as pure functions."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.catalogue.kinds import Category, Channel
from app.notifications.kinds import Fate, Status
from app.notifications.rules import GOT_THROUGH, OPEN, channels_for
from app.reports.kinds import Pace, Progress, Stage

FAILED = frozenset({Fate.FAILED, Fate.BOUNCED, Fate.EXPIRED})
LATELY = timedelta(minutes=1)
SURE_AFTER = timedelta(seconds=5)
SURE_FROM = 5
MOST_STEPS = 8
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14400, 43200)
STEPS = tuple(timedelta(minutes=minutes) for minutes in _MINUTES)
# What Excel, LibreOffice and Sheets take for the beginning of a formula, also in full width.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def progress(
    people: int, mail: Mapping[Fate, int], pace: Pace | None, moment: datetime, *, is_written: bool
) -> Progress:
    """How far it is. ``mail`` counts the mails by state; those that never were to leave are none."""
    total = sum(count for fate, count in mail.items() if fate is not Fate.SUPPRESSED)
    still = sum(mail.get(fate, 0) for fate in OPEN)
    sent = sum(mail.get(fate, 0) for fate in GOT_THROUGH[Channel.EMAIL])
    done = total - still
    if not is_written:
        return Progress(Stage.WRITING, people, total, done, done - sent)
    if not still or pace is None:
        return Progress(Stage.DONE, people, total, done, done - sent)
    due = max(0, still - pace.later - pace.waiting)
    return Progress(
        Stage.SENDING if due else Stage.RETRYING if pace.later else Stage.WAITING,
        people,
        total,
        done,
        done - sent,
        time_left(due, pace, moment),
        bool(due) and pace.lately == 0 and moment - pace.began_at >= LATELY,
        pace.later,
        pace.next_try_at,
        pace.waiting,
        pace.next_turn_at,
    )


def time_left(due: int, pace: Pace, moment: datetime) -> timedelta | None:
    """How long what is due takes at the pace of the last minute; None while too little has left to say so."""
    watched = min(LATELY, moment - pace.began_at)
    if not due or pace.lately < SURE_FROM or watched < SURE_AFTER:
        return None
    return due * watched / pace.lately


def steps(began_at: datetime, until: datetime) -> list[datetime]:
    """Moments between which a curve is drawn: full steps of a length that people count in, and the end itself."""
    start = began_at.replace(second=0, microsecond=0)
    until = max(until, start + STEPS[0])
    width = next((step for step in STEPS if (until - start) / step <= MOST_STEPS), None) or (until - start) / MOST_STEPS
    full = (start + number * width for number in range(1, MOST_STEPS + 1))
    # The end has the last word of its minute: two moments that read alike would be one too many.
    return [*(moment for moment in full if moment + STEPS[0] <= until), until]


def cell(text: str) -> str:
    """A cell that no spreadsheet calculates: somebody may be called ``=HYPERLINK(...)`` (ASVS 1.2.10)."""
    return f"'{text}" if text.startswith(FORMULA) else text


def may_be_sent_again(category: Category, status: Status, expires_at: datetime | None, moment: datetime) -> bool:
    """Whether mails that did not get there may be tried anew: what was taken back or is over is not sent again."""
    is_over = expires_at is not None and expires_at <= moment
    return Channel.EMAIL in channels_for(category) and status in {Status.SENT, Status.SENDING} and not is_over


def tone(channel: Channel, fate: Fate) -> str:
    """What a state means to somebody who looks for what went wrong."""
    if fate in GOT_THROUGH[channel]:
        return "good"
    if fate in OPEN or fate is Fate.SENT:
        return "wait"
    return "bad" if fate in FAILED else "none"


def percent(count: int, total: int) -> int:
    return 100 * count // total if total else 0
