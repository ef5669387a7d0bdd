"""A school's ready texts: made, changed, used, and nobody else's."""

import re
from collections.abc import Callable, Sequence
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.audit.models import AuditLine
from app.drafts.models import SavedDraft
from app.extensions import db
from app.library import rules
from app.library.kinds import BuiltIn
from app.library.models import MessageTemplate
from app.mailer.jobs import drain_mail
from app.notifications.models import Notification
from tests.library.test_rules import INJECTIONS
from tests.notifications.people import fan_out
from tests.support.cast import PASSWORD, Cast, sign_in_name
from tests.support.pages import HTMX, Client, values_of
from tests.support.smtp import Sink

COMPOSER, LIBRARY, NEW = "/notifications/new", "/notifications/templates", "/notifications/templates/new"
SWIMMING = {"name": "Swimming", "category": "reminder", "title": "Swimming at {school}", "body": "Towels, on {today}."}


@pytest.fixture
def office(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    """Margaret's browser."""
    return browser_of("margaret")


def texts(app: Flask) -> Sequence[MessageTemplate]:
    with app.app_context():
        return db.session.scalars(select(MessageTemplate).order_by(MessageTemplate.id)).all()


def only(app: Flask) -> MessageTemplate:
    (text,) = texts(app)
    return text


def make(client: Client, **changes: Any) -> int:
    client.get(NEW)
    return client.press(NEW, **{**SWIMMING, **changes}).status_code


def composer(client: Client) -> dict[str, list[str]]:
    return values_of(client.page.form(COMPOSER))


def test_a_text_is_made_changed_and_taken_away(app: Flask, cast: Cast, office: Client) -> None:
    assert make(office) == 303
    text = only(app)
    assert (text.school_id, text.written_by_id, text.category) == (cast.northfield.id, cast.margaret.id, "reminder")
    office.get(LIBRARY)
    assert "Swimming at {school}" in office.page.text
    address = f"{LIBRARY}/{text.id}"
    office.get(address)
    assert office.press(address, name="  Swimming \t pool ", body="x").status_code == 303
    assert (only(app).name, only(app).body, only(app).title) == ("Swimming pool", "x", "Swimming at {school}")
    office.get(address)
    assert office.press(f"{address}/removal").status_code == 303
    assert texts(app) == []
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.subject_id == text.id)).all()
    assert [line.action for line in lines] == ["template.made", "template.changed", "template.taken_away"]
    assert all(line.details == {} for line in lines), "who did it is noted, never what it says"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " \t"}, "Give it a name"),
        ({"name": "x" * 81}, "longer than 80"),
        ({"title": ""}, "Give it a title"),
        ({"title": "x" * 201}, "longer than 200"),
        ({"body": "x" * 20_001}, "longer than 20000"),
        ({"category": "system"}, "Not a valid choice"),
        ({"category": ""}, "Not a valid choice"),
        ({"name": "swimming"}, "a template of this name already"),
    ],
)
def test_what_is_wrong_is_said_and_all_is_kept(app: Flask, office: Client, changes: Any, words: str) -> None:
    make(office)
    assert make(office, **{"name": "Another", **changes}) == 422
    assert words in office.page.text
    if "body" not in changes:
        assert values_of(office.page.form(NEW))["body"] == [SWIMMING["body"]]
    assert len(texts(app)) == 1


def test_a_name_may_be_used_by_every_school_and_the_district(
    app: Flask, office: Client, browser_of: Callable[..., Client]
) -> None:
    for client in (office, browser_of("hugo"), browser_of("dana")):
        assert make(client) == 303
        assert make(client) == 422
    assert len(texts(app)) == 3


