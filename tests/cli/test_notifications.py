"""``flask notifications reconcile``: silent where all adds up, and exact where something does not."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, update

from app.catalogue.kinds import Category, Channel
from app.cli.notifications import reconcile
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer.jobs import drain_mail, drain_urgent_mail
from app.mailer.kinds import LetterStatus
from app.mailer.models import Letter
from app.notifications.deliver import settle
from app.notifications.kinds import Fate
from app.notifications.models import Notification, NotificationLog
from app.reports import reconcile as reports
from tests.notifications.people import draft, publish, ring
from tests.support.cast import Cast

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(reports, "AT_ONCE", 2)  # so that a handful of notifications takes several pieces
    return lambda *words: app.test_cli_runner().invoke(reconcile, words)


@pytest.fixture
def sent(app: Flask, cast: Cast) -> list[UUID]:
    """One of each category, mailed and settled, and one that is still to be fanned out."""
    with app.app_context():
        ids = [ring(cast, draft("role:parent", category=category)) for category in Category]
        while drain_mail() or drain_urgent_mail():
            pass
        settle()
        publish(cast, draft("role:teacher"))
    return ids


def test_bar_22_where_everything_adds_up_it_says_so(sent: list[UUID], run: Run) -> None:
    answer = run()
    assert (answer.exit_code, answer.output) == (0, "Everything adds up.\n")
    assert (run("--json").exit_code, run("--json").output) == (0, "")


def test_bar_22_what_does_not_add_up_is_named_with_its_channel_and_figures(
    app: Flask, sent: list[UUID], cast: Cast, run: Run
) -> None:
    announcement = sent[list(Category).index(Category.ANNOUNCEMENT)]
    mail = (NotificationLog.notification_id == announcement, NotificationLog.channel == Channel.EMAIL)
    with app.app_context(), unit_of_work() as session:
        session.execute(delete(NotificationLog).where(*mail, NotificationLog.recipient_id == cast.priya.id))
        opened = update(NotificationLog).where(*mail, NotificationLog.recipient_id == cast.asha.id)
        session.execute(opened.values(status=Fate.PENDING))
        emergency = NotificationLog.notification_id == sent[list(Category).index(Category.EMERGENCY)]
        session.execute(delete(NotificationLog).where(emergency, NotificationLog.channel == Channel.WEBSOCKET))
    answer = run()
    assert answer.exit_code == 1
    found = {tuple(line.split(maxsplit=2)[:2]): line for line in answer.output.splitlines()[:-1]}
    assert len(answer.output.splitlines()) == 5
    assert "4 channels of notifications do not add up." in answer.output
    assert "0 of 4" in found[str(sent[list(Category).index(Category.EMERGENCY)]), "websocket"]

    rows = [json.loads(line) for line in run("--json").output.splitlines()]
    of_mail = {row["wrong"]: (row["recipients"], row["deliveries"]) for row in rows if row["channel"] == "email"}
    assert of_mail == {reports.Wrong.COUNT: (4, 3), reports.Wrong.OPEN: (0, 1), reports.Wrong.LETTERS: (0, 1)}
    assert {row["notification_id"] for row in rows if row["channel"] == "email"} == {str(announcement)}


def test_a_delivery_that_says_sent_while_its_letter_waits_is_found(app: Flask, sent: list[UUID], run: Run) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Letter).values(status=LetterStatus.PENDING))
    assert {json.loads(line)["wrong"] for line in run("--json").output.splitlines()} == {reports.Wrong.LETTERS}


def test_only_what_was_written_since_a_day_is_looked_at(app: Flask, sent: list[UUID], run: Run) -> None:
    with app.app_context(), unit_of_work() as session:
        session.execute(delete(NotificationLog).where(NotificationLog.notification_id == sent[0]))
        before = update(Notification).where(Notification.id == sent[0])
        session.execute(before.values(created_at=now() - timedelta(days=3)))
    yesterday = (now() - timedelta(days=1)).date().isoformat()
    assert run("--since", yesterday).exit_code == 0
    assert run("--since", (now() - timedelta(days=4)).date().isoformat()).exit_code == 1
    assert run("--since", "the day before yesterday").exit_code == 2
