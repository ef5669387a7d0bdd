"""The line that a worker speaks over: Flask-Mail's connection, opened when needed and kept for many mails."""

import smtplib
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self

import flask_mail
import structlog
from flask import current_app

from app.extensions import mail
from app.mailer import replies, rules
from app.mailer.kinds import Answer
from app.mailer.messages import Message
from app.mailer.relays import Relay, parse_relays
from app.mailer.smtp import FAULTS, Conversation, open_line, own_name

log = structlog.get_logger(__name__)

ENDED_BY_RELAY = (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused, ConnectionError)
ABOUT_ONE_LETTER = (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)


class Line(flask_mail.Connection):
    """A line to the first relay that can be reached; after a fault the next mail opens a new one."""

    host: Conversation | None

    def __init__(self, relays: Sequence[Relay], name: str) -> None:
        super().__init__(mail.init_mail({}))  # type: ignore[arg-type]  # as Mail.connect does
        self._relays, self._name = relays, name
        self._is_over = threading.Event()

    @classmethod
    def from_settings(cls) -> Self:
        settings = current_app.extensions["belfry.settings"]
        return cls(parse_relays(settings.mail_server), own_name(settings.public_url))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._hang_up()

    def hand_over(self, message: Message) -> Answer:
        """What the relay said about this mail, or what kept us from asking."""
        try:
            with self._cut_off_after(rules.CONVERSATION.total_seconds()):
                promise = self._say(message)
        except FAULTS as error:
            if self.host is None or self.host.sock is None or not isinstance(error, ABOUT_ONE_LETTER):
                self._hang_up()
            return replies.refused(error)
        return replies.taken(*promise)

    def configure_host(self) -> Conversation:
        """A line to the first relay that can be reached. Raises what the last one said when none can."""
        for relay in self._relays[:-1]:
            try:
                return open_line(relay, self._name)
            except FAULTS as error:
                log.warning("a mail relay cannot be reached", relay=relay.name, error=replies.refused(error).text)
        return open_line(self._relays[-1], self._name)

    def _say(self, message: Message) -> tuple[int, bytes]:
        used = self.host
        try:
            return self._say_once(message)
        except ENDED_BY_RELAY:
            # Relays end a line after so many mails or minutes. It is not this letter's fault, and no copy of it is out.
            if used is None or used.is_sender_known or used.sock is not None:
                raise
            self.host = None
            return self._say_once(message)

    def _say_once(self, message: Message) -> tuple[int, bytes]:
        self.host = host = self.host or self.configure_host()
        if self._is_over.is_set():
            raise TimeoutError
        host.is_sender_known = False
        self.send(message)
        return host.promise

    def _hang_up(self) -> None:
        host, self.host = self.host, None
        if host is not None and host.sock is not None:
            host.sock.settimeout(1.0)
            with suppress(*FAULTS):
                host.quit()
            host.close()

    @contextmanager
    def _cut_off_after(self, seconds: float) -> Iterator[None]:
        # A time-out of each read alone would let a relay that trickles outlast the letter's lease.
        self._is_over.clear()
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self._is_over.set()
        host: Any = self.host
        with suppress(OSError, AttributeError):  # none is open, or it has just been closed
            host.sock.shutdown(socket.SHUT_RDWR)
