"""Words and values of what recurs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.catalogue.kinds import Category

MAY_RECUR = frozenset({Category.ANNOUNCEMENT, Category.REMINDER})
"""An alarm is never a matter of routine."""
LAST_DAY = -1


class Every(StrEnum):
    """How often it is said."""

    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"


class Ends(StrEnum):
    """When it stops by itself."""

    NEVER = "never"
    ON = "on"
    AFTER = "after"


@dataclass(frozen=True)
class Span:
    """Days on which nothing is said: from the first to the last."""

    first: date
    last: date


@dataclass(frozen=True)
class Pattern:
    """When something is said, by the clock of ``zone``: ``minute`` counts from midnight.

    ``days`` are those of a week, Monday is 0; ``month_day`` is that of a month, or LAST_DAY. It ends with the day
    ``until``, or after so many ``times``, or never.
    """

    every: Every
    zone: str
    starts_on: date
    minute: int
    days: Sequence[int] = ()
    month_day: int = 1
    until: date | None = None
    times: int | None = None
    skipped: Sequence[Span] = ()
