"""The outbox of one open page, and who may have one."""

from uuid import uuid4

from flask import Flask

from app.realtime.connection import MOST_WAITING, Connection
from app.realtime.hub import MOST_A_SESSION, Hub
from app.realtime.kinds import CloseCode, Cursor, Viewer
from app.realtime.messages import Message

EPOCH = uuid4()
START, LATER = Cursor(EPOCH, 1), Cursor(EPOCH, 2)


def connection() -> Connection:
    return Connection(Viewer(uuid4(), uuid4(), uuid4(), "en", None, "token"), START, lambda: None)


def test_what_is_taken_goes_with_the_cursor_that_it_reaches() -> None:
    one = connection()
    assert one.take().cursor == START
    one.offer([Message("a")], LATER)
    taken = one.take()
    assert ([message.html for message in taken.messages], taken.cursor, taken.code) == (["a"], LATER, None)
    assert one.take().messages == []


def test_an_empty_outbox_takes_a_catch_up_of_any_size() -> None:
    one = connection()
    one.offer([Message("x" * MOST_WAITING), Message("x")], LATER)
    assert len(one.take().messages) == 2


def test_who_lags_behind_the_bound_is_sent_away_to_catch_up() -> None:
    one = connection()
    one.offer([Message("x")], LATER)
    one.offer([Message("x" * MOST_WAITING)], LATER)
    taken = one.take()
    assert (taken.messages, taken.code) == ([], CloseCode.TOO_SLOW)
    assert one.is_closing


def test_the_first_reason_to_close_counts() -> None:
    one = connection()
    one.close(CloseCode.SIGNED_OUT, Message("over"))
    one.close(CloseCode.RESTART)
    taken = one.take()
    assert ([message.html for message in taken.messages], taken.code) == (["over"], CloseCode.SIGNED_OUT)


def test_seats_are_counted_by_session_and_in_all_and_come_back() -> None:
    hub = Hub(Flask("test"), 15, lambda _waiting: {}, lambda _viewers: {}, lambda _wake: None)
    first, second = uuid4(), uuid4()
    assert [hub.take_seat(first) for _ in range(MOST_A_SESSION + 1)] == [True] * MOST_A_SESSION + [False]
    assert [hub.take_seat(second) for _ in range(6)] == [True] * 5 + [False]
    hub.give_seat_back(first)
    assert hub.take_seat(second)
    assert not hub.take_seat(first)


def test_a_hub_that_closes_lets_nobody_in_and_sends_everybody_away() -> None:
    hub = Hub(Flask("test"), 5, lambda _waiting: {}, lambda _viewers: {}, lambda _wake: None)
    pages = [connection() for _ in range(3)]
    for page in pages:
        hub.join(page)
    hub.close_all(within=0.01)
    late = connection()
    hub.join(late)
    assert [page.take().code for page in (*pages, late)] == [CloseCode.RESTART] * 4
    assert not hub.take_seat(uuid4())
