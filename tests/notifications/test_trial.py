""" "Send me a test": the very same way, to nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditLine
from app.catalogue.kinds import Category
from app.extensions import db
from app.mailer.jobs import drain_mail, drain_urgent_mail
from app.notifications.models import Notification
from tests.notifications.people import fan_out, recipients
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client, values_of
from tests.support.smtp import Sink

Headers = dict[str, str] | None
NEW, TESTS = "/notifications/new", "/notifications/tests"
SNOW = {"category": "announcement", "title": "Snow", "body": "No **school** today.", "include": ["role:parent"]}


@pytest.fixture
def office(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    office = browser_of("margaret")
    office.get(NEW)
    return office


def tried(office: Client, headers: Headers = None, **changes: Any) -> int:
    fields = {**values_of(office.page.form(NEW)), **SNOW, **changes}
    return office.post(TESTS, data=fields, headers=headers).status_code


def sent(app: Flask) -> list[Notification]:
    with app.app_context():
        return list(db.session.scalars(select(Notification).order_by(Notification.created_at)))


def work(app: Flask) -> None:
    with app.app_context():
        fan_out()
        while drain_mail() or drain_urgent_mail():
            pass


@pytest.mark.parametrize("category", ["announcement", "emergency"])
def test_it_reaches_its_sender_alone_in_the_inbox_and_by_mail_and_is_called_a_test(
    app: Flask, cast: Cast, office: Client, sink: Sink, category: str
) -> None:
    assert tried(office, category=category, include=[f"school:{cast.northfield.id}"]) == 200
    assert "A test is on its way to you alone." in office.page.text
    work(app)
    (row,) = sent(app)
    with app.app_context():
        assert set(recipients(row.id)) == {"margaret"}
    (mail,) = sink.wait_for(1)
    subject = {"announcement": "[Test] Snow", "emergency": "EMERGENCY: [Test] Snow"}[category]
    assert (mail.recipients, mail.subject) == (("margaret@belfry.example",), subject)
    office.get("/inbox")
    assert "[Test] Snow" in office.page.text
    assert (row.category, row.data) == (Category(category), {"test": True})


def test_a_test_is_in_the_audit_log_as_one(app: Flask, cast: Cast, office: Client) -> None:
    tried(office)
    with app.app_context():
        lines = {line.action: line for line in db.session.scalars(select(AuditLine))}
    assert lines["notification.tested"].actor_id == cast.margaret.id
    assert lines["notification.tested"].subject_id == sent(app)[0].id
    assert "notification.published" not in lines


def test_the_key_and_the_draft_are_left_for_the_real_one(app: Flask, cast: Cast, office: Client) -> None:
    key = values_of(office.page.form(NEW))["idempotency_key"]
    assert tried(office) == tried(office) == 200
    form = values_of(office.page.form(NEW))
    assert form["idempotency_key"] == key
    assert (form["title"], form["body"], form["include"]) == (["Snow"], ["No **school** today."], ["role:parent"])
    assert office.press(NEW, confirmed="1").status_code == 303
    assert [row.idempotency_key for row in sent(app)] == [None, None, key[0]]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " "}, "Give it a title"),
        ({"category": "gossip"}, "Choose what kind it is."),
        ({"link": "ftp://x.example"}, "Begin the address with https://"),
        ({"include": ["everybody"]}, "names no group of people"),
        ({"expires_at": "2020-01-01T00:00"}, "This moment is over already"),
        ({"category": "announcement", "priority": "emergency"}, "Only an emergency"),
    ],
)
@pytest.mark.parametrize("headers", [None, HTMX], ids=["page", "part"])
def test_a_draft_that_is_wrong_is_refused_with_words(
    app: Flask, office: Client, changes: dict[str, Any], words: str, headers: Headers
) -> None:
    assert tried(office, headers, **changes) == 422
    assert words in office.page.text
    assert sent(app) == []


def test_nobody_needs_to_be_chosen_yet(app: Flask, office: Client) -> None:
    assert tried(office, HTMX, include=[]) == 200
    assert len(sent(app)) == 1


def test_a_long_title_leaves_room_for_its_mark(app: Flask, office: Client) -> None:
    assert tried(office, title="x" * 200) == 200
    assert len(sent(app)[0].title) == 200
    assert sent(app)[0].title.startswith("[Test] x")


def test_the_admin_of_a_district_gets_one_too(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> None:
    dana = browser_of("dana")
    dana.get(NEW)
    assert tried(dana) == 200
    work(app)
    with app.app_context():
        assert set(recipients(sent(app)[0].id)) == {"dana"}
