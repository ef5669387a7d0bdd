"""Where a page begins to listen."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from app.extensions import db
from app.realtime.queries import current_cursor
from tests.support.cast import Cast
from tests.support.pages import Client


@pytest.mark.parametrize("path", ["/account/sessions", "/inbox"])
def test_bar_36_a_page_asks_how_far_history_goes_before_it_reads_what_it_shows(
    path: str, app: Flask, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    priya = browser_of("priya")
    asked: list[str] = []
    with app.app_context():
        engine, newest = db.engine, current_cursor().to_text()
    event.listen(engine, "before_cursor_execute", listener := lambda *given: asked.append(given[2]))
    try:
        priya.get(path)
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert priya.page.all_with("data-cursor") == [newest]
    asked = [statement for statement in asked if not statement.startswith("BEGIN")]
    (place,) = [place for place, statement in enumerate(asked) if "live_counter" in statement]
    assert all("token_hash" in statement for statement in asked[:place]), "the guard alone may ask before"
    assert len(asked) > place + 1
