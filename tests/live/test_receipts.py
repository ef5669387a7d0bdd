"""What pages report of alerts: taken from anybody, believed of nobody but oneself, handed on in batches."""

import json
import threading
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.live import receipts
from app.live.receipts import MOST_IN_ONE, Receipts, Report, parse
from tests.support.cast import Cast
from tests.support.pages import Client
from tests.support.patience import eventually

Batches = list[list[Report]]


@pytest.fixture
def batches(app: Flask) -> Iterator[Batches]:
    """What the ledger was handed, a list a call."""
    taken: Batches = []
    before = app.extensions["belfry.receipts"]
    app.extensions["belfry.receipts"] = taken.append
    yield taken
    app.extensions["belfry.receipts"] = before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "null",
        "[]",
        "{}",
        '{"receipts": null}',
        '{"receipts": "x"}',
        '{"receipts": [1, null, {}, "x"]}',
        "[" * 9999,
    ],
)
def test_what_is_no_receipt_is_none(text: str) -> None:
    assert list(parse(text)) == []


def test_receipts_are_read_up_to_a_bound() -> None:
    ids = [str(uuid4()) for _ in range(MOST_IN_ONE + 5)]
    assert list(parse(json.dumps({"receipts": ids}))) == [UUID(id_) for id_ in ids[:MOST_IN_ONE]]
    assert list(parse(json.dumps({"receipts": ["x", ids[0]]}).encode())) == [UUID(ids[0])]


def test_a_thousand_at_once_are_one_batch_with_nothing_twice(
    app: Flask, batches: Batches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "COLLECT_SECONDS", 3)  # for as long as four threads may need to begin
    collector = Receipts(app, "belfry.receipts")
    notification, accounts = uuid4(), [uuid4() for _ in range(1000)]

    def report() -> None:
        for account in accounts:
            collector.add(account, [notification])

    threads = [threading.Thread(target=report) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    eventually(lambda: batches, within=20)
    assert [sorted(batch) for batch in batches] == [sorted((id_, notification) for id_ in accounts)]


@pytest.fixture
def failing(app: Flask, batches: Batches, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Exception]]:
    """``failing(error, ...)``: the ledger raises these, one a batch, before it takes any; gives those still to come."""
    monkeypatch.setattr(receipts, "AGAIN_SECONDS", 0.1)

    def fail_with(*errors: Exception) -> list[Exception]:
        left = list(errors)

        def take(reports: list[Report]) -> None:
            if left:
                raise left.pop(0)
            batches.append(reports)

        app.extensions["belfry.receipts"] = take
        return left

    return fail_with


AWAY = [
    OperationalError("", {}, Exception("server closed the connection")),
    DBAPIError("", {}, Exception("terminated"), connection_invalidated=True),
    PoolTimeoutError(),
]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_what_came_while_the_database_was_away_is_handed_on_later(
    app: Flask, batches: Batches, failing: Callable[..., list[Exception]], error: Exception
) -> None:
    failing(error, error)
    report = (uuid4(), uuid4())
    Receipts(app, "belfry.receipts").add(report[0], [report[1]])
    eventually(lambda: batches == [[report]], within=20)


def test_a_batch_that_cannot_be_taken_does_not_spoil_the_next(
    app: Flask, batches: Batches, failing: Callable[..., list[Exception]]
) -> None:
    to_come = failing(ValueError("a mistake of our own"))
    collector, good = Receipts(app, "belfry.receipts"), (uuid4(), uuid4())
    collector.add(uuid4(), [uuid4()])
    eventually(lambda: not to_come, within=20)
    collector.add(good[0], [good[1]])
    eventually(lambda: batches == [[good]], within=20)


def test_no_more_is_kept_than_there_is_room_for(
    app: Flask, batches: Batches, failing: Callable[..., list[Exception]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "MOST_KEPT", 5)
    failing(AWAY[0])
    collector = Receipts(app, "belfry.receipts")
    collector.add(uuid4(), [uuid4() for _ in range(4)])
    collector.add(uuid4(), [uuid4() for _ in range(4)])
    eventually(lambda: batches, within=20)
    assert [len(batch) for batch in batches] == [5]


def test_a_page_without_a_socket_reports_by_a_form_of_its_own(
    app: Flask, cast: Cast, batches: Batches, browser_of: Callable[..., Client]
) -> None:
    priya, notification = browser_of("priya"), uuid4()
    priya.get("/account/sessions")
    headers = json.loads(priya.page.all_with("hx-headers")[0])
    said = {"receipts": [str(notification)]}
    assert priya.post("/live/receipts", json=said).status_code == 403
    assert priya.post("/live/receipts", json=said, headers=headers).status_code == 204
    eventually(lambda: batches == [[(cast.priya.id, notification)]], within=20)
