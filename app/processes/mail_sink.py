"""The relay of a demo: takes every mail and sends none. ``python -m app.processes.mail_sink``."""

import logging
import mailbox
import signal
import threading
from pathlib import Path
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.settings import Settings, embedded_mail_port

MOST_BYTES = 10_000_000


class Maildir:
    """Keeps what comes in, each with the envelope it came in: a copy to nobody named in ``To`` must be seen, too."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._box = mailbox.Maildir(path, create=True)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = cast(bytes, envelope.content).replace(b"\r\n", b"\n")  # a Maildir's lines end as the system's do
        trace = [f"Return-Path: <{envelope.mail_from}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos)]
        # 250 is a promise: Maildir.add has flushed the file to the disk when it returns.
        key = self._box.add("".join(f"{line}\n" for line in trace).encode() + content)
        return f"250 2.0.0 kept as {key}"


def start(path: Path, port: int, host: str = "127.0.0.1") -> Controller:
    """Listen in a thread of its own. Raises OSError when the port is taken."""
    sink = Controller(
        Maildir(path), hostname=host, port=port, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, ident="Belfry sink"
    )
    sink.start()
    return sink


def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    settings = Settings.from_env()
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    sink = start(settings.data_dir / "mail", embedded_mail_port(settings.port))
    ending.wait()
    sink.stop()


if __name__ == "__main__":
    main()
