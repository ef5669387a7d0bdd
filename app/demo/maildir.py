"""Reads what the demo's relay has kept, the newest first."""

import heapq
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

MOST = 50


@dataclass(frozen=True)
class Mail:
    """What its reader would see of it; ``body`` is the plain text part."""

    sender: str
    receiver: str
    subject: str
    at: datetime
    body: str


def newest(directory: Path, most: int = MOST) -> Iterator[Mail]:
    """The last mails that came in. Only these are opened, however many lie there."""
    for arrived, path in heapq.nlargest(most, _files(directory)):
        try:
            content = Path(path).read_bytes()
        except FileNotFoundError:  # somebody cleared up meanwhile
            continue
        yield _mail(content, datetime.fromtimestamp(arrived, UTC))


def _files(directory: Path) -> Iterator[tuple[float, str]]:
    for part in ("new", "cur"):
        if (directory / part).is_dir():
            with os.scandir(directory / part) as entries:
                yield from ((entry.stat().st_mtime, entry.path) for entry in entries)


def _mail(content: bytes, at: datetime) -> Mail:
    message: EmailMessage = message_from_bytes(content, policy=default)
    text = message.get_body(("plain",))
    return Mail(
        str(message["From"] or ""),
        str(message["To"] or ""),
        str(message["Subject"] or ""),
        at,
        str(text.get_content()) if text else "",
    )
