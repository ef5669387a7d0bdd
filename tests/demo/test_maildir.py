"""The demo's mail page: what the relay kept, for admins only, and inert."""

import mailbox
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from app.demo import maildir
from app.settings import Settings
from tests.support.cast import Cast
from tests.support.pages import Client

Browser = Callable[..., Client]
MAIL = """From: Northfield Primary <belfry@localhost>
To: priya@example.org
Subject: {subject}
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

{body}
"""


@pytest.fixture
def kept(tmp_path: Path) -> Callable[..., None]:
    """``kept("Subject", "Body")``: one more mail in the Maildir, each a second after the last."""
    box = mailbox.Maildir(tmp_path / "mail", create=True)

    def keep(subject: str, body: str = "Hello.") -> None:
        key = box.add(MAIL.format(subject=subject, body=body).encode())
        os.utime(tmp_path / "mail" / "new" / key, (1_800_000_000 + len(box), 1_800_000_000 + len(box)))

    return keep


def test_the_newest_mails_come_first_and_no_more_than_asked_for(kept: Callable[..., None], tmp_path: Path) -> None:
    for number in range(5):
        kept(f"Mail {number}")
    assert [mail.subject for mail in maildir.newest(tmp_path / "mail", 3)] == ["Mail 4", "Mail 3", "Mail 2"]


def test_no_maildir_is_no_mail(tmp_path: Path) -> None:
    assert list(maildir.newest(tmp_path / "nowhere")) == []


def test_an_admin_reads_the_mail_and_nothing_in_it_comes_alive(
    make_app: Callable[..., Flask], browser_of: Browser, cast: Cast, kept: Callable[..., None], tmp_path: Path
) -> None:
    kept("<script>alert(1)</script>", "<img src=x onerror=alert(1)>")
    page = browser_of("margaret", make_app(data_dir=tmp_path)).get("/demo/mail")
    assert page.status_code == 200
    assert "priya@example.org" in page.text
    assert "<script>alert" not in page.text
    assert "<img" not in page.text


def test_nobody_but_an_admin_reads_it(browser_of: Browser, cast: Cast) -> None:
    assert browser_of("priya").get("/demo/mail").status_code == 403
    assert browser_of().get("/demo/mail").location.startswith("/login")


def test_production_has_no_such_page(settings: Settings) -> None:
    app = create_app(replace(settings, production=True, public_url="https://belfry.example"))
    assert "demo" not in app.blueprints
