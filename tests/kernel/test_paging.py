"""Page tokens come back from strangers."""

import base64
from datetime import UTC, datetime

import pytest

from app.kernel.ids import new_id
from app.kernel.paging import from_token, page_of, to_token


def token(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def test_a_token_gives_back_its_key() -> None:
    key = datetime(2026, 11, 20, 7, 0, 0, 123, UTC), new_id()
    assert from_token(to_token(key)) == key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "é",
        "====",
        token("no moment|no id"),
        token("2026-11-20T07:00:00|01890000-0000-7000-8000-000000000000"),
        token("0001-01-01T00:00:00+05:00|01890000-0000-7000-8000-000000000000"),
        token("2026-11-20T07:00:00+00:00|x"),
        "A" * 100_000,
    ],
)
def test_a_token_that_none_of_our_pages_made_is_the_first_page(text: str) -> None:
    assert from_token(text) is None


def test_a_full_page_has_a_next_one_only_when_there_is_more() -> None:
    rows = [(datetime(2026, 11, day, tzinfo=UTC), new_id()) for day in (3, 2, 1)]
    assert page_of(rows, 2, lambda row: row).next == to_token(rows[1])
    assert page_of(rows, 3, lambda row: row).next is None
    assert page_of([], 3, lambda row: row).next is None
