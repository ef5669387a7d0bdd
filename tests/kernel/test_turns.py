"""Who is next among those that wait: everybody as often, whoever is new at once."""

from collections import Counter
from itertools import islice
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.ids import new_id
from app.kernel.turns import LOOK_EVERY, MOST_REMEMBERED, Turns

FLOWS = [new_id() for _ in range(5)]


def taken(turns: Turns, count: int) -> list[UUID | None]:
    return [turns.next() for _ in range(count)]


def of(*flows: UUID) -> Turns:
    turns = Turns()
    turns.list(flows, 0.0)
    return turns


def test_nobody_waits_at_first() -> None:
    assert Turns().next() is None
    assert Turns().is_stale(0.0)


def test_the_newest_begins_and_each_comes_once_before_any_comes_twice() -> None:
    assert taken(of(*FLOWS), 10) == [*reversed(FLOWS), *reversed(FLOWS)]


def test_whoever_comes_is_next_and_pushes_nobody_back() -> None:
    old, all_clear = FLOWS[:3], FLOWS[4]
    turns = of(*old)
    assert taken(turns, 2) == [old[2], old[1]]
    turns.list([*old, all_clear], 1.0)
    assert taken(turns, 5) == [all_clear, old[0], old[2], old[1], all_clear]


def test_a_list_that_is_asked_for_anew_does_not_begin_from_the_front() -> None:
    """Where a relay is slow a list grows stale before it has been gone through once."""
    turns, served = Turns(), []
    for second in range(len(FLOWS)):
        turns.list(FLOWS, float(second))
        served.append(turns.next())
    assert Counter(served) == Counter(FLOWS)


def test_who_has_nothing_left_is_passed_over_and_the_list_is_stale_once_nobody_has() -> None:
    turns = of(*FLOWS[:2])
    turns.done(FLOWS[1])
    assert taken(turns, 2) == [FLOWS[0], FLOWS[0]]
    assert not turns.is_stale(LOOK_EVERY / 2)
    assert turns.is_stale(LOOK_EVERY)
    turns.done(FLOWS[0])
    assert turns.is_stale(0.0)


def test_who_was_away_for_a_moment_comes_no_sooner_for_it() -> None:
    turns = of(*FLOWS[:2])
    assert taken(turns, 3) == [FLOWS[1], FLOWS[0], FLOWS[1]]
    turns.list([FLOWS[0]], 1.0)
    turns.list(FLOWS[:2], 2.0)
    assert turns.next() == FLOWS[0]


def test_memory_is_bounded() -> None:
    turns = Turns()
    many = [new_id() for _ in range(MOST_REMEMBERED + 1)]
    for start in range(0, len(many), 1000):
        turns.list(part := many[start : start + 1000], 0.0)
        taken(turns, len(part))
    turns.list(many[:3], 0.0)
    assert len(turns._last_turn) == 3


@given(st.lists(st.sampled_from(FLOWS), min_size=1, unique=True), st.lists(st.integers(1, 6), min_size=1, max_size=8))
def test_shares_differ_by_one_at_most_however_often_it_is_asked_anew(flows: list[UUID], bouts: list[int]) -> None:
    turns, shares = Turns(), Counter[UUID | None]()
    for moment, bout in enumerate(bouts):
        turns.list(flows, float(moment))
        shares.update(islice(iter(turns.next, None), bout))
    counts = [shares[flow] for flow in flows]
    assert max(counts) - min(counts) <= 1
