"""Reports as admins see them: the list, the people, the file; and that nobody else does."""

import csv
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from flask import Flask, has_request_context
from sqlalchemy import select, update

from app.audit.models import AuditLine
from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.identity.models import Account
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.kernel.unit_of_work import unit_of_work
from app.mailer.jobs import drain_mail
from app.notifications.kinds import Fate
from app.notifications.models import Notification, NotificationLog
from app.reports import export, queries
from tests.notifications.people import draft, publish, ring
from tests.reports.fates import ended, touched
from tests.support.cast import Cast
from tests.support.pages import HTMX, Client
from tests.support.smtp import Sink
from tests.support.statements import overheard

Browser = Callable[..., Client]


@pytest.fixture
def office(cast: Cast, browser_of: Browser) -> Client:
    """Margaret's browser."""
    return browser_of("margaret")


@pytest.fixture
def alarm(app: Flask, cast: Cast) -> UUID:
    """To all guardians. Priya has confirmed it, Asha has read it, nothing reached Grace, Peter's mail waits."""
    with app.app_context():
        id_ = ring(cast, draft("role:parent", category=Category.EMERGENCY, title="Gas leak"))
        touched(id_, cast.priya, read_at=now(), acknowledged_at=now())
        touched(id_, cast.asha, read_at=now())
        ended(id_, cast.grace, Channel.EMAIL, Fate.FAILED, "550 5.1.1 <grace@x.example>: no such user")
    return id_


def test_the_page_says_what_sql_says(office: Client, alarm: UUID) -> None:
    office.get(f"/notifications/{alarm}")
    funnel = office.page.text_of("report-funnel")
    assert [int(word) for word in funnel.split() if word.isdigit()] == [4, 2, 2, 1]
    assert "Not reached: 1 person" in office.page.text
    assert "no such mailbox" in office.page.text
    tabs = {show: office.page.text_of(f"count-{show}") for show in ("all", "not-reached", "waiting", "failed")}
    assert tabs == {"all": "4", "not-reached": "1", "waiting": "1", "failed": "1"}
    assert (office.page.text_of("count-not-read"), office.page.text_of("count-not-confirmed")) == ("2", "3")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Priya", "Asha", "Grace", "Peter"}),
        ("show=not-reached", {"Grace"}),
        ("show=waiting", {"Peter"}),
        ("show=failed", {"Grace"}),
        ("show=not-read", {"Grace", "Peter"}),
        ("show=not-confirmed", {"Asha", "Grace", "Peter"}),
        ("name=rahm", {"Priya"}),
        ("name=rahm&show=not-read", set()),
        ("role=teacher", set()),
        ("show=nonsense&channel=pigeon&role=king&after=garbage", {"Priya", "Asha", "Grace", "Peter"}),
        ("name=%00%25%27%22%3Cscript%3E", set()),
    ],
)
def test_people_are_shown_as_asked_for(office: Client, alarm: UUID, query: str, expected: set[str]) -> None:
    assert office.get(f"/notifications/{alarm}?{query}", headers=HTMX).status_code == 200
    shown = office.page.text.partition("Find")[2]
    assert {name for name in ("Priya", "Asha", "Grace", "Peter") if name in shown} == expected


def test_every_try_is_shown_with_its_answer(app: Flask, cast: Cast, office: Client, sink: Sink) -> None:
    sink.refuse("tom@belfry.example", "550 5.1.1 no such user here")
    with app.app_context():
        id_ = ring(cast, draft("role:teacher"))
        while drain_mail():
            pass
    office.get(f"/notifications/{id_}?show=failed")
    shown = office.page.text.partition("Find")[2]
    assert "no such mailbox" in shown
    assert "1 try" in shown
    assert "Refused for good" in shown
    assert "550 5.1.1 no such user here" in shown
    assert "Asha" not in shown


