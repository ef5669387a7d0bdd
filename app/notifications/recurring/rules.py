"""Decisions about what recurs, as pure functions. Rules are those of RFC 5545, in local time without a zone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice

from dateutil.rrule import rrulestr

from app.catalogue.kinds import Category
from app.notifications.kinds import Problem
from app.notifications.recurring.kinds import MAY_RECUR, Every, Pattern, Span

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKDAYS = (0, 1, 2, 3, 4)
MOST_TIMES, MOST_SPANS = 500, 20
LONGEST_SPAN, FARTHEST = timedelta(days=200), timedelta(days=731)
EVERY_MONTH = range(1, 29)
"""The days that each month has; beside them there is its last."""


def problems(pattern: Pattern, category: Category, today: date) -> Iterator[Problem]:
    """Why something cannot recur so. ``today`` is the day where the school is."""
    if category not in MAY_RECUR:
        yield Problem("when", "not_again")
    if pattern.every is Every.WEEK and not pattern.days:
        yield Problem("days", "missing")
    if pattern.starts_on < today:
        yield Problem("starts_on", "past")
    if pattern.starts_on > today + FARTHEST:
        yield Problem("starts_on", "too_far")
    if pattern.until and pattern.until < pattern.starts_on:
        yield Problem("until_on", "before_it_starts")
    if pattern.times is not None and not 1 <= pattern.times <= MOST_TIMES:
        yield Problem("times", "not_so_often", str(MOST_TIMES))
    if len(pattern.skipped) > MOST_SPANS:
        yield Problem("skip_from", "too_many", str(MOST_SPANS))
    if any(not span.first <= span.last <= span.first + LONGEST_SPAN for span in pattern.skipped):
        yield Problem("skip_from", "wrong_way")


def ended(pattern: Pattern) -> Pattern:
    """The same with a last day in place of a number of times: days left out do not count as times."""
    if pattern.times is None:
        return pattern
    last = list(islice(walls(replace(pattern, times=None)), pattern.times))
    return replace(pattern, times=None, until=last[-1].date() if last else pattern.starts_on)


def text_of(pattern: Pattern) -> str:
    """The rule as RFC 5545 writes it, such as ``FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261218T235959``."""
    days = WORKDAYS if pattern.every is Every.WORKDAY else sorted(set(pattern.days))
    by_day = f"FREQ=WEEKLY;BYDAY={','.join(DAYS[day] for day in days)}"
    rule = f"FREQ=MONTHLY;BYMONTHDAY={pattern.month_day}" if pattern.every is Every.MONTH else by_day
    return f"{rule};UNTIL={pattern.until:%Y%m%d}T235959" if pattern.until else rule


def pattern_of(rule: str, zone: str, starts_on: date, minute: int, skipped: Sequence[Span]) -> Pattern:
    """The pattern that ``text_of`` made a rule of."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    until = datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%S").date() if "UNTIL" in parts else None  # noqa: DTZ007
    common = {"zone": zone, "starts_on": starts_on, "minute": minute, "until": until, "skipped": tuple(skipped)}
    if parts["FREQ"] == "MONTHLY":
        return Pattern(Every.MONTH, month_day=int(parts["BYMONTHDAY"]), **common)  # type: ignore[arg-type]
    days = tuple(DAYS.index(day) for day in parts["BYDAY"].split(","))
    if days == WORKDAYS:
        return Pattern(Every.WORKDAY, **common)  # type: ignore[arg-type]
    return Pattern(Every.WEEK, days=days, **common)  # type: ignore[arg-type]


def walls(pattern: Pattern, since: date | None = None) -> Iterator[datetime]:
    """What the clocks there show each time, from the day ``since`` on."""
    at = time(pattern.minute // 60, pattern.minute % 60)
    rule = rrulestr(text_of(pattern), dtstart=datetime.combine(pattern.starts_on, at))
    first = datetime.combine(max(since or pattern.starts_on, pattern.starts_on), time())
    for wall in rule.xafter(first, inc=True):
        if not any(span.first <= wall.date() <= span.last for span in pattern.skipped):
            yield wall
