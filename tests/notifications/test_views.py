"""Composing and reporting, as an admin sees it and as others do not."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.catalogue.kinds import Category, Priority
from app.extensions import db
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.notifications.models import Notification
from tests.notifications.people import draft, fan_out, recipients, ring
from tests.support.cast import Cast
from tests.support.pages import Client, values_of

NEW = "/notifications/new"


@pytest.fixture
def office(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    """Margaret's browser."""
    return browser_of("margaret")


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "category": "announcement",
        "title": "Snow",
        "body": "No school **today**.",
        "include": ["role:parent"],
    } | changes


def sent(app: Flask) -> Sequence[Notification]:
    """All there are. Requests must not find a test's app context open: they would share its ``g``."""
    with app.app_context():
        return db.session.scalars(select(Notification)).all()


def only(app: Flask) -> Notification:
    (row,) = sent(app)
    return row


def rung(app: Flask, cast: Cast, *include: str, **more: Any) -> UUID:
    """Margaret sent it, and it was fanned out."""
    with app.app_context():
        return ring(cast, draft(*include, **more))


def reached(app: Flask) -> set[str]:
    """Who has the only one, once the workers have looked."""
    id_ = only(app).id
    with app.app_context():
        fan_out()
        return set(recipients(id_))


def test_from_the_composer_to_the_report(app: Flask, cast: Cast, office: Client) -> None:
    office.get(NEW)
    assert "Guardians of class 4B" in office.page.text

    asked = office.press(NEW, **typed())
    assert asked.status_code == 200
    assert "This reaches 4 people" in office.page.text
    assert sent(app) == []

    answer = office.press(NEW, confirmed="1")
    assert answer.status_code == 303
    row = only(app)
    assert answer.location == f"/notifications/{row.id}"
    assert (row.title, row.body, row.sender_id, row.school_id) == (
        "Snow", "No school **today**.", cast.margaret.id, cast.northfield.id
    )  # fmt: skip

    assert reached(app) == {"priya", "asha", "grace", "peter"}
    office.get(answer.location)
    for words in ("Snow", cast.priya.name, "Guardian", "Inbox", "Email", "Waiting", "Delivered", cast.margaret.name):
        assert words in office.page.text
    office.get("/notifications")
    assert f"/notifications/{row.id}" in office.page.links()


def test_all_that_was_typed_is_carried_to_the_confirmation_and_back(cast: Cast, office: Client) -> None:
    until = (now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    exclude = [f"guardians-of:class:{cast.northfield.classes['2A']}"]
    written = typed(
        exclude=exclude, expires_at=until, link="/inbox", requires_acknowledgement="y", priority="high",
        include=["role:parent", f"person:{cast.tom.id}"],
    )  # fmt: skip
    office.get(NEW)
    office.press(NEW, **written)
    office.press(NEW, edit="1")
    form = office.page.form(NEW)
    assert "Who is it for?" in office.page.text
    for name, value in written.items():
        texts = [value] if isinstance(value, str) else value
        assert values_of(form)[name] == texts, name
    assert cast.tom.name in office.page.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": " \t\n"}, "Give it a title"),
        ({"title": "x" * 201}, "The title is too long: at most 200 letters."),
        ({"include": []}, "Choose who it is for."),
        ({"include": ["everybody"]}, "“everybody” names no group of people."),
        ({"include": ["role:parent"], "exclude": ["class:4B"]}, "“class:4B” names no group of people."),
        ({"category": "gossip"}, "Choose what kind it is."),
        ({"priority": "emergency"}, "Only an emergency has the priority of one."),
        ({"priority": "huge"}, "Choose how important it is."),
        ({"expires_at": "tomorrow"}, "Give day and time"),
        ({"expires_at": "2020-01-01T00:00"}, "This moment is over already"),
        ({"expires_at": "0001-01-01T00:00+14:00"}, "Give day and time"),
        ({"link": "ftp://files.example/a"}, "Begin the address with https://"),
        ({"idempotency_key": "k" * 101}, "The idempotency key is too long"),
    ],
)
@pytest.mark.parametrize("confirmed", ["", "1"])
def test_what_is_wrong_is_said_at_its_field_and_all_is_kept(
    app: Flask, office: Client, changes: dict[str, Any], words: str, confirmed: str
) -> None:
    office.get(NEW)
    answer = office.press(NEW, **typed(**changes), confirmed=confirmed)
    assert answer.status_code == 422
    assert words in office.page.text
    assert "No school **today**." in office.page.text
    assert sent(app) == []