def test_while_it_is_written_down_the_page_says_so(app: Flask, cast: Cast, office: Client) -> None:
    with app.app_context():
        id_ = publish(cast, draft("role:parent"))
    office.get(f"/notifications/{id_}")
    assert "Working out who gets it: 0 people so far" in office.page.text_of("report-going")
    assert office.page.all_with("http-equiv") == ["refresh"], "without scripts the page looks again by itself"


def test_of_what_is_done_nothing_is_going_on(app: Flask, cast: Cast, office: Client) -> None:
    with app.app_context():
        id_ = ring(cast, draft("role:parent", category=Category.REMINDER))
    office.get(f"/notifications/{id_}")
    going = office.page.find("report-going")
    assert going is not None
    assert going.get("hidden") is not None
    assert office.page.all_with("http-equiv") == []


def test_another_schools_report_is_not_there_in_any_form(
    app: Flask, cast: Cast, browser_of: Browser, alarm: UUID
) -> None:
    hugo = browser_of("hugo")
    for id_ in (alarm, new_id(), "1", "new-one", "%00"):
        for path in (
            f"/notifications/{id_}",
            f"/notifications/{id_}?show=failed",
            f"/notifications/{id_}/deliveries.csv",
        ):
            answer = hugo.get(path)
            assert answer.status_code == 404
            assert "Gas leak" not in answer.text
            assert "Priya" not in answer.text
    hugo.get("/notifications")
    assert "Gas leak" not in hugo.page.text
    with app.app_context():
        assert taken(alarm) == []


def test_the_list_says_how_each_stands(app: Flask, cast: Cast, office: Client, alarm: UUID) -> None:
    with app.app_context():
        publish(cast, draft("role:parent", title="Being written"))
    office.get("/notifications")
    assert "Gas leak" in office.page.text
    assert "2 of 4 have read it" in office.page.text
    assert "0 of 3 mails sent" not in office.page.text
    assert "Working out who gets it" in office.page.text


def test_the_list_is_narrowed_by_kind_and_by_sender(app: Flask, cast: Cast, browser_of: Browser, alarm: UUID) -> None:
    with app.app_context():
        ring(cast, draft("role:parent", title="Bring a photo", category=Category.REMINDER))
    office, dana = browser_of("margaret"), browser_of("dana")
    office.get("/notifications?category=reminder")
    assert "Bring a photo" in office.page.text
    assert "Gas leak" not in office.page.text
    office.get("/notifications?mine=1&category=nonsense")
    assert "Gas leak" in office.page.text
    dana.get("/notifications?mine=1")
    assert "Nothing of this kind was sent" in dana.page.text
    dana.get("/notifications")
    assert "Northfield Primary" in dana.page.text, "who has several schools is told which"


def test_with_nothing_sent_the_list_says_what_will_come(office: Client) -> None:
    office.get("/notifications")
    assert "Nothing has been sent yet" in office.page.text


def test_what_was_sent_comes_newest_first_each_once(
    app: Flask, cast: Cast, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "A_PAGE", 2)
    with app.app_context():
        sent = [ring(cast, draft("role:parent", title=f"Number {number}")) for number in range(5)]
        with unit_of_work() as session:
            moment = now() - timedelta(hours=1)
            session.execute(update(Notification).where(Notification.id.in_(sent[:3])).values(created_at=moment))
    seen: list[str] = []
    url: str | None = "/notifications"
    while url:
        office.get(url)
        seen += [
            link.rpartition("/")[2] for link in office.page.links() if link.rpartition("/")[2] in set(map(str, sent))
        ]
        url = next((link for link in office.page.links() if "after=" in link), None)
    assert seen == [str(id_) for id_ in reversed(sent)]


def taken(notification_id: UUID) -> list[UUID | None]:
    """Who took its file away, as the audit log has it."""
    lines = select(AuditLine.actor_id).where(AuditLine.action == "report.exported")
    return list(db.session.scalars(lines.where(AuditLine.subject_id == notification_id)))


