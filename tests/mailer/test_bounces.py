"""Bounces by mail: as servers write them, as nobody should, out of a Maildir and over IMAP."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.mailer import bounces, dsn, jobs, mailbox
from app.mailer.kinds import LetterStatus, Reported
from app.mailer.models import Suppression
from tests.mailer.conftest import Post, letter
from tests.mailer.imap_server import ImapServer
from tests.mailer.notices import SHAPES, notice
from tests.mailer.rude_relay import RudeRelay, Talk
from tests.support.smtp import Sink

OLU = "olu@families.example"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ID = UUID("0190a000-0000-7000-8000-000000000001")
Look = Callable[[str], None]


@pytest.fixture
def look(app: Flask, postbox: Post, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Look into a mailbox, as the clock does."""

    def go(url: str) -> None:
        settings = replace(app.extensions["belfry.settings"], bounce_mailbox=url)
        monkeypatch.setitem(app.extensions, "belfry.settings", settings)
        bounces.look()

    return go


@pytest.fixture
def sent(postbox: Post, sink: Sink) -> UUID:
    letter_id = postbox.letter(OLU)
    jobs.drain_mail()
    db.session.remove()
    return letter_id


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    return tmp_path


def dead() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Suppression)) or 0


@pytest.mark.parametrize("shape", SHAPES)
def test_a_notice_is_understood_as_this_server_writes_it(shape: str) -> None:
    (report,) = dsn.read(notice(shape, ID, OLU), NOON)
    assert (report.letter_id, report.address, report.fate) == (ID, OLU, Reported.BOUNCED)
    assert report.is_mailbox_dead
    assert "no such user here" in report.text
    (full,) = dsn.read(notice(shape, ID, OLU, status="5.2.2", said="552 5.2.2 mailbox full"), NOON)
    assert (full.fate, full.is_mailbox_dead) == (Reported.BOUNCED, False)
    (expired,) = dsn.read(notice(shape, ID, OLU, status="4.4.1", said="timed out"), NOON)
    assert (expired.fate, expired.is_mailbox_dead) == (Reported.BOUNCED, False)
    (late,) = dsn.read(notice(shape, ID, OLU, "delayed", status="4.2.2", said="452 4.2.2 full"), NOON)
    assert late.fate is Reported.DEFERRED
    assert [
        report.fate for report in dsn.read(notice(shape, ID, OLU, "delivered", status="2.0.0", said="250 ok"), NOON)
    ] == [Reported.DELIVERED]
    assert dsn.read(notice(shape, ID, OLU, "relayed", status="2.0.0", said="250 ok"), NOON) == []


def test_without_the_mail_it_is_found_by_the_id_of_its_envelope() -> None:
    raw = notice("Postfix", ID, OLU)
    (report,) = dsn.read(raw.partition(b"Content-Description: Undelivered Message Headers")[0], NOON)
    assert report.letter_id == ID


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 500,
        b"Subject: hello\r\n\r\nout of office",
        b"Content-Type: multipart/report\r\n\r\nno boundary",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n--x--",
        b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"--x\r\n\r\n" * 20_000,
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 3_000,
        notice("Postfix", "not-an-id", OLU),
        notice("Postfix", ID, "nobody"),
        notice("Gmail", f"{ID}\r\nX-More: 1", OLU)[:700],
        notice("Exim", ID, OLU).replace(b"Action", b"=?utf-8?q?=ff?="),
        notice("Exchange", ID, OLU).replace(b"delivery-status;", b"=?;"),
    ],
)
def test_what_is_no_notice_about_a_mail_of_ours_says_nothing_and_breaks_nothing(raw: bytes) -> None:
    reports = dsn.read(raw, NOON)
    assert not [report for report in reports if report.letter_id != ID or "@" not in report.address]


def test_a_maildir_to_which_nothing_has_come_yet_is_empty_and_one_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert mailbox.probe(f"maildir://{tmp_path}") is None
    assert "nowhere" in (mailbox.probe(f"maildir://{tmp_path}/nowhere") or "")


def test_bar_112_a_notice_in_a_maildir_marks_the_letter_and_its_address_once(
    look: Look, maildir: Path, sent: UUID
) -> None:
    (maildir / "new" / "1.bounce").write_bytes(notice("Postfix", sent, OLU))
    (maildir / "new" / "2.letter").write_bytes(b"From: a parent\r\n\r\nThank you!")
    look(f"maildir://{maildir}")
    assert letter(sent).status is LetterStatus.BOUNCED
    assert dead() == 1
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == ["1.bounce:2,S", "2.letter:2,"]
    assert list((maildir / "new").iterdir()) == []
    (maildir / "new" / "3.again").write_bytes(notice("Exim", sent, OLU))
    look(f"maildir://{maildir}")
    assert dead() == 1


@pytest.mark.parametrize("forged", ["stranger", "unknown letter"])
def test_bar_112_a_forged_notice_does_no_harm_to_strangers(look: Look, maildir: Path, sent: UUID, forged: str) -> None:
    raw = notice("Postfix", sent, "priya@families.example") if forged == "stranger" else notice("Postfix", ID, OLU)
    (maildir / "new" / "1").write_bytes(raw)
    look(f"maildir://{maildir}")
    assert (letter(sent).status, dead()) == (LetterStatus.SENT, 0)


def test_over_imap_what_is_understood_is_seen_and_what_is_not_is_left_for_people(look: Look, sent: UUID) -> None:
    with ImapServer(b"Subject: hello\r\n\r\n", notice("Gmail", sent, OLU), b"x" * 400_000) as server:
        look(server.url)
        assert letter(sent).status is LetterStatus.BOUNCED
        assert [stored.flags for stored in server.messages.values()] == [{"\\Flagged"}, {"\\Seen"}, {"\\Flagged"}]
        heard = len(server.heard)
        look(server.url)
        assert not [command for command in server.heard[heard:] if "FETCH" in command]
        assert server.heard[-1] == "LOGOUT"


def test_a_mailbox_that_cannot_be_read_is_said_and_harms_nothing(
    look: Look, maildir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(mailbox, "WAIT_SECONDS", 0.3)
    with ImapServer() as server:
        wrong = server.url.replace("word", "wrong")
        look(wrong)
        assert mailbox.probe(server.url) is None
        assert "login" in (mailbox.probe(wrong) or "")
        server.is_silent.set()
        assert "time" in (mailbox.probe(server.url) or "").lower()
    for url in ("maildir:///nowhere/at/all", "pop3://x:hush@y/", "imaps://"):
        look(url)
        assert "hush" not in (mailbox.probe(url) or "hush")


def test_a_relay_that_tells_is_asked_to_by_the_letters_id_and_another_is_not(
    app: Flask, postbox: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def listen(*offers: str) -> Callable[[Talk], None]:
        def script(talk: Talk) -> None:
            hear = talk.hear

            def note() -> str:
                said.append(hear())
                return said[-1]

            monkeypatch.setattr(talk, "hear", note)
            talk.greet(*offers)
            while talk.take():
                talk.say("250 2.0.0 taken")

        return script

    for offers, asked in ((("DSN",), 2), ((), 0)):
        said.clear()
        letter_id = postbox.letter(OLU)
        with RudeRelay(listen(*offers)) as relay:
            settings = replace(app.extensions["belfry.settings"], mail_server=relay.url)
            monkeypatch.setitem(app.extensions, "belfry.settings", settings)
            jobs.drain_mail()
        assert letter(letter_id).status is LetterStatus.SENT
        news = [command for command in said if f"ENVID={letter_id}" in command or "NOTIFY=FAILURE,DELAY" in command]
        assert len(news) == asked