def test_ids_of_another_school_are_not_there(app: Flask, cast: Cast, office: Client) -> None:
    for text in (f"school:{cast.hillside.id}", f"person:{cast.olu.id}", f"guardians-of:class:{new_id()}"):
        office.get(NEW)
        assert office.press(NEW, **typed(include=[text]), confirmed="1").status_code == 422
        assert f"“{text}” is not in your school." in office.page.text
        assert cast.olu.name not in office.page.text
    assert sent(app) == []


def test_an_emergency_asks_for_the_name_of_the_school(app: Flask, cast: Cast, office: Client) -> None:
    alarm = typed(category="emergency", title="Gas")
    office.get(NEW)
    assert office.press(NEW, **alarm).status_code == 200
    assert "You are about to interrupt 4 people" in office.page.text
    for wrong in ("", "Hillside Secondary", "Northfield"):
        answer = office.post(NEW, data=confirmation(office, alarm, school_name=wrong))
        assert answer.status_code == 422
        assert "This is not the name of the school." in office.page.text
    assert sent(app) == []

    answer = office.post(NEW, data=confirmation(office, alarm, school_name="  northfield PRIMARY "))
    assert answer.status_code == 303
    row = only(app)
    assert (row.category, row.priority, row.requires_acknowledgement) == (Category.EMERGENCY, Priority.EMERGENCY, True)


