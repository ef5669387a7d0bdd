"""Seeding: the same each time, once only, and told as it goes."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.demo import accounts_file, seed
from app.extensions import db
from app.identity.models import Account
from app.notifications.models import Notification, NotificationRecipient
from tests.demo.conftest import STUDENTS
from tests.support.databases import Database


@pytest.fixture
def fill(make_app: Callable[..., Flask], tmp_path: Path) -> Callable[[], list[int]]:
    """Seeds a demo into ``tmp_path``; gives the pieces of work that were told of."""

    def filled() -> list[int]:
        app, told = make_app(data_dir=tmp_path), list[int]()
        with app.app_context():
            seed.fill(app.extensions["belfry.settings"], STUDENTS, told.append)
            for engine in db.engines.values():
                engine.dispose()
        return told

    return filled


def test_the_work_told_adds_up_to_what_was_announced(fill: Callable[[], list[int]]) -> None:
    assert sum(fill()) == seed.pieces(STUDENTS)


def test_a_second_demo_is_refused_and_changes_nothing(fill: Callable[[], list[int]], tmp_path: Path) -> None:
    fill()
    before = (tmp_path / accounts_file.NAME).read_text()
    with pytest.raises(seed.NotEmptyError):
        fill()
    assert (tmp_path / accounts_file.NAME).read_text() == before


def test_two_demos_are_the_same_but_for_keys_moments_and_passwords(
    fill: Callable[[], list[int]], app: Flask, database: Database, tmp_path: Path
) -> None:
    fill()
    first, passwords = picture(app), (tmp_path / accounts_file.NAME).read_text()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
    database.reset()
    fill()
    assert picture(app) == first
    assert (tmp_path / accounts_file.NAME).read_text() != passwords


def picture(app: Flask) -> list[object]:
    """Who there is, and who was told what and has read it."""
    people = select(Account.name, Account.sign_in_name)
    told = (
        select(Account.sign_in_name, Notification.title, NotificationRecipient.read_at.is_(None))
        .join(NotificationRecipient, NotificationRecipient.recipient_id == Account.id)
        .join(Notification, Notification.id == NotificationRecipient.notification_id)
    )
    with app.app_context():
        return [sorted(tuple(row) for row in db.session.execute(asked)) for asked in (people, told)]
