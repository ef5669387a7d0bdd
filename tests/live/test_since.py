"""What has happened since a cursor: the one answer of socket, catch-up and poll, here asked by plain requests."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.extensions import db
from app.identity.models import UserSession
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.live import since as since_module
from app.live.page import CURSOR_HEADER
from app.live.since import since
from app.realtime.kinds import Cursor, Viewer
from app.realtime.models import LiveCounter, LiveEvent
from app.realtime.queries import current_cursor
from tests.live.notices import BROKEN
from tests.support import factories
from tests.support.cast import Cast
from tests.support.pages import Client
from tests.support.statements import overheard

Browser = Callable[..., Client]
Happen = Callable[..., str]


@pytest.fixture
def start(app: Flask, cast: Cast) -> Cursor:
    """How far history goes before the test makes any."""
    with app.app_context():
        return current_cursor()


def ask(client: Client, cursor: Cursor | str) -> tuple[int, str, str]:
    """Status, HTML and the cursor to go on from."""
    text = cursor if isinstance(cursor, str) else cursor.to_text()
    answer = client.get(f"/live/since?cursor={text}", headers={"HX-Request": "true"})
    return answer.status_code, answer.text, answer.headers.get(CURSOR_HEADER, "")


def test_nothing_new_is_204(browser_of: Browser, cast: Cast, app: Flask) -> None:
    priya = browser_of("priya")
    with app.app_context():
        newest = current_cursor()
    assert ask(priya, newest) == (204, "", newest.to_text())


def test_what_happened_comes_once_and_in_order(browser_of: Browser, start: Cursor, happen: Happen) -> None:
    priya = browser_of("priya")
    happened = [happen(to="priya"), happen(), happen(to="priya")]
    status, html, cursor = ask(priya, start)
    assert status == 200
    assert [html.count(words) for words in happened] == [1, 1, 1]
    assert sorted(happened, key=html.index) == happened
    assert f'data-cursor="{cursor}"' in html
    assert ask(priya, cursor) == (204, "", cursor)


def test_what_happened_to_others_is_nothing_but_moves_the_cursor(
    browser_of: Browser, start: Cursor, happen: Happen
) -> None:
    priya = browser_of("priya")
    happen(to="olu")
    status, html, cursor = ask(priya, start)
    assert (status, html) == (204, "")
    assert Cursor.parse(cursor) > start  # type: ignore[operator]


def test_another_district_is_another_world(
    browser_of: Browser, cast: Cast, start: Cursor, happen: Happen, app: Flask
) -> None:
    priya = browser_of("priya")
    with app.app_context(), unit_of_work():
        other = factories.district("Elsewhere").id
    happen(district_id=other)
    assert ask(priya, start)[0] == 204


@pytest.mark.parametrize("sent", ["x", "0.0", "00000000000000000000000000000000.0", "' OR 1=1 --"])
def test_a_cursor_that_is_not_of_this_history_gets_a_full_reload(
    sent: str, browser_of: Browser, cast: Cast, happen: Happen
) -> None:
    priya = browser_of("priya")
    words = happen(to="priya")
    answer = priya.get("/live/since", query_string={"cursor": sent}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers.get("HX-Refresh")) == (200, "true")
    assert "data-reload" in answer.text
    assert words not in answer.text


def test_after_a_restore_every_cursor_of_before_gets_a_full_reload(
    browser_of: Browser, start: Cursor, app: Flask
) -> None:
    priya = browser_of("priya")
    with app.app_context(), unit_of_work() as session:
        session.execute(update(LiveCounter).values(epoch=new_id()))
    assert "data-reload" in ask(priya, start)[1]


def test_when_the_oldest_happenings_are_gone_nobody_gets_a_part(
    browser_of: Browser, start: Cursor, happen: Happen, app: Flask
) -> None:
    priya = browser_of("priya")
    happen(to="priya")
    kept = [happen(to="priya"), happen(to="priya")]
    with app.app_context(), unit_of_work() as session:
        session.execute(delete(LiveEvent).where(LiveEvent.position <= start.position + 2))
    status, html, _cursor = ask(priya, start)
    assert status == 200
    assert "data-reload" in html
    assert not any(words in html for words in kept)
    html = ask(priya, Cursor(start.epoch, start.position + 2))[1]
    assert "data-reload" not in html
    assert kept[1] in html


def test_who_is_too_far_behind_gets_a_full_reload(
    browser_of: Browser, start: Cursor, happen: Happen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(since_module, "MOST_BEHIND", 3)
    priya = browser_of("priya")
    for _ in range(2):
        happen()
    assert "data-reload" not in ask(priya, start)[1]
    for _ in range(3):
        happen()
    assert "data-reload" in ask(priya, start)[1]


def test_one_happening_that_cannot_be_rendered_does_not_hide_the_rest(
    browser_of: Browser, start: Cursor, happen: Happen
) -> None:
    priya = browser_of("priya")
    happen(kind=BROKEN)
    _status, html, cursor = ask(priya, start)
    assert "data-reload" in html
    words = happen(to="priya")
    assert words in ask(priya, cursor)[1]


def test_polling_is_no_activity(browser_of: Browser, cast: Cast, start: Cursor, app: Flask) -> None:
    priya = browser_of("priya")

    def last_active() -> object:
        with app.app_context():
            return db.session.scalar(select(UserSession.last_active).where(UserSession.user_id == cast.priya.id))

    with app.app_context(), unit_of_work() as session:
        long_ago = UserSession.created_at
        session.execute(update(UserSession).values(last_active=long_ago))
    before = last_active()
    ask(priya, start)
    assert last_active() == before


def test_the_page_of_an_ended_session_is_told_so(browser_of: Browser, start: Cursor) -> None:
    old = browser_of("priya")
    browser_of("priya")
    status, html, _cursor = ask(old, start)
    assert status == 401
    assert 'id="signed-out"' in html
    assert old.post("/live/receipts", json={"receipts": []}).status_code in {401, 403}


def test_a_stranger_is_told_nothing(browser_of: Browser, start: Cursor, happen: Happen) -> None:
    words = happen()
    answer = browser_of().get(f"/live/since?cursor={start.to_text()}")
    assert answer.status_code == 401
    assert words not in answer.text


def test_the_number_of_queries_does_not_grow_with_viewers_or_happenings(
    app: Flask, cast: Cast, start: Cursor, happen: Happen
) -> None:
    def viewers(count: int) -> list[Viewer]:
        ids = [cast.priya.id] + [new_id() for _ in range(count - 1)]
        return [Viewer(id_, new_id(), cast.district_id, "en", None, "token") for id_ in ids]

    def queries_of(count: int) -> int:
        with app.app_context(), overheard() as asked:
            since({start: viewers(count)})
        return len(asked)

    happen()
    few = queries_of(1)
    for _ in range(20):
        happen(to="priya")
    assert queries_of(200) == few
