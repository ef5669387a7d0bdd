"""The first admin of an installation."""

from collections.abc import Callable

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditLine
from app.extensions import db
from app.identity.models import Account
from tests.support.pages import Client

PASSWORD = "a bell for every school"


def create(app: Flask, *changes: str) -> Result:
    asked = ["accounts", "create-admin", "Ada@school.example", "--name", "Ada Bell", "--school", "Hill School"]
    return app.test_cli_runner().invoke(args=[*asked, "--password", PASSWORD, *changes])


def test_the_first_admin_can_sign_in_and_compose(app: Flask, browser_of: Callable[..., Client]) -> None:
    result = create(app)
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    ada = browser_of()
    assert ada.post_form("/login", email="ada@school.example", password=PASSWORD).status_code == 303
    assert ada.get("/notifications/new").status_code == 200
    assert "Hill School" in ada.page.text


def test_a_second_one_joins_the_school_that_is_there(app: Flask) -> None:
    create(app)
    named = ["bo@school.example", "--name", "Bo", "--school", "Hill School", "--password", PASSWORD]
    result = app.test_cli_runner().invoke(args=["accounts", "create-admin", *named])
    assert result.exit_code == 0, result.output
    with app.app_context():
        assert len(set(db.session.scalars(select(Account.district_id)))) == 1


def test_a_name_that_is_taken_and_a_short_password_change_nothing(app: Flask) -> None:
    create(app)
    again, short = create(app), create(app, "--password", "too short")
    assert (again.exit_code, short.exit_code) == (1, 2)
    assert "signs in here already" in again.output
    assert "15 characters" in short.output
    with app.app_context():
        assert len(db.session.scalars(select(Account)).all()) == 1


def test_it_is_noted(app: Flask) -> None:
    create(app)
    with app.app_context():
        assert sorted(db.session.scalars(select(AuditLine.action))) == ["account.created", "membership.began"]
