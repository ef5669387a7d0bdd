"""What two rolls tell of the people behind them."""

from base64 import urlsafe_b64encode
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.notifications.roll import CELLS, Difference, Roll

ids = st.uuids()


def some(count: int, seed: int = 1) -> set[UUID]:
    random = Random(seed)
    return {UUID(int=random.getrandbits(128)) for _ in range(count)}


@given(st.sets(ids, max_size=60), st.sets(ids, max_size=6), st.data())
@settings(max_examples=200, deadline=None)
def test_a_few_who_came_and_went_are_told_exactly(before: set[UUID], joined: set[UUID], data: st.DataObject) -> None:
    joined -= before
    left = data.draw(st.sets(st.sampled_from(sorted(before)), max_size=6)) if before else set()
    after = (before - left) | joined
    found = Roll.of(after).find_difference(Roll.of(before))
    assert found in {None, Difference(tuple(sorted(joined)), tuple(sorted(left)))}
    if after == before:
        assert Roll.of(after) == Roll.of(before)


def test_a_few_are_hardly_ever_too_many() -> None:
    everybody = sorted(some(4_000))
    untold = 0
    for start in range(0, 4_000, 8):
        some_ids = everybody[start : start + 8]
        untold += Roll.of(some_ids[:6]).find_difference(Roll.of(some_ids[2:])) is None
    assert untold <= 1


@given(st.lists(ids, max_size=40, unique=True))
@settings(deadline=None)
def test_the_same_people_are_the_same_roll_in_any_order_and_on_the_way_through_a_form(people: list[UUID]) -> None:
    roll = Roll.of(people)
    assert roll == Roll.of(reversed(people)) == Roll.parse(str(roll))
    assert roll.total == len(people)
    assert len(str(roll)) < 3_200


def test_dozens_are_told_among_many_and_hundreds_are_not() -> None:
    everybody = some(20_000)
    dozens, hundreds = set(sorted(everybody)[:30]), set(sorted(everybody)[:600])
    roll = Roll.of(everybody)
    assert Roll.of(everybody - dozens).find_difference(roll) == Difference((), tuple(sorted(dozens)))
    thinned = Roll.of(everybody - hundreds)
    assert thinned.find_difference(roll) is None
    assert (roll.total, thinned.total) == (20_000, 19_400)


def test_one_for_another_is_a_change_though_there_are_as_many() -> None:
    everybody = sorted(some(50))
    one, other = Roll.of(everybody[1:]), Roll.of(everybody[:-1])
    assert one.total == other.total
    assert one != other


@pytest.mark.parametrize("text", ["", "1", "AAAA", "é" * 40, "=" * 3072, "A" * 1_000_000, "!" * 3072])
def test_what_is_no_roll_is_none(text: str) -> None:
    assert Roll.parse(text) is None


@given(st.binary(min_size=CELLS * 24, max_size=CELLS * 24))
@settings(max_examples=50, deadline=None)
def test_a_forged_roll_ends(raw: bytes) -> None:
    forged = Roll.parse(urlsafe_b64encode(raw).decode())
    assert forged is not None
    Roll.of(some(5)).find_difference(forged)
