"""The line that a worker speaks over: Flask-Mail's connection, opened when needed and kept for many mails."""

import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Self

import flask_mail
import structlog
from flask import current_app

from app.extensions import mail
from app.mailer import replies, rules, smtp
from app.mailer.breakers import PAUSES, URGENT_PAUSES, Breaker
from app.mailer.errors import PostponedError
from app.mailer.kinds import Answer, Fault, RelayState
from app.mailer.messages import Message
from app.mailer.relays import Relay, parse_relays
from app.mailer.smtp import FAULTS, Conversation, own_name

log = structlog.get_logger(__name__)

ENDED_BY_RELAY = (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused, ConnectionError)
ABOUT_ONE_LETTER = (smtplib.SMTPSenderRefused, smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)
MOST_MAILS = 100
IDLE_SECONDS = 20.0


class Line(flask_mail.Connection):
    """A line to the first relay that may be asked and can be reached; after a fault the next mail opens a new one.

    Not for two threads at once. What it knows of each relay it keeps for as long as it lives.
    """

    host: Conversation | None

    def __init__(
        self, mail_server: str, name: str, *, is_urgent: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(mail.init_mail({}))  # type: ignore[arg-type]  # as Mail.connect does
        self.mail_server, self._name, self._clock = mail_server, name, clock
        pauses = URGENT_PAUSES if is_urgent else PAUSES
        self._breakers: dict[Relay, Breaker] = {relay: Breaker(pauses) for relay in parse_relays(mail_server)}
        self._relay: Relay | None = None
        self._mails = 0
        self._used_at = 0.0
        self._is_over = threading.Event()

    @classmethod
    def from_settings(cls, *, is_urgent: bool = False) -> Self:
        settings = current_app.extensions["belfry.settings"]
        return cls(settings.mail_server, own_name(settings.public_url), is_urgent=is_urgent)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.hang_up()

    def is_ready(self) -> bool:
        """Whether any relay may be asked now. When none may, no letter should be claimed: it could only wait."""
        return bool(self._ready())

    def states(self) -> list[RelayState]:
        """How each relay stands, in the order in which they are asked."""
        moment = self._clock()
        return [
            RelayState(relay.name, breaker.is_broken, breaker.faults, max(0.0, breaker.ready_at - moment))
            for relay, breaker in self._breakers.items()
        ]

    def rest(self) -> None:
        """End a connection that nobody has needed for a while: relays count them, and would end it themselves."""
        if self.host is not None and self._clock() - self._used_at >= IDLE_SECONDS:
            self.hang_up()

    def hand_over(self, message: Message) -> Answer:
        """What the relay said about this mail, or how the line broke while it was said.

        Raises PostponedError when no relay was asked: that is no try of the letter.
        """
        try:
            with self._cut_off_after(rules.CONVERSATION.total_seconds()):
                promise = self._say(message)
        except FAULTS as error:
            return self._after_fault(error)
        self._count_answer()
        return replies.taken(*promise)

    def configure_host(self) -> Conversation:
        """A line to the first relay that may be asked and can be reached. Raises PostponedError when there is none."""
        said = str(Fault.NO_RELAY)
        for relay in self._ready():
            try:
                host = smtp.open_line(relay, self._name)
            except FAULTS as error:
                said = replies.refused(error).text
                self._count_fault(relay, said)
            else:
                self._relay, self._mails = relay, 0
                return host
        raise self._postponed(said)

    def hang_up(self) -> None:
        """End the connection politely, if there is one."""
        host, self.host = self.host, None
        if host is not None and host.sock is not None:
            host.sock.settimeout(1.0)
            with suppress(*FAULTS):
                host.quit()
            host.close()

    def _after_fault(self, error: Exception) -> Answer:
        host, answer = self.host, replies.refused(error)
        was_asked = host is not None and host.was_asked
        is_about_the_letter = was_asked and isinstance(error, ABOUT_ONE_LETTER) and not replies.is_of_the_line(answer)
        if host is None or host.sock is None or not is_about_the_letter:
            self.hang_up()
        if is_about_the_letter:
            self._count_answer()
            return answer
        if self._relay:
            self._count_fault(self._relay, answer.text)
        if not was_asked or isinstance(error, ABOUT_ONE_LETTER):
            raise self._postponed(answer.text)
        return answer

    def _say(self, message: Message) -> tuple[int, bytes]:
        if self._mails >= MOST_MAILS:
            self.hang_up()
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
        host.was_asked = host.is_sender_known = False
        if self._is_over.is_set():
            raise TimeoutError
        self._mails, self._used_at = self._mails + 1, self._clock()
        message.ask_for_news(is_offered=host.has_extn("dsn"))
        self.send(message)
        return host.promise

    def _ready(self) -> Sequence[Relay]:
        moment = self._clock()
        return [relay for relay, breaker in self._breakers.items() if breaker.is_ready(moment)]

    def _count_answer(self) -> None:
        if self._relay and self._breakers[self._relay].answered():
            log.warning("a mail relay is back", relay=self._relay.name)

    def _count_fault(self, relay: Relay, said: str) -> None:
        breaker, moment = self._breakers[relay], self._clock()
        if breaker.fault(moment):
            seconds = round(breaker.ready_at - moment)
            log.warning("a mail relay is left alone", relay=relay.name, error=said, seconds=seconds)
        else:
            log.warning("a mail relay is at fault", relay=relay.name, error=said)

    def _postponed(self, said: str) -> PostponedError:
        return PostponedError(said, min(state.ready_in for state in self.states()))

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