def read(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


NASTY = "=cmd|' /C calc'!A0, \"and\"\r\nmore"


def test_bar_99_the_file_holds_every_delivery_and_no_formula(
    app: Flask, cast: Cast, office: Client, alarm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 3)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Account).where(Account.id == cast.priya.id).values(name=NASTY))
    answer = office.get(f"/notifications/{alarm}/deliveries.csv")
    assert answer.mimetype == "text/csv"
    assert "gas-leak-20" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    rows = read(answer.text)
    assert list(rows[0]) == list(export.COLUMNS)
    with app.app_context():
        ledger = db.session.execute(
            select(Account.name, NotificationLog.channel, NotificationLog.status)
            .join(Account, Account.id == NotificationLog.recipient_id)
            .where(NotificationLog.notification_id == alarm)
        ).all()
        assert taken(alarm) == [cast.margaret.id]
    assert len(rows) == len(ledger) == 12
    found = {(row["name"].removeprefix("'"), row["channel"], row["status"]) for row in rows}
    assert found == {(name, channel.value, status.value) for name, channel, status in ledger}
    assert {row["name"] for row in rows if "cmd" in row["name"]} == {f"'{NASTY}"}
    graces = next(row for row in rows if row["status"] == "failed")
    assert (graces["reason"], graces["role"], graces["time_zone"]) == ("no such mailbox", "parent", "Europe/London")
    assert graces["failed_at"]
    assert [row["acknowledged_at"] != "" for row in rows if row["name"] == f"'{NASTY}"] == [True] * 3


@pytest.mark.parametrize(
    "title", ['a"\r\nSet-Cookie: x=1', "../../etc/passwd", "التنبيه", "\u2028;filename=x.exe", "…"]
)
def test_no_title_gets_into_the_headers_of_the_file(app: Flask, cast: Cast, office: Client, title: str) -> None:
    with app.app_context():
        id_ = ring(cast, draft("role:teacher", title=title))
    answer = office.get(f"/notifications/{id_}/deliveries.csv")
    name = answer.headers["Content-Disposition"].removeprefix("attachment; filename=")
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert name.endswith(".csv")
    assert "x=1" not in str(answer.headers)


def test_a_download_that_is_broken_off_leaves_nothing_of_its_request_behind(
    app: Flask, cast: Cast, office: Client, alarm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 1)
    with app.app_context(), unit_of_work() as session:
        session.execute(update(Account).where(Account.id == cast.margaret.id).values(locale="es"))
    answer = office.get(f"/notifications/{alarm}/deliveries.csv", buffered=False)
    arriving = answer.iter_encoded()
    assert next(arriving)
    assert not has_request_context()
    office.get("/notifications")
    refused = next(piece.decode() for piece in arriving if b"failed" in piece)
    assert "el buzón no existe" in refused, "each piece speaks the reader's language"
    answer.close()
    assert office.get("/notifications").status_code == 200


def test_a_download_holds_no_connection_between_its_pieces(
    app: Flask, cast: Cast, alarm: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 1)
    with app.test_request_context():
        notification = db.session.get_one(Notification, alarm)
        db.session.remove()
        held = [
            sum(engine.pool.checkedout() for engine in db.engines.values())  # type: ignore[attr-defined]
            for _piece in export.pieces(notification, "UTC")
        ]
    assert held == [0] * 5


def test_a_report_asks_as_often_for_many_people_as_for_few(app: Flask, cast: Cast, office: Client) -> None:
    with app.app_context():
        sent = [ring(cast, draft(f"person:{cast.mina.id}")), ring(cast, draft("role:student"))]
    asked = []
    for id_ in sent:
        office.get(f"/notifications/{id_}")
        with app.app_context():
            listening = overheard()
            statements = listening.__enter__()
        office.get(f"/notifications/{id_}")
        listening.__exit__(None, None, None)
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 25
