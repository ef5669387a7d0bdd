"""Times of day where clocks jump: quiet hours end, and digests come once a day, in any zone on any day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.preferences import zones
from app.preferences.hours import OF_A_DAY, day_of, is_quiet, next_digest, quiet_until
from app.preferences.kinds import Times

SECONDS = st.integers(946684800, 2145830400)  # 2000 to 2037
MOMENTS = SECONDS.map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
MINUTES = st.sampled_from(OF_A_DAY)
ZONES = st.sampled_from(zones.offered())
NIGHT = (22 * 60, 7 * 60)
A_DAY = timedelta(days=1)


def london(text: str) -> datetime:
    """By the clock of London; where an hour comes twice, the first."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "ends_at"),
    [
        ("2026-11-20T21:59", None),
        ("2026-11-20T22:00", "2026-11-21T07:00"),
        ("2026-11-21T06:59", "2026-11-21T07:00"),
        ("2026-11-21T07:00", None),
        ("2026-11-21T12:00", None),
    ],
)
def test_quiet_hours_go_over_midnight_and_their_end_is_not_quiet(moment: str, ends_at: str | None) -> None:
    found = quiet_until(london(moment), Times("Europe/London", *NIGHT))
    assert found == (london(ends_at) if ends_at else None)


def test_they_are_by_the_clock_of_their_zone() -> None:
    moment = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    assert quiet_until(moment, Times("Europe/London", *NIGHT)) is not None
    assert quiet_until(moment, Times("America/New_York", *NIGHT)) is None
    assert quiet_until(moment, Times("Asia/Kolkata", *NIGHT)) == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


def test_when_the_clock_goes_back_nobodys_rest_is_cut_short() -> None:
    """01:30 comes twice on 25 October 2026: it is quiet until the second one."""
    times = Times("Europe/London", 22 * 60, 90)
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert quiet_until(first - timedelta(minutes=1), times) == first + timedelta(hours=1)
    assert quiet_until(first + timedelta(minutes=30), times) == first + timedelta(hours=1)
    assert quiet_until(first + timedelta(hours=1), times) is None


def test_when_the_clock_goes_forward_what_is_not_there_comes_an_hour_later() -> None:
    """There is no 01:30 on 29 March 2026: the clock shows 02:30 then."""
    times = Times("Europe/London", 22 * 60, 90, digest_at=90)
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert quiet_until(at - timedelta(minutes=1), times) == at
    assert next_digest(at - timedelta(hours=3), times) == at
    assert next_digest(at, times) == datetime(2026, 3, 30, 0, 30, tzinfo=UTC)


@given(MOMENTS, ZONES, MINUTES, MINUTES)
def test_quiet_hours_end_within_a_day_and_are_not_quiet_when_they_have_ended(
    moment: datetime, zone: str, begin: int, end: int
) -> None:
    times = Times(zone, begin, end)
    if begin == end or (ends_at := quiet_until(moment, times)) is None:
        return
    assert moment < ends_at <= moment + A_DAY * 2  # a zone may skip a day (Apia, 2011)
    assert quiet_until(ends_at, times) is None
    assert quiet_until(ends_at - timedelta(minutes=1), times) == ends_at


@given(MOMENTS, ZONES, MINUTES, MINUTES)
def test_away_from_jumps_the_clock_on_the_wall_says_the_same(moment: datetime, zone: str, begin: int, end: int) -> None:
    there = ZoneInfo(zone)
    around = {(moment + timedelta(hours=hours)).astimezone(there).utcoffset() for hours in range(-49, 50, 7)}
    if begin == end or len(around) > 1:
        return
    wall = moment.astimezone(there)
    is_over = quiet_until(moment, Times(zone, begin, end)) is None
    assert is_over != is_quiet(wall.hour * 60 + wall.minute, begin, end)


@given(MOMENTS, ZONES, MINUTES)
def test_digests_follow_each_other_one_a_day(moment: datetime, zone: str, minute: int) -> None:
    times, days, at = Times(zone, digest_at=minute), [], moment
    for _ in range(4):
        following = next_digest(at, times)
        assert following is not None
        assert timedelta() < following - at <= A_DAY * 2
        days.append(day_of(at := following, times))
    assert len(set(days)) == len(days)
