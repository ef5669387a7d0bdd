"""Times of day, in minutes since midnight, and the moments that they are in a time zone. Pure decisions.

Clocks jump. A time of day that a day does not have comes as much later as the clock was put forward; one that it has
twice is the first for what begins then, and the second for what ends then: nobody's rest is cut short by an hour.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.preferences.kinds import Times

A_DAY = 24 * 60
STEP = 30
OF_A_DAY = range(0, A_DAY, STEP)
"""The times that can be chosen: few, so that a fan-out has few groups to look after."""


def moment_of(day: date, minute: int, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """When it is that late on a day in a zone."""
    there = datetime.combine(day, time(*divmod(minute, 60)), zone)
    utc = ZoneInfo("UTC")
    first, second = (there.replace(fold=fold).astimezone(utc) for fold in (0, 1))
    return max(first, second) if is_end else first


def quiet_until(moment: datetime, times: Times) -> datetime | None:
    """When the quiet hours end that last at ``moment``; None when there are none then."""
    if times.quiet_from is None or times.quiet_until is None:
        return None
    zone = ZoneInfo(times.time_zone)
    today = moment.astimezone(zone).date()
    is_over_midnight = times.quiet_until <= times.quiet_from
    ends = []
    for days in (-2, -1, 0):  # a jump may carry the beginning, or the end, to another day
        begins_on = today + timedelta(days=days)
        begins_at = moment_of(begins_on, times.quiet_from, zone)
        ends_on = begins_on + timedelta(days=1 if is_over_midnight else 0)
        ends_at = moment_of(ends_on, times.quiet_until, zone, is_end=True)
        if begins_at <= moment < ends_at:
            ends.append(ends_at)
    return max(ends, default=None)


def next_digest(moment: datetime, times: Times) -> datetime | None:
    """When the first digest behind ``moment`` is due; None for somebody who wants none."""
    if times.digest_at is None:
        return None
    zone = ZoneInfo(times.time_zone)
    today = moment.astimezone(zone).date()
    days = (today + timedelta(days=number) for number in range(-1, 4))
    return next(at for day in days if (at := moment_of(day, times.digest_at, zone)) > moment)


def day_of(due_at: datetime, times: Times) -> date:
    """Whose day's digest one is that was due at this moment: there is one a day."""
    return due_at.astimezone(ZoneInfo(times.time_zone)).date()


def is_quiet(minute: int, quiet_from: int, quiet_until: int) -> bool:
    """Whether a time of day lies within quiet hours, by the clock on the wall."""
    if quiet_from < quiet_until:
        return quiet_from <= minute < quiet_until
    return minute >= quiet_from or minute < quiet_until