def test_there_is_an_end_to_them(office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_TEXTS", 1)
    assert make(office) == 303
    assert make(office, name="Another") == 422
    assert "as many templates as there may be" in office.page.text


def test_another_schools_texts_are_not_there_and_the_districts_are_for_all(
    app: Flask, office: Client, browser_of: Callable[..., Client]
) -> None:
    make(office, title="Only of Northfield")
    hugo, dana = browser_of("hugo"), browser_of("dana")
    own = only(app)
    make(dana, name="For all schools")
    of_district = texts(app)[1]
    for client, key in ((hugo, own.id), (dana, own.id), (hugo, f"{own.id}'"), (hugo, "no_such")):
        assert client.get(f"{LIBRARY}/{key}").status_code == 404
        assert client.get(f"{LIBRARY}/{key}/words", headers=HTMX).status_code == 404
        assert client.get(f"{COMPOSER}?template={key}").status_code == 404
        client.get(COMPOSER)
        assert client.press(COMPOSER, template=str(key)).status_code == 404
        assert "Only of Northfield" not in client.get(LIBRARY).text
    assert "For all schools" in hugo.get(LIBRARY).text
    assert hugo.get(f"{COMPOSER}?template={of_district.id}").status_code == 200
    assert hugo.get(f"{LIBRARY}/{of_district.id}").status_code == 404, "but only the district changes it"
    token = hugo.csrf()
    for act in ("", "/removal"):
        for text in (own, of_district):
            answer = hugo.post(f"{LIBRARY}/{text.id}{act}", data={**SWIMMING, "csrf_token": token})
            assert answer.status_code == 404
    assert len(texts(app)) == 2


@pytest.mark.parametrize("key", list(BuiltIn))
def test_each_text_that_is_always_there_opens_the_composer_filled_in(office: Client, key: BuiltIn) -> None:
    office.get(f"{COMPOSER}?template={key.value}")
    form = composer(office)
    assert form["title"][0]
    assert form["body"][0]
    is_action = key not in {BuiltIn.WEATHER, BuiltIn.LATE_BUS}
    assert form["category"] == ["emergency" if is_action else "announcement"]
    left = rules.unfilled(form["title"][0], form["body"][0])
    assert not {"{school}", "{today}", "{time}"} & set(left), "what can be known is put in"
    asked = office.get(f"{LIBRARY}/{key.value}/words", headers=HTMX).json
    assert asked is not None
    assert [asked["category"]] == form["category"]
    assert [asked["title"]] == form["title"]


def test_without_a_script_a_text_keeps_what_was_chosen_and_asks_before_it_overwrites(office: Client) -> None:
    office.get(COMPOSER)
    office.press(COMPOSER, include=["role:parent"], link="/inbox", template="late_bus")
    form = composer(office)
    assert (form["include"], form["link"], form["category"]) == (["role:parent"], ["/inbox"], ["announcement"])
    assert form["title"] == ["Bus {bus} is about {minutes} minutes late"]

    office.press(COMPOSER, title="My own words", template="lockdown")
    assert "Put “Lockdown” in the place of what you have written?" in office.page.text
    assert composer(office)["title"] == ["My own words"]
    office.press(COMPOSER, replace="lockdown")
    form = composer(office)
    assert (form["title"], form["category"]) == (["Lockdown at Northfield Primary"], ["emergency"])
    assert form["include"] == ["role:parent"]


def test_what_one_writes_becomes_a_template_and_one_goes_back_to_writing(app: Flask, office: Client) -> None:
    office.get(COMPOSER)
    token = composer(office)
    answer = office.post(NEW, data=token | {"title": "Lost key", "body": "A blue one.", "include": ["role:parent"]})
    assert answer.status_code == 200
    form = values_of(office.page.form(NEW))
    assert (form["title"], form["body"], form["category"]) == (["Lost key"], ["A blue one."], ["announcement"])
    assert "name-error" not in answer.text, "nothing is wrong yet"
    assert office.press(NEW).status_code == 422
    answer = office.press(NEW, name="Lost and found")
    assert only(app).title == "Lost key"
    office.get(answer.location)
    assert composer(office)["include"] == ["role:parent"]
    with app.app_context():
        assert len(db.session.scalars(select(SavedDraft)).all()) == 1


def test_what_still_stands_for_something_holds_up_an_announcement_but_no_alarm(app: Flask, office: Client) -> None:
    office.get(f"{COMPOSER}?template=late_bus")
    answer = office.press(COMPOSER, include=["role:parent"])
    assert answer.status_code == 422
    assert "Put in what {bus}, {minutes} stands for" in office.page.text_of("title-error")
    assert "{reason}" in office.page.text_of("body-error")
    office.press(COMPOSER, title="Bus 7 is late", body="{unknown} is only a word.")
    assert "This reaches" in office.page.text

    office.get(f"{COMPOSER}?template=evacuation")
    assert office.press(COMPOSER, include=["role:parent"]).status_code == 200
    assert "{place} still stands in it." in office.page.text
    answer = office.press(COMPOSER, school_name="Northfield Primary")
    assert answer.status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Notification)).one().title == "Evacuation: everybody leaves Northfield Primary"


def test_bar_94_code_in_a_template_is_shown_and_mailed_as_it_is(app: Flask, cast: Cast, sink: Sink) -> None:
    code = " ".join(INJECTIONS)
    margaret, priya = quiet_browser(app, "margaret"), quiet_browser(app, "priya")
    words = {**SWIMMING, "category": "announcement", "title": "{{7*7}}", "body": code}
    assert send(margaret, NEW, words).status_code == 303
    text = only(app)
    assert (text.title, text.body) == ("{{7*7}}", code)
    put_in = margaret.get(f"{LIBRARY}/{text.id}/words", headers=HTMX).json
    assert put_in is not None
    assert (put_in["title"], put_in["body"]) == ("{{7*7}}", code)

    said = {"category": "announcement", "include": f"person:{cast.priya.id}", "title": "{{7*7}}", "body": code}
    confirmation = send(margaret, COMPOSER, said)
    assert "This reaches 1 person" in confirmation.text
    answer = send(margaret, COMPOSER, {**said, "confirmed": "1"})
    with app.app_context():
        fan_out()
        while drain_mail():
            pass
    (mail,) = sink.wait_for(1, to=cast.priya.email)
    pages = [margaret.get(f"{COMPOSER}?template={text.id}"), margaret.get(f"{LIBRARY}/{text.id}"), confirmation]
    shown = [*(page.text for page in pages), priya.get(answer.location.replace("notifications", "inbox")).text]
    for place in [*map(unescape, shown), mail.text(), unescape(mail.text("html"))]:
        assert "{{7*7}}" in place
        for as_typed in ("{% for x in y %}{% endfor %}", "{school!r}", "{config}", "{{school}}", "%(school)s"):
            assert as_typed in place  # Markdown reads stars and underscores, and that is all that is read


def quiet_browser(app: Flask, who: str) -> FlaskClient:
    """One that does not take braces on a page for a template that was never rendered: here they must be seen."""
    client = FlaskClient(app, app.response_class)
    assert send(client, "/login", {"email": sign_in_name(who), "password": PASSWORD}).status_code == 303
    return client


def send(client: FlaskClient, url: str, fields: dict[str, Any]) -> TestResponse:
    """Fill in the form of a page."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(url).text)
    assert token
    return client.post(url, data={**fields, "csrf_token": token[1]})
