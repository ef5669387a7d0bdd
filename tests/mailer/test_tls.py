"""Encryption means knowing who listens: Flask-Mail alone would hand a password to anybody with a certificate."""

import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from flask import Flask

from app.mailer import jobs
from app.mailer.kinds import LetterStatus
from tests.mailer.conftest import Post, letter
from tests.mailer.rude_relay import RudeRelay, Talk

Script = Callable[[Talk], None]
Send = Callable[[str], LetterStatus]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an operator with an authority of their own does it."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))


def context_for(name: str, authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def from_the_start(context: ssl.SSLContext) -> Script:
    def script(talk: Talk) -> None:
        talk.upgrade(context)
        talk.be_good()

    return script


def when_asked(context: ssl.SSLContext) -> Script:
    def script(talk: Talk) -> None:
        talk.greet("STARTTLS")
        assert talk.hear() == "STARTTLS"
        talk.say("220 go ahead")
        talk.upgrade(context)
        talk.hear()
        talk.say("250 rude relay")
        while talk.take():
            talk.say("250 taken")

    return script


@pytest.fixture
def send(postbox: Post, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Send:
    def send_by(mail_server: str) -> LetterStatus:
        settings = replace(app.extensions["belfry.settings"], mail_server=mail_server)
        monkeypatch.setitem(app.extensions, "belfry.settings", settings)
        letter_id = postbox.letter()
        jobs.drain_mail()
        send_by.reason = letter(letter_id).error_message or ""  # type: ignore[attr-defined]
        return letter(letter_id).status

    return send_by


WAYS = [("smtps", "", from_the_start), ("smtp", "?starttls=1", when_asked)]


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(("scheme", "query", "way"), WAYS)
def test_mail_goes_encrypted_to_a_relay_that_proves_its_name(
    send: Send, authority: trustme.CA, scheme: str, query: str, way: Callable[[ssl.SSLContext], Script]
) -> None:
    with RudeRelay(way(context_for("localhost", authority))) as relay:
        assert send(f"{scheme}://localhost:{relay.port}{query}") is LetterStatus.SENT
        assert len(relay.mails) == 1


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(("scheme", "query", "way"), WAYS)
def test_a_certificate_for_another_name_gets_neither_mail_nor_password(
    send: Send, authority: trustme.CA, scheme: str, query: str, way: Callable[[ssl.SSLContext], Script]
) -> None:
    with RudeRelay(way(context_for("evil.example", authority))) as relay:
        assert send(f"{scheme}://me:secret@localhost:{relay.port}{query}") is LetterStatus.PENDING
        assert relay.mails == []
        assert "AUTH" not in relay.talks[0].heard
    assert "certificate verify failed" in send.reason  # type: ignore[attr-defined]


@pytest.mark.parametrize(("scheme", "query", "way"), WAYS)
def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    send: Send, authority: trustme.CA, scheme: str, query: str, way: Callable[[ssl.SSLContext], Script]
) -> None:
    with RudeRelay(way(context_for("localhost", authority))) as relay:
        assert send(f"{scheme}://me:secret@localhost:{relay.port}{query}") is LetterStatus.PENDING
        assert relay.mails == []
        assert "AUTH" not in relay.talks[0].heard


def test_no_mail_goes_in_the_clear_where_encryption_was_asked_for(send: Send) -> None:
    with RudeRelay(Talk.be_good) as relay:
        assert send(f"{relay.url}?starttls=1") is LetterStatus.PENDING
        assert relay.mails == []
