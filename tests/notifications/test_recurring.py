"""What recurs: the rule, the times it comes to, and that each of them is said once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from app.audit.models import AuditLine
from app.catalogue.kinds import Category
from app.extensions import db
from app.kernel.unit_of_work import unit_of_work
from app.notifications import sweep
from app.notifications.errors import ChangedMeanwhileError, DraftRefusedError, IdempotencyConflictError
from app.notifications.kinds import Shift, Status
from app.notifications.models import Notification
from app.notifications.recurring import keep, occur
from app.notifications.recurring.kinds import LAST_DAY, Every, Pattern, Span
from app.notifications.recurring.models import Occurrence, Recurrence
from app.notifications.recurring.moments import moments, upcoming
from app.notifications.recurring.rules import ended, pattern_of, problems, text_of
from tests.notifications.people import at_work, draft, fan_out, office_of, recipients
from tests.support.cast import Cast

LONDON = "Europe/London"
MONDAY = date(2026, 11, 30)
EARLIER = datetime(2026, 11, 28, 12, tzinfo=UTC)
PLACES = ["America/New_York", LONDON, "Pacific/Auckland", "Australia/Lord_Howe"]


def pattern(every: Every = Every.WEEK, **changes: Any) -> Pattern:
    values: dict[str, Any] = {
        "zone": LONDON,
        "starts_on": MONDAY,
        "minute": 450,
        "days": (0, 3) if every is Every.WEEK else (),
    }
    return Pattern(every, **values | changes)


def days(of: Pattern, count: int = 4) -> list[str]:
    """The first of its times, as the clocks there show them."""
    return [f"{timing.there:%a %d %b %H:%M}" for timing in upcoming(of, EARLIER, count)]


def test_every_workday_on_days_of_the_week_or_on_a_day_of_the_month() -> None:
    assert days(pattern(Every.WORKDAY), 6)[3:] == ["Thu 03 Dec 07:30", "Fri 04 Dec 07:30", "Mon 07 Dec 07:30"]
    assert days(pattern())[:3] == ["Mon 30 Nov 07:30", "Thu 03 Dec 07:30", "Mon 07 Dec 07:30"]
    assert days(pattern(Every.MONTH, month_day=15))[:2] == ["Tue 15 Dec 07:30", "Fri 15 Jan 07:30"]
    last = pattern(Every.MONTH, month_day=LAST_DAY)
    assert days(last) == ["Mon 30 Nov 07:30", "Thu 31 Dec 07:30", "Sun 31 Jan 07:30", "Sun 28 Feb 07:30"]


def test_days_that_are_left_out_are_no_times() -> None:
    holidays = Span(date(2026, 12, 7), date(2026, 12, 31))
    assert days(pattern(skipped=(holidays,)), 3) == ["Mon 30 Nov 07:30", "Thu 03 Dec 07:30", "Mon 04 Jan 07:30"]
    assert days(ended(pattern(skipped=(holidays,), times=3)), 9)[-1] == "Mon 04 Jan 07:30"


def test_it_ends_with_a_day_or_after_so_many_times() -> None:
    assert days(pattern(until=date(2026, 12, 3)), 9) == ["Mon 30 Nov 07:30", "Thu 03 Dec 07:30"]
    assert text_of(ended(pattern(times=2))) == "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261203T235959"


@pytest.mark.parametrize("zone", PLACES)
def test_bar_23_what_recurs_at_half_past_seven_comes_at_half_past_seven_on_every_day_of_two_years(zone: str) -> None:
    all_days = pattern(zone=zone, days=tuple(range(7)))
    found = upcoming(all_days, EARLIER, 730)
    assert {(timing.there.hour, timing.there.minute, timing.shift) for timing in found} == {(7, 30, Shift.NONE)}
    assert all(later.there.date() - before.there.date() == timedelta(days=1) for before, later in pairwise(found))


@pytest.mark.parametrize("zone", PLACES)
def test_bar_24_a_time_that_is_leapt_over_is_said_once_that_day(zone: str) -> None:
    minute = 135 if zone == "Australia/Lord_Howe" else 90 if zone == LONDON else 150
    found = upcoming(pattern(zone=zone, days=tuple(range(7)), minute=minute), EARLIER, 400)
    assert {timing.shift for timing in found} >= {Shift.NONE, Shift.SKIPPED}
    assert len({timing.there.date() for timing in found}) == len({timing.at for timing in found}) == 400


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(Every),
    st.sets(st.integers(0, 6), min_size=1),
    st.sampled_from([*range(1, 29), LAST_DAY]),
    st.integers(0, 1439),
    st.none() | st.integers(0, 90),
    st.sampled_from(PLACES),
)
def test_a_rule_is_read_as_it_was_written(  # noqa: PLR0917
    every: Every, chosen: set[int], month_day: int, minute: int, until: int | None, zone: str
) -> None:
    last = MONDAY + timedelta(days=until) if until is not None else None
    written = pattern(every, days=tuple(sorted(chosen)), month_day=month_day, minute=minute, until=last, zone=zone)
    read = pattern_of(text_of(written), zone, MONDAY, minute, ())
    assert upcoming(read, EARLIER, 10) == upcoming(written, EARLIER, 10)
    assert all(before.at < later.at for before, later in pairwise(upcoming(written, EARLIER, 10)))
    assert all(last is None or timing.wall.date() <= last for timing in upcoming(written, EARLIER, 10))


@pytest.mark.parametrize(
    ("changes", "category", "field"),
    [
        ({"days": ()}, Category.REMINDER, "days"),
        ({"starts_on": date(2026, 11, 1)}, Category.REMINDER, "starts_on"),
        ({"starts_on": date(2036, 11, 1)}, Category.REMINDER, "starts_on"),
        ({"until": date(2026, 11, 29)}, Category.REMINDER, "until_on"),
        ({"times": 0}, Category.REMINDER, "times"),
        ({"times": 501}, Category.REMINDER, "times"),
        ({"skipped": (Span(MONDAY, date(2026, 11, 1)),)}, Category.REMINDER, "skip_from"),
        ({"skipped": (Span(MONDAY, MONDAY),) * 21}, Category.REMINDER, "skip_from"),
        ({}, Category.EMERGENCY, "when"),
    ],
)
def test_what_cannot_recur_is_refused(changes: dict[str, Any], category: Category, field: str) -> None:
    assert [problem.field for problem in problems(pattern(**changes), category, date(2026, 11, 28))] == [field]


@pytest.fixture
def clock(session: Any) -> Any:
    with time_machine.travel(EARLIER, tick=False) as traveller:
        yield traveller


def begin(cast: Cast, of: Pattern | None = None, key: str | None = None, **changes: Any) -> UUID:
    said = draft("role:parent", **{"category": Category.REMINDER, "title": "Swimming kit"} | changes)
    with unit_of_work():
        return keep.begin(said, of or pattern(), at_work(cast, cast.margaret), office_of(cast), key)


def standing(id_: UUID) -> Recurrence:
    db.session.rollback()
    return db.session.get_one(Recurrence, id_, populate_existing=True)


def said() -> list[Notification]:
    """All that came of it, in its order."""
    db.session.rollback()
    rows = select(Notification).where(Notification.category != Category.SYSTEM).order_by(Notification.scheduled_for)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def test_each_time_is_a_notification_of_its_own(cast: Cast, clock: Any) -> None:
    id_ = begin(cast)
    assert standing(id_).next_at == at("2026-11-30T07:30")
    sweep.schedule()
    assert said() == []
    for moment in ("2026-11-30T07:30", "2026-11-30T07:31", "2026-12-03T07:30:01"):
        clock.move_to(at(moment))
        sweep.schedule()
        fan_out()
    first, second = said()
    assert [row.status for row in (first, second)] == [Status.SENT, Status.SENT]
    assert [row.scheduled_for for row in (first, second)] == [at("2026-11-30T07:30"), at("2026-12-03T07:30")]
    assert (first.title, first.sender_id, first.scheduled_zone) == ("Swimming kit", cast.margaret.id, LONDON)
    assert set(recipients(second.id)) == {"priya", "asha", "grace", "peter"}
    assert standing(id_).next_at == at("2026-12-07T07:30")


def test_bar_15_clocks_that_reach_for_it_at_once_say_it_once(app: Flask, cast: Cast, clock: Any) -> None:
    for _ in range(3):
        begin(cast)
    clock.move_to(at("2026-11-30T07:30"))

    def look(_: int) -> None:
        with app.app_context():
            sweep.schedule()

    with ThreadPoolExecutor(4) as clocks:
        list(clocks.map(look, range(4)))
    sweep.schedule()
    assert [row.status for row in said()] == [Status.SENDING] * 3
    assert db.session.scalar(select(func.count()).select_from(Occurrence)) == 3


def test_bar_30_a_clock_that_jumps_an_hour_either_way_says_nothing_twice(cast: Cast, clock: Any) -> None:
    begin(cast)
    for jump in (-1, 0, 1, 0, -1, 0, 1):
        clock.move_to(at("2026-11-30T07:30") + timedelta(hours=jump))
        sweep.schedule()
    assert len(said()) == 1


def test_bar_25_what_came_while_the_clock_was_away_is_missed_or_late_as_all_that_is_scheduled(
    cast: Cast, clock: Any
) -> None:
    begin(cast, pattern(Every.WORKDAY))
    begin(cast, pattern(Every.WORKDAY, minute=465), category=Category.ANNOUNCEMENT)
    clock.move_to(at("2026-12-01T08:05"))
    sweep.schedule()
    assert [(f"{row.scheduled_for:%a %H:%M}", row.status) for row in said()] == [
        ("Mon 07:30", Status.MISSED),
        ("Mon 07:45", Status.MISSED),
        ("Tue 07:30", Status.MISSED),
        ("Tue 07:45", Status.SENDING),
    ]


def test_who_comes_back_after_weeks_is_not_told_of_every_day(cast: Cast, clock: Any) -> None:
    id_ = begin(cast, pattern(Every.WORKDAY))
    clock.move_to(at("2026-12-31T12:00"))
    assert occur.occur_one(id_) == 24
    assert len(said()) == occur.MOST_LATE
    assert standing(id_).next_at == at("2027-01-01T07:30")


def test_over_it_has_no_next_time(cast: Cast, clock: Any) -> None:
    id_ = begin(cast, pattern(times=1))
    clock.move_to(at("2026-11-30T07:30"))
    sweep.schedule()
    clock.move_to(at("2026-12-03T07:30"))
    sweep.schedule()
    assert (len(said()), standing(id_).next_at, standing(id_).ended_at) == (1, None, at("2026-11-30T07:30"))


def test_ended_it_is_said_no_more_and_ending_it_twice_is_harmless(cast: Cast, clock: Any) -> None:
    id_ = begin(cast)
    for _ in range(2):
        with unit_of_work():
            keep.end(standing(id_), at_work(cast, cast.margaret), office_of(cast))
    clock.move_to(at("2026-11-30T07:30"))
    sweep.schedule()
    acts = select(AuditLine.action).where(AuditLine.subject_id == id_).order_by(AuditLine.id)
    assert (said(), list(db.session.scalars(acts))) == ([], ["recurrence.begun", "recurrence.ended"])


def test_changed_it_goes_on_from_now_and_what_was_said_stays(cast: Cast, clock: Any) -> None:
    id_ = begin(cast)
    clock.move_to(at("2026-11-30T07:30"))
    sweep.schedule()
    row = standing(id_)
    version = keep.version_in(row)
    other = draft("role:parent", category=Category.REMINDER, title="Swimming kit and towel")
    new = pattern(days=(0, 4), minute=450, starts_on=MONDAY)
    with unit_of_work():
        keep.revise(row, version, (other, new), at_work(cast, cast.margaret), office_of(cast))
    assert standing(id_).next_at == at("2026-12-04T07:30")
    with pytest.raises(ChangedMeanwhileError), unit_of_work():
        keep.revise(standing(id_), version, (other, new), at_work(cast, cast.margaret), office_of(cast))
    clock.move_to(at("2026-12-04T07:30"))
    sweep.schedule()
    assert [row.title for row in said()] == ["Swimming kit", "Swimming kit and towel"]


def test_bar_13_the_same_key_begins_it_once(cast: Cast, clock: Any) -> None:
    assert begin(cast, key="k1") == begin(cast, key="k1")
    with pytest.raises(IdempotencyConflictError):
        begin(cast, replace(pattern(), minute=60), key="k1")
    assert db.session.scalar(select(func.count()).select_from(Recurrence)) == 1


def test_what_never_comes_or_is_for_nobody_is_refused(cast: Cast, clock: Any) -> None:
    skipped = (Span(MONDAY, date(2026, 12, 31)),)
    for of, more in (
        (pattern(until=date(2026, 12, 20), skipped=skipped), {}),
        (pattern(), {"category": Category.EMERGENCY}),
        (pattern(), {"expires_at": at("2026-12-20T12:00")}),
        (pattern(), {"title": ""}),
    ):
        with pytest.raises(DraftRefusedError):
            begin(cast, of, **more)


def test_a_time_that_was_said_already_is_not_said_again_when_the_rule_comes_back_to_it(cast: Cast, clock: Any) -> None:
    id_ = begin(cast)
    clock.move_to(at("2026-11-30T07:30"))
    sweep.schedule()
    with unit_of_work() as session:
        session.execute(update(Recurrence).values(next_at=at("2026-11-30T07:30")))
    sweep.schedule()
    assert (len(said()), standing(id_).next_at) == (1, at("2026-12-03T07:30"))
    assert next(moments(pattern(), at("2026-11-30T07:30"))).at == at("2026-12-03T07:30")
