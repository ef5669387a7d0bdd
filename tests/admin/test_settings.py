"""What an office sets for its school, and for no other."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditLine
from app.extensions import db
from app.roster.models import School
from tests.support.cast import Cast
from tests.support.pages import Client

HERE = "/admin/settings"


def kept(app: Flask, cast: Cast) -> tuple[int | None, int | None]:
    with app.app_context():
        schools = (db.session.get_one(School, place.id) for place in (cast.northfield, cast.hillside))
        northfield, hillside = (school.mail_after_minutes for school in schools)
        return northfield, hillside


def test_the_office_says_how_long_mail_waits_and_that_is_on_record(
    app: Flask, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    margaret, action = browser_of("margaret"), f"{HERE}/{cast.northfield.id}"
    margaret.get(HERE)
    assert "Hillside" not in margaret.page.text
    answer = margaret.press(action, mail_after="15")
    assert answer.status_code == 303
    margaret.get(answer.location)
    assert "Saved." in margaret.page.text
    assert kept(app, cast) == (15, None)
    margaret.press(action)
    assert kept(app, cast) == (15, None)
    margaret.get(HERE)
    margaret.press(action, mail_after="")
    assert kept(app, cast) == (None, None)
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.action == "school.mail_after_changed")).all()
        told = [(line.actor_id, line.school_id, line.details["minutes"]) for line in lines]
    assert told == [(cast.margaret.id, cast.northfield.id, minutes) for minutes in (15, 0)]


@pytest.mark.parametrize("typed", ["3", "121", "-5", "15 ", "<script>", "9" * 400])
def test_what_is_none_of_the_choices_is_refused_and_kept_from_the_row(
    app: Flask, cast: Cast, browser_of: Callable[..., Client], typed: str
) -> None:
    margaret = browser_of("margaret")
    margaret.get(HERE)
    assert margaret.press(f"{HERE}/{cast.northfield.id}", mail_after=typed).status_code == 422
    assert "Choose one of these times." in margaret.page.text
    assert kept(app, cast) == (None, None)


def test_another_schools_setting_is_not_there_and_the_district_has_all(
    app: Flask, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    margaret, dana, of_hillside = browser_of("margaret"), browser_of("dana"), f"{HERE}/{cast.hillside.id}"
    token = margaret.csrf(HERE)
    assert margaret.post(of_hillside, data={"csrf_token": token, "mail_after": "30"}).status_code == 404
    assert kept(app, cast) == (None, None)
    dana.get(HERE)
    assert dana.press(of_hillside, mail_after="30").status_code == 303
    assert kept(app, cast) == (None, 30)
