"""From what a school's clock shows to one moment, also where clocks are put forward or back. Pure.

The rule, as it is told in the composer: a time that a clock leaps over becomes the next one that it shows, and of a
time that it shows twice the first is meant.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.notifications.kinds import Shift, Timing

SECOND = timedelta(seconds=1)


def of_wall(wall: datetime, zone: str) -> Timing:
    """What is meant by ``wall``, which says nothing of a zone. Raises OverflowError at the edge of all years."""
    wall, place = wall.replace(fold=0), ZoneInfo(zone)
    first, second = (wall.replace(fold=fold, tzinfo=place).astimezone(UTC) for fold in (0, 1))
    if _shown(first, place) != wall:
        return Timing(_leap_between(second, first, wall, place), zone, wall, Shift.SKIPPED)
    return Timing(first, zone, wall, Shift.TWICE if first != second else Shift.NONE)


def of_moment(moment: datetime, zone: str) -> Timing:
    """A moment that was given as such: nothing is to be decided."""
    at = moment.astimezone(UTC)
    return Timing(at, zone, _shown(at, ZoneInfo(zone)))


def _leap_between(before: datetime, after: datetime, wall: datetime, place: ZoneInfo) -> datetime:
    """The first moment at which the clocks show more than ``wall``: they leap over it between the two."""
    while after - before > SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _shown(middle, place) > wall:
            after = middle
        else:
            before = middle
    return after


def _shown(moment: datetime, place: ZoneInfo) -> datetime:
    return moment.astimezone(place).replace(tzinfo=None, fold=0)
