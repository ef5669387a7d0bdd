"""``flask demo seed`` as it is typed."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app.demo.accounts_file import NAME
from app.extensions import db
from app.identity.models import Account
from tests.support.cast import Cast


def count(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Account)) or 0


def test_it_fills_an_empty_database_and_says_where_the_sign_ins_are(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    app = make_app(data_dir=tmp_path)
    result = app.test_cli_runner().invoke(args=["demo", "seed", "--students", "40"])
    assert result.exit_code == 0, result.output
    assert str(tmp_path / NAME) in result.output
    assert count(app) > 40


def test_it_leaves_people_alone_and_fails_unless_told_not_to(app: Flask, cast: Cast) -> None:
    before = count(app)
    refused = app.test_cli_runner().invoke(args=["demo", "seed"])
    assert refused.exit_code == 1
    assert "accounts here already" in refused.output
    assert app.test_cli_runner().invoke(args=["demo", "seed", "--if-empty"]).exit_code == 0
    assert count(app) == before


def test_production_takes_no_demo(make_app: Callable[..., Flask]) -> None:
    app = make_app(production=True, public_url="https://belfry.example")
    result = app.test_cli_runner().invoke(args=["demo", "seed"])
    assert result.exit_code != 0
    assert "production" in result.output
    assert count(app) == 0
