"""The demo's relay keeps what a real SMTP conversation hands to it."""

import email.policy
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.processes import mail_sink
from tests.support.ports import free_port


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """A sink on a free port, and its Maildir: in a folder with spaces in its name."""
    port = free_port()
    box = tmp_path / "a school's data" / "mail"
    running = mail_sink.start(box, port)
    yield box, port
    running.stop()


def letter(text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Westbrook Primary <bell@example.org>"
    message["To"] = "Priya Nair <priya@example.org>"
    message["Subject"] = "Schließung wegen Schnee"
    message.set_content(text)
    return message


def parsed(box: Path) -> EmailMessage:
    """The one mail that lies there."""
    (path,) = (box / "new").iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_mail_lies_in_the_maildir_once_the_sink_has_said_250(sink: tuple[Path, int]) -> None:
    box, port = sink
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        client.send_message(letter("Öffnung am Montag."))
    kept = parsed(box)
    assert kept["Subject"] == "Schließung wegen Schnee"
    assert kept.get_content() == "Öffnung am Montag.\n"


def test_it_shows_who_really_got_it(sink: tuple[Path, int]) -> None:
    box, port = sink
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as client:
        client.send_message(
            letter("Hello"), from_addr="bounce@example.org", to_addrs=["a@example.org", "b@example.org"]
        )
    kept = parsed(box)
    assert kept["Return-Path"] == "<bounce@example.org>"
    assert kept.get_all("Delivered-To") == ["a@example.org", "b@example.org"]


def test_a_mail_that_is_too_long_is_refused_and_not_kept(sink: tuple[Path, int]) -> None:
    box, port = sink
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client, pytest.raises(smtplib.SMTPResponseException) as refusal:
        client.send_message(letter("x" * 70 + "\n" * (mail_sink.MOST_BYTES + 1)))
    assert refusal.value.smtp_code == 552
    assert not list((box / "new").iterdir())
