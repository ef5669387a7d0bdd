"""From what a school's clock shows to one moment: for every place and every change of its clocks."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.notifications.kinds import Shift
from app.notifications.timing import of_moment, of_wall

PLACES = ["America/New_York", "Europe/London", "Pacific/Auckland", "Australia/Lord_Howe"]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


def shown(moment: datetime, zone: str) -> datetime:
    """What the clocks show there."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@cache
def changes(zone: str) -> list[datetime]:
    """The moments at which the clocks of a place are put forward or back, between FIRST and LAST."""
    found, place, moment, step = [], ZoneInfo(zone), FIRST, timedelta(days=7)
    while moment < LAST:
        before, after = moment, moment + step
        if before.astimezone(place).utcoffset() != after.astimezone(place).utcoffset():
            while after - before > SECOND:
                middle = before + (after - before) // 2
                is_before = middle.astimezone(place).utcoffset() == moment.astimezone(place).utcoffset()
                before, after = (middle, after) if is_before else (before, middle)
            found.append(after.replace(microsecond=0))
        moment += step
    return found


def holds(wall: datetime, zone: str) -> None:
    """The rule: the first moment at which the clocks show it, or else the first at which they show more."""
    timing = of_wall(wall, zone)
    before = [timing.at - SECOND, timing.at - MINUTE, *(timing.at - timedelta(minutes=each) for each in (30, 60, 120))]
    assert timing.there.replace(tzinfo=None, fold=0) == shown(timing.at, zone)
    if timing.shift is Shift.SKIPPED:
        assert shown(timing.at, zone) > wall
        assert shown(timing.at - SECOND, zone) < wall
    else:
        assert shown(timing.at, zone) == wall
    assert all(shown(moment, zone) != wall for moment in before)
    is_shown_again = any(
        shown(timing.at + timedelta(minutes=each), zone) == wall for each in (20, 30, 40, 60, 120, 180, 1440)
    )
    assert is_shown_again is (timing.shift is Shift.TWICE)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(available_timezones())), st.data())
def test_bar_24_every_time_of_every_place_means_one_moment_by_the_rule(zone: str, data: st.DataObject) -> None:
    turns = changes(zone) or [FIRST]
    around = shown(data.draw(st.sampled_from(turns)), zone).replace(second=0)
    holds(around + timedelta(minutes=data.draw(st.integers(-200, 200))), zone)


@pytest.mark.parametrize("zone", PLACES)
def test_bar_23_seven_in_the_morning_is_seven_in_the_morning_on_every_day(zone: str) -> None:
    assert len(changes(zone)) >= 8
    for turn in changes(zone):
        for days in range(-3, 4):
            day = shown(turn, zone).date() + timedelta(days=days)
            timing = of_wall(datetime.combine(day, time(7)), zone)
            assert (timing.shift, timing.there.hour, timing.there.minute) == (Shift.NONE, 7, 0)
            assert timing.there.date() == day


@pytest.mark.parametrize(
    ("zone", "wall", "shift", "leaves_at"),
    [
        ("America/New_York", "2027-03-14T02:30", Shift.SKIPPED, "2027-03-14T03:00-04:00"),
        ("America/New_York", "2026-11-01T01:30", Shift.TWICE, "2026-11-01T01:30-04:00"),
        ("Europe/London", "2027-03-28T01:30", Shift.SKIPPED, "2027-03-28T02:00+01:00"),
        ("Europe/London", "2026-10-25T01:30", Shift.TWICE, "2026-10-25T01:30+01:00"),
        ("Pacific/Auckland", "2026-09-27T02:30", Shift.SKIPPED, "2026-09-27T03:00+13:00"),
        ("Pacific/Auckland", "2027-04-04T02:30", Shift.TWICE, "2027-04-04T02:30+13:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", Shift.SKIPPED, "2026-10-04T02:30+11:00"),
        ("Australia/Lord_Howe", "2027-04-04T01:45", Shift.TWICE, "2027-04-04T01:45+11:00"),
    ],
)
def test_bar_24_a_time_that_is_leapt_over_is_the_next_and_of_two_the_first_is_meant(
    zone: str, wall: str, shift: Shift, leaves_at: str
) -> None:
    timing = of_wall(datetime.fromisoformat(wall), zone)
    assert (timing.shift, timing.there.isoformat(timespec="minutes")) == (shift, leaves_at)


def test_a_day_that_a_place_never_had_becomes_the_beginning_of_the_next() -> None:
    assert of_wall(datetime.fromisoformat("2011-12-30T10:00"), "Pacific/Apia").there.date() == date(2011, 12, 31)


def test_a_moment_that_was_given_as_one_stays_it() -> None:
    moment = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    timing = of_moment(moment, "Europe/London")
    assert (timing.at, timing.wall, timing.shift) == (moment, moment.replace(tzinfo=None), Shift.NONE)
