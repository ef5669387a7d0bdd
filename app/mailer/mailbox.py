"""A mailbox, as a Maildir on this machine or by IMAP: what is new in it, and marking what was looked at.

What was understood is marked as read. What was not stays unread, for people: it is only marked as looked at, so that
it is not looked at again (in a Maildir by moving it out of ``new``, by IMAP with a flag).
"""

import imaplib
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from app.mailer.dsn import MOST_BYTES

WAIT_SECONDS = 10.0
FAULTS = (OSError, imaplib.IMAP4.error, ValueError)
PORTS = {"imaps": 993, "imap": 143}


class Mailbox(Protocol):
    def new(self, at_most: int) -> Iterator[tuple[str, bytes]]:
        """Some messages that nobody has looked at yet: a key, and their beginning."""

    def mark(self, key: str, *, is_understood: bool) -> None:
        """It was looked at."""


@contextmanager
def open_mailbox(url: str) -> Iterator[Mailbox]:
    """The mailbox of ``imaps://user:password@host/INBOX`` or ``maildir:///path``.

    Raises one of FAULTS; no message holds the password. ``imap://`` is for this machine, or encrypts with STARTTLS.
    """
    parts = urlsplit(url)
    if parts.scheme == "maildir" and parts.path and not parts.netloc:
        yield Maildir(Path(unquote(parts.path)))
        return
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("BOUNCE_MAILBOX: begin it with imaps://user:password@host/ or maildir:///")
    client = _connect(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme])
    try:
        client.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield Imap(client, unquote(parts.path.strip("/")) or "INBOX")
    finally:
        with suppress(*FAULTS):
            client.logout()


def probe(url: str) -> str | None:
    """What keeps the mailbox from being read, in one line; None when it can be."""
    try:
        with open_mailbox(url) as mailbox:
            next(mailbox.new(1), None)
    except FAULTS as error:
        return f"{type(error).__name__}: {error}"
    return None


class Maildir:
    """A mail server puts files into ``new``, whole; whoever moves one out of it has looked at it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def new(self, at_most: int) -> Iterator[tuple[str, bytes]]:
        folder = self._path / "new"
        if self._path.is_dir() and not folder.exists():
            return  # a mail server makes it with the first message
        names = sorted(entry.name for entry in os.scandir(folder) if not entry.name.startswith("."))
        for name in names[:at_most]:
            with suppress(FileNotFoundError), (self._path / "new" / name).open("rb") as file:
                yield name, file.read(MOST_BYTES)

    def mark(self, key: str, *, is_understood: bool) -> None:
        with suppress(FileNotFoundError):  # another clock was quicker
            os.rename(self._path / "new" / key, self._path / "cur" / f"{key}:2,{'S' if is_understood else ''}")


class Imap:
    """By UIDs, which do not move while others delete. Looking sets no flag by itself (PEEK)."""

    def __init__(self, client: imaplib.IMAP4, folder: str) -> None:
        self._client = client
        quoted = folder.replace("\\", "\\\\").replace('"', '\\"')
        self._must(client.select(f'"{quoted}"'))

    def new(self, at_most: int) -> Iterator[tuple[str, bytes]]:
        found = self._must(self._client.uid("SEARCH", "UNSEEN", "UNFLAGGED"))[0] or b""
        for uid in found.decode("ascii", "replace").split()[:at_most]:
            answer = self._must(self._client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))
            raw = next((part[1] for part in answer if isinstance(part, tuple)), None)
            if raw is not None:  # else another clock, or a person, was quicker
                yield uid, raw

    def mark(self, key: str, *, is_understood: bool) -> None:
        self._must(self._client.uid("STORE", key, "+FLAGS", r"(\Seen)" if is_understood else r"(\Flagged)"))

    @staticmethod
    def _must(answer: tuple[str, Any]) -> Any:
        kind, data = answer
        if kind != "OK":
            raise imaplib.IMAP4.error(f"the server says {kind}")
        return data


def _connect(scheme: str, host: str, port: int) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port, ssl_context=context, timeout=WAIT_SECONDS)
    client = imaplib.IMAP4(host, port, timeout=WAIT_SECONDS)
    if host not in {"localhost", "127.0.0.1", "::1"}:
        client.starttls(context)
    return client