def confirmation(office: Client, fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    token = office.page.root.find(".//input[@name='csrf_token']")
    assert token is not None
    return {"csrf_token": token.attrib["value"], "confirmed": "1", **fields, **more}


def test_a_moment_without_a_zone_is_the_schools(app: Flask, office: Client) -> None:
    summer = datetime(now().year + 1, 7, 1, 8, 30)  # noqa: DTZ001 - as a browser sends it
    for text in (summer.isoformat(timespec="minutes"), f"{summer.isoformat()}+01:00"):
        office.get(NEW)
        office.press(NEW, **typed(expires_at=text), confirmed="1")
    assert [row.expires_at for row in sent(app)] == [datetime(summer.year, 7, 1, 7, 30, tzinfo=UTC)] * 2


def test_control_characters_are_left_out(app: Flask, office: Client) -> None:
    office.get(NEW)
    office.press(NEW, **typed(title="Snow\x00 \r\nBcc: all", body="One\r\ntwo\x00\x07"), confirmed="1")
    assert (only(app).title, only(app).body) == ("Snow Bcc: all", "One\ntwo")


def test_bar_88_only_fields_of_the_form_are_taken(app: Flask, cast: Cast, office: Client) -> None:
    office.get(NEW)
    forged = {
        "id": str(new_id()), "sender_id": str(cast.hugo.id), "school_id": str(cast.hillside.id), "status": "sent",
        "district_id": str(new_id()), "is_read": "1", "role": "admin", "type": "security", "fingerprint": "x",
        "created_at": "2020-01-01T00:00", "data": "{}", "audience": "school:x", "sent_at": "2020-01-01T00:00",
    }  # fmt: skip
    assert office.press(NEW, **typed(), **forged, confirmed="1").status_code == 303
    row = only(app)
    assert (row.sender_id, row.school_id, row.district_id) == (cast.margaret.id, cast.northfield.id, cast.district_id)
    assert (row.status, row.type, row.sent_at, row.data) == ("sending", "announcement", None, {})
    assert str(row.id) != forged["id"]
    assert row.created_at > now() - timedelta(minutes=1)


def test_bar_13_a_double_click_sends_once(app: Flask, office: Client) -> None:
    office.get(NEW)
    office.press(NEW, **typed())
    fields = confirmation(office, typed(), idempotency_key="the same")
    first, again = office.post(NEW, data=fields), office.post(NEW, data=fields)
    assert first.status_code == again.status_code == 303
    assert first.location == again.location
    assert len(sent(app)) == 1


def test_bar_13_the_header_means_the_same_as_the_field(app: Flask, office: Client) -> None:
    office.get(NEW)
    by_field = office.post(NEW, data=confirmation(office, typed(), idempotency_key="a key"))
    office.get(NEW)
    fields = confirmation(office, typed(), idempotency_key="another")
    by_header = office.post(NEW, data=fields, headers={"Idempotency-Key": "a key"})
    assert by_field.location == by_header.location
    assert len(sent(app)) == 1


def test_bar_13_a_key_with_signs_that_no_database_takes_is_the_key_without_them(app: Flask, office: Client) -> None:
    office.get(NEW)
    strange = office.post(NEW, data=confirmation(office, typed(), idempotency_key="k\x00\x1b1"))
    office.get(NEW)
    plain = office.post(NEW, data=confirmation(office, typed(), idempotency_key="k1"))
    assert (strange.status_code, strange.location) == (303, plain.location)
    assert len(sent(app)) == 1


def test_bar_13_a_finished_one_sent_again_leads_to_its_report(app: Flask, office: Client) -> None:
    office.get(NEW)
    fields = confirmation(office, typed(), idempotency_key="k")
    first = office.post(NEW, data=fields)
    assert len(reached(app)) == 4
    assert office.post(NEW, data=fields).location == first.location
    assert len(reached(app)) == 4


def test_bar_13_the_same_key_with_another_body_is_a_conflict(app: Flask, office: Client) -> None:
    office.get(NEW)
    office.post(NEW, data=confirmation(office, typed(), idempotency_key="k"))
    office.get(NEW)
    other = office.post(NEW, data=confirmation(office, typed(title="Thaw"), idempotency_key="k"))
    assert other.status_code == 409
    assert only(app).title == "Snow"


def test_bar_13_twenty_parallel_posts_are_one_notification(app: Flask, office: Client) -> None:
    office.get(NEW)
    fields = confirmation(office, typed(), idempotency_key="k")
    cookie = {"Cookie": office.cookie_header()}

    def post(_: int) -> tuple[int, str | None]:
        answer = app.test_client(use_cookies=False).post(NEW, data=fields, headers=cookie)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(20) as threads:
        answers = set(threads.map(post, range(20)))
    assert answers == {(303, f"/notifications/{only(app).id}")}
    assert len(reached(app)) == 4


@pytest.mark.parametrize("who", ["priya", "mina", "tom"])
def test_nobody_but_an_admin_composes_or_sees_reports(
    app: Flask, cast: Cast, browser_of: Callable[..., Client], who: str
) -> None:
    id_ = rung(app, cast, "role:parent")
    browser = browser_of(who)
    token = browser.csrf()
    for path in (NEW, "/notifications", f"/notifications/{id_}"):
        assert browser.get(path).status_code == 403
    assert browser.post(NEW, data=typed(csrf_token=token, confirmed="1")).status_code == 403
    assert len(sent(app)) == 1


def test_a_report_of_another_school_is_not_there(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> None:
    own = rung(app, cast, "role:parent", title="CANARY")
    hugo, dana = browser_of("hugo"), browser_of("dana")
    for id_ in (own, new_id(), "1", "new-one"):
        assert hugo.get(f"/notifications/{id_}").status_code == 404
        assert "CANARY" not in hugo.page.text
    hugo.get("/notifications")
    assert "CANARY" not in hugo.page.text
    assert dana.get(f"/notifications/{own}").status_code == 200


def test_a_district_admin_reaches_all_schools(app: Flask, cast: Cast, browser_of: Callable[..., Client]) -> None:
    dana = browser_of("dana")
    dana.get(NEW)
    assert "Hillside Secondary" in dana.page.text
    assert dana.press(NEW, **typed(), confirmed="1").status_code == 303
    assert reached(app) == {"priya", "asha", "grace", "peter", "olu"}
    assert only(app).school_id is None


def test_the_report_says_why_somebody_was_not_reached(app: Flask, cast: Cast, office: Client) -> None:
    id_ = rung(app, cast, "role:student")
    office.get(f"/notifications/{id_}")
    assert cast.mina.name in office.page.text
    assert "no address on file" in office.page.text


def test_nobody_in_the_audience_is_said_before_it_is_sent(app: Flask, office: Client) -> None:
    office.get(NEW)
    office.press(NEW, **typed(exclude=["role:parent"]))
    assert "This reaches nobody" in office.page.text
