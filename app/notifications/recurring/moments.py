"""When something that recurs comes: the rule, and what the clocks there make of each time. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from app.notifications.kinds import Timing
from app.notifications.recurring.kinds import Pattern
from app.notifications.recurring.rules import walls
from app.notifications.timing import of_wall

A_DAY = timedelta(days=1)
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def moments(pattern: Pattern, after: datetime = BEFORE_ALL) -> Iterator[Timing]:
    """Each time later than ``after``, the next first."""
    since = after.astimezone(ZoneInfo(pattern.zone)).date() - A_DAY
    for wall in walls(pattern, since):
        timing = of_wall(wall, pattern.zone)
        if timing.at > after:
            yield timing


def following(pattern: Pattern, after: datetime) -> Timing | None:
    """The next time later than ``after``; None when it is over."""
    return next(moments(pattern, after), None)


def upcoming(pattern: Pattern, after: datetime, at_most: int) -> list[Timing]:
    return list(islice(moments(pattern, after), at_most))
