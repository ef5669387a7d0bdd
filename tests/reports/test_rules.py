"""How far it is, how long it takes, and what no spreadsheet may calculate."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications.kinds import Fate
from app.notifications.models import Notification
from app.notifications.rules import OPEN
from app.reports import drawing
from app.reports.export import file_name
from app.reports.kinds import Curve, Line, Pace, Stage
from app.reports.rules import MOST_STEPS, cell, percent, progress, steps, time_left

BEGAN = datetime(2026, 11, 20, 8, 30, 20, tzinfo=UTC)
MAIL = st.dictionaries(st.sampled_from(Fate), st.integers(0, 5000))
PACES = st.builds(Pace, st.integers(0, 500), st.integers(0, 500), st.none(), st.just(BEGAN))


def after(**span: float) -> datetime:
    return BEGAN + timedelta(**span)


def test_two_minutes_are_left_when_half_has_left_in_two() -> None:
    pace = Pace(lately=60, later=0, next_try_at=None, began_at=BEGAN)
    found = progress(240, {Fate.SENT: 120, Fate.PENDING: 119, Fate.SENDING: 1}, pace, after(minutes=2), is_written=True)
    assert (found.stage, found.sent, found.total, found.percent) == (Stage.SENDING, 120, 240, 50)
    assert found.left == timedelta(minutes=2)
    assert not found.is_stuck


def test_without_anything_to_go_by_nothing_is_estimated() -> None:
    assert time_left(100, Pace(4, 0, None, BEGAN), after(minutes=2)) is None, "four mails say nothing"
    assert time_left(100, Pace(50, 0, None, BEGAN), after(seconds=3)) is None, "nor do three seconds"
    assert time_left(0, Pace(50, 9, None, BEGAN), after(minutes=2)) is None, "only other tries are left"
    assert time_left(50, Pace(50, 0, None, BEGAN), after(seconds=10)) == timedelta(seconds=10)


def test_what_waits_for_another_try_is_no_part_of_the_estimate() -> None:
    pace = Pace(lately=60, later=7, next_try_at=after(minutes=5), began_at=BEGAN)
    busy = progress(100, {Fate.SENT: 60, Fate.PENDING: 37}, pace, after(minutes=2), is_written=True)
    assert busy.left == timedelta(seconds=30)
    rest = progress(100, {Fate.SENT: 90, Fate.PENDING: 7}, pace, after(minutes=3), is_written=True)
    assert (rest.stage, rest.left, rest.later, rest.is_stuck) == (Stage.RETRYING, None, 7, False)


def test_what_waits_as_somebody_wishes_is_neither_late_nor_another_try() -> None:
    pace = Pace(0, 0, None, BEGAN, waiting=7, next_turn_at=after(minutes=600))
    rest = progress(100, {Fate.SENT: 90, Fate.PENDING: 7}, pace, after(minutes=3), is_written=True)
    assert (rest.stage, rest.waiting, rest.next_turn_at) == (Stage.WAITING, 7, after(minutes=600))
    assert (rest.left, rest.later, rest.is_stuck) == (None, 0, False)
    due = progress(100, {Fate.SENT: 90, Fate.PENDING: 8}, pace, after(minutes=3), is_written=True)
    assert (due.stage, due.is_stuck) == (Stage.SENDING, True), "one of them is due"


def test_mail_that_does_not_leave_is_said_after_a_minute() -> None:
    still = {Fate.PENDING: 10}
    pace = Pace(lately=0, later=0, next_try_at=None, began_at=BEGAN)
    assert not progress(10, still, pace, after(seconds=59), is_written=True).is_stuck
    assert progress(10, still, pace, after(seconds=61), is_written=True).is_stuck


def test_what_is_still_being_written_down_is_not_done() -> None:
    assert progress(0, {}, None, BEGAN, is_written=False).stage is Stage.WRITING
    assert progress(5, {Fate.SUPPRESSED: 5}, None, BEGAN, is_written=True).stage is Stage.DONE
    assert progress(5, {}, None, BEGAN, is_written=True).percent == 100, "a reminder has no mail to wait for"


@given(MAIL, PACES, st.integers(0, 7200))
def test_the_ring_is_full_when_and_only_when_nothing_is_left(mail: dict[Fate, int], pace: Pace, seconds: int) -> None:
    found = progress(100, mail, pace, after(seconds=seconds), is_written=True)
    still = sum(mail.get(fate, 0) for fate in OPEN)
    assert found.done + still == found.total == sum(mail.values()) - mail.get(Fate.SUPPRESSED, 0)
    assert found.sent + found.failed == found.done
    assert 0 <= found.percent <= 100
    assert (found.percent == 100) is (not still), "a hundred is all of it, and never a mail less"
    assert found.left is None or found.left > timedelta(0)


@given(st.integers(0, 40_000_000), st.integers(0, 40_000_000))
def test_a_curve_has_few_steps_and_ends_where_it_ends(start: int, length: int) -> None:
    began_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=start)
    until = began_at + timedelta(seconds=length)
    moments = steps(began_at, until)
    assert 1 <= len(moments) <= MOST_STEPS
    assert moments == sorted(set(moments))
    assert moments[-1] >= until
    assert all(moment > began_at for moment in moments[1:])


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=8))
def test_no_point_of_a_drawing_leaves_it(counts: list[int]) -> None:
    moments = [after(minutes=number + 1) for number in range(len(counts))]
    drawn = drawing.drawn(Curve(moments, {Line.READ: sorted(counts)}), BEGAN)
    assert len(drawn.ticks) <= drawing.MOST_TICKS + 1
    assert drawn.ticks[-1].value >= max(counts)
    for pair in drawn.paths[Line.READ].removeprefix("M").split("L"):
        x, y = map(float, pair.split())
        assert drawing.LEFT <= x <= drawing.RIGHT
        assert drawing.TOP <= y <= drawing.BOTTOM


def test_shares_are_rounded_down() -> None:
    assert percent(999, 1000) == 99
    assert percent(1000, 1000) == 100
    assert percent(0, 0) == 0


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\tx", "\rx", "\nx", "＝1+1", "＠x"])
def test_bar_99_no_cell_begins_like_a_formula(name: str) -> None:
    assert cell(name) == f"'{name}"


@pytest.mark.parametrize("name", ["Mina Rahman", "O'Brien", "a=b", "", "١٢٣"])
def test_bar_99_other_cells_stay_as_they_are(name: str) -> None:
    assert cell(name) == name


def test_a_file_bears_the_day_that_its_rows_tell() -> None:
    late = Notification(title="Closed", created_at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    assert file_name(late, "Asia/Tokyo") == "closed-2026-11-21.csv"
