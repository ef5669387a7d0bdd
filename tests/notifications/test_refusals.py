"""What the composer does not take, whoever sends it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.notifications.models import Notification
from tests.support.cast import Cast
from tests.support.pages import Client

SAID = {"category": "announcement", "priority": "normal", "title": "Closed", "body": "All day.", "confirmed": "1"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"category": "system"}, "category"),
        ({"title": "\u200b\u3164\u00ad"}, "title"),
        ({"title": "\u202e\u2066"}, "title"),
        ({"expires_at": "9999-12-31T23:59"}, "expires_at"),
        ({"when": "now", "scheduled_for": "2030-01-01T00:00"}, "scheduled_for"),
        ({"when": "later"}, "scheduled_for"),
        ({"when": "later", "scheduled_for": "next week"}, "scheduled_for"),
        ({"when": "later", "scheduled_for": "2020-01-01T00:00"}, "scheduled_for"),
        ({"when": "later", "scheduled_for": "2999-01-01T00:00"}, "scheduled_for"),
        ({"when": "later", "scheduled_for": "9999-12-31T23:59+00:00"}, "scheduled_for"),
        ({"exclude": "role:parent"}, "include"),
        ({"include": [f"a{number}" for number in range(2_000)]}, "include"),
    ],
)
def test_nothing_is_sent_and_the_reason_is_said(
    app: Flask, cast: Cast, browser_of: Callable[..., Client], changes: dict[str, object], field: str
) -> None:
    margaret = browser_of("margaret")
    margaret.get("/notifications/new")
    answer = margaret.press("/notifications/new", **{**SAID, "include": "role:parent", **changes})
    assert answer.status_code == 422
    assert len(answer.text) < 300_000
    assert 'class="error"' in answer.text or 'role="alert"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Notification)) == 0


def test_an_override_does_not_turn_a_title_around(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> None:
    margaret = browser_of("margaret")
    margaret.get("/notifications/new")
    margaret.press("/notifications/new", **{**SAID, "include": "role:parent", "title": "\u202eClosed\u202c \u05e9"})
    with app.app_context():
        assert db.session.scalars(select(Notification.title)).one() == "Closed \u05e9"
