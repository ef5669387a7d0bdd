"""A disk that is really full, while people send: who was told that it went out, for them it does."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.extensions import db
from app.kernel.clock import now
from app.mailer.jobs import drain_mail
from app.notifications.models import Notification
from app.reports.reconcile import discrepancies
from app.settings import Settings
from tests.faults.crowd import Crowd, settle
from tests.faults.outbox import full_disk
from tests.notifications.people import fan_out
from tests.support.cast import Cast
from tests.support.databases import SqliteDatabase
from tests.support.pages import Client
from tests.support.smtp import Sink
from tests.support.valkey import Valkey

pytestmark = pytest.mark.faults
DISK = 20 * 1024 * 1024
ROOM = 700 * 1024
LONG = "It is written at length. " * 600
MOST_POSTS = 200


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 20 MB. Where nobody may mount one, this test shows nothing, and says so."""
    place = tmp_path / "disk"
    place.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mounting, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk to fill")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.fixture
def here(disk: Path, tmp_path: Path, valkey: Valkey, sink: Sink) -> Iterator[Flask]:
    """Belfry on that disk."""
    database = SqliteDatabase.in_directory(tmp_path)
    database = replace(database, path=disk / "belfry.sqlite3")
    database.reset()
    named = {"DATA_DIR": str(tmp_path), "DATABASE_URL": database.url, "REDIS_URL": valkey.url, "MAIL_SERVER": sink.url}
    app = create_app(Settings.from_env(named))
    app.test_client_class = Client
    yield app
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


def fill(disk: Path) -> Path:
    """Leave room for little."""
    ballast = disk / "ballast"
    free = os.statvfs(disk)
    ballast.write_bytes(bytes(free.f_bavail * free.f_frsize - ROOM))
    return ballast


def post(margaret: Client, number: int) -> tuple[int, UUID | None]:
    """An announcement of some length: its answer, and which one it is when it was taken."""
    asked = margaret.post_form(
        "/notifications/new",
        category="announcement",
        priority="normal",
        include=["role:teacher"],
        title=f"Number {number}",
        body=LONG,
    )
    if asked.status_code != HTTPStatus.OK:
        return asked.status_code, None
    answer = margaret.press("/notifications/new")
    taken = answer.status_code == HTTPStatus.SEE_OTHER
    return answer.status_code, UUID(str(answer.location).rpartition("/")[2]) if taken else None


def test_bar_17_what_was_acknowledged_when_the_disk_became_full_is_kept_and_sent(
    here: Flask, disk: Path, sink: Sink
) -> None:
    with here.app_context():
        crowd: Crowd = settle(5)
    margaret = here.test_client()
    assert isinstance(margaret, Client)
    margaret.sign_in("margaret")
    ballast = fill(disk)
    taken: list[UUID] = []
    for number in range(MOST_POSTS):
        status, id_ = post(margaret, number)
        if id_ is None:
            break
        taken.append(id_)
    assert status in {HTTPStatus.INSUFFICIENT_STORAGE, HTTPStatus.SERVICE_UNAVAILABLE}, "it was never full"
    assert "Traceback" not in margaret.page.text
    with time_machine.travel(now() + timedelta(minutes=5), tick=True):
        assert margaret.get("/inbox").status_code == HTTPStatus.OK, "reading goes on, though nobody can note that"

    ballast.unlink()
    status, id_ = post(margaret, MOST_POSTS)
    assert id_ is not None, f"{status}: it did not recover"
    taken.append(id_)
    with here.app_context():
        assert set(taken) <= set(db.session.scalars(select(Notification.id))), "an acknowledged one is lost"
        db.session.rollback()
        fan_out()
        while drain_mail():
            pass
        assert list(discrepancies()) == []
        count = len(db.session.scalars(select(Notification.id)).all())
    copies = sink.copies()
    print(f"bar 17: {len(taken)} acknowledged, 0 lost, {sum(copies.values()) - len(copies)} duplicates")
    assert {to for to, _id in copies} == crowd.addresses
    assert len(copies) == count * len(crowd.addresses)
    assert max(copies.values()) == 1


def test_bar_17_reading_goes_on_where_nothing_can_be_noted(
    app: Flask, cast: Cast, browser_of: Callable[..., Client]
) -> None:
    """That somebody was here is noted once a minute; an emergency must be read all the same."""
    priya = browser_of("priya")
    with time_machine.travel(now() + timedelta(minutes=5), tick=True), ExitStack() as stack:
        with app.app_context():
            stack.enter_context(full_disk())
        assert priya.get("/inbox").status_code == HTTPStatus.OK
