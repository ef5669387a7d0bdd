"""The roster moved between the page that asks and the button."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from app.catalogue.kinds import Role
from app.extensions import db
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications import compose
from app.notifications.models import Notification
from app.notifications.roll import Roll
from app.roster.models import Guardianship, School
from tests.notifications.people import fan_out, recipients
from tests.support import factories
from tests.support.cast import Cast
from tests.support.pages import Client, values_of

NEW = "/notifications/new"
SNOW = {"category": "announcement", "title": "Snow", "body": "No school today.", "include": ["role:parent"]}


@pytest.fixture
def office(cast: Cast, browser_of: Callable[..., Client]) -> Client:
    """Margaret's browser, before the page that asks."""
    office = browser_of("margaret")
    office.get(NEW)
    return office


def asked(office: Client, **changes: Any) -> None:
    assert office.press(NEW, **{**SNOW, **changes}).status_code == 200
    assert "This reaches 4 people" in office.page.text or "interrupt 4 people" in office.page.text


def a_new_guardian(app: Flask, cast: Cast, name: str = "Zara Nowak") -> None:
    with app.app_context(), unit_of_work() as session:
        school = session.get_one(School, cast.northfield.id)
        guardian = factories.account(
            cast.district_id, name, f"{name}@x.example", f"{name.split(maxsplit=1)[0]}@x.example"
        )
        factories.membership(guardian, Role.PARENT, school)
        factories.guardianship(guardian, session.get_one(Account, cast.mina.id), school)


def ended(app: Flask, guardian_id: Any) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Guardianship).where(Guardianship.guardian_id == guardian_id).values(ended_at=now()))


def sent(app: Flask) -> list[Notification]:
    with app.app_context():
        return list(db.session.scalars(select(Notification)))


def reached(app: Flask) -> set[str]:
    (row,) = sent(app)
    with app.app_context():
        fan_out()
        return set(recipients(row.id))


def test_nobody_moved_so_it_goes(app: Flask, office: Client) -> None:
    asked(office)
    assert office.press(NEW).status_code == 303
    assert reached(app) == {"priya", "asha", "grace", "peter"}


def test_the_sender_is_told_who_came_and_who_left_and_is_asked_once_more(
    app: Flask, cast: Cast, office: Client
) -> None:
    asked(office)
    a_new_guardian(app, cast)
    ended(app, cast.grace.id)
    assert office.press(NEW).status_code == 409
    for words in ("Not sent yet", "1 has come in addition: Zara Nowak", "1 is no longer in it: Grace Field"):
        assert words in office.page.text
    assert sent(app) == []

    assert office.press(NEW).status_code == 303
    assert reached(app) == {"priya", "asha", "peter", "zara"}


def test_as_many_as_before_are_not_the_same_people(app: Flask, cast: Cast, office: Client) -> None:
    asked(office)
    a_new_guardian(app, cast)
    ended(app, cast.peter.id)
    assert office.press(NEW).status_code == 409
    assert "This reaches 4 people" in office.page.text


def test_a_second_change_is_told_as_well(app: Flask, cast: Cast, office: Client) -> None:
    asked(office)
    a_new_guardian(app, cast)
    assert office.press(NEW).status_code == 409
    a_new_guardian(app, cast, "Yann Petit")
    assert office.press(NEW).status_code == 409
    assert "Yann Petit" in office.page.text
    assert "Zara Nowak" not in office.page.text


def test_an_emergency_goes_out_without_a_second_question_and_the_report_tells(
    app: Flask, cast: Cast, office: Client
) -> None:
    asked(office, category="emergency")
    a_new_guardian(app, cast)
    ended(app, cast.grace.id)
    answer = office.press(NEW, school_name=cast.northfield.name)
    assert answer.status_code == 303
    assert reached(app) == {"priya", "asha", "peter", "zara"}
    assert sent(app)[0].data == {"shown": {"before": 4, "after": 4, "joined": 1, "left": 1}}
    office.get(answer.location)
    assert "1 came in addition, 1 were no longer in it" in office.page.text


def test_an_emergency_that_moved_nobody_says_nothing(app: Flask, cast: Cast, office: Client) -> None:
    asked(office, category="emergency")
    answer = office.press(NEW, school_name=cast.northfield.name)
    office.get(answer.location)
    assert "had changed since you looked" not in office.page.text


def test_whoever_brings_nothing_along_is_compared_with_nothing(app: Flask, cast: Cast, office: Client) -> None:
    asked(office)
    a_new_guardian(app, cast)
    assert office.press(NEW, shown="").status_code == 303
    assert sent(app)[0].data == {}


def test_bar_13_a_second_press_leads_to_the_report_whoever_moved_meanwhile(
    app: Flask, cast: Cast, office: Client
) -> None:
    asked(office)
    fields = values_of(office.page.form(NEW))
    first = office.post(NEW, data=fields)
    a_new_guardian(app, cast)
    again = office.post(NEW, data=fields)
    assert (again.status_code, again.location) == (303, first.location)
    assert len(sent(app)) == 1


def test_a_mangled_or_forged_list_sends_nothing_unasked_and_opens_no_name_of_another_school(
    app: Flask, cast: Cast, office: Client
) -> None:
    strangers = str(Roll.of([cast.olu.id, cast.tayo.id, cast.hugo.id]))
    for forged in ("nonsense", strangers, "A" * 100_000):
        office.get(NEW)
        asked(office)
        assert office.press(NEW, shown=forged).status_code == 409
        for name in (cast.olu.name, cast.tayo.name, cast.hugo.name):
            assert name not in office.page.text
    assert sent(app) == []


def test_so_many_came_that_only_the_numbers_are_told(app: Flask, cast: Cast, office: Client) -> None:
    asked(office)
    for number in range(90):
        a_new_guardian(app, cast, f"New{number} Guardian")
    assert office.press(NEW).status_code == 409
    assert "It was 4 people and is 94 now." in office.page.text


def test_the_list_that_was_shown_is_no_part_of_a_draft(office: Client) -> None:
    asked(office)
    office.press(NEW, edit="1")
    assert "shown" not in values_of(office.page.form(NEW))


def test_an_emergency_that_left_is_never_said_not_to_have_left(
    app: Flask, cast: Cast, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError("", {}, Exception("server closed the connection"))

    asked(office, category="emergency")
    monkeypatch.setattr(compose, "find_change", fail)
    answer = office.press(NEW, school_name=cast.northfield.name)
    assert answer.status_code == 303
    assert [notification.data for notification in sent(app)] == [{}]


def test_the_hour_is_the_schools_wherever_its_sender_is(app: Flask, cast: Cast, office: Client) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Account).where(Account.id == cast.margaret.id).values(time_zone="Asia/Tokyo"))
    tomorrow = (now() + timedelta(days=1)).date()
    asked(office, expires_at=f"{tomorrow}T16:30")
    assert ", 16:30 by the school’s clock" in office.page.text
