"""A relay of the test's own: takes mail over a real conversation, counts it, and can be as bad as relays get."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 2.0.0 taken"


@dataclass(frozen=True)
class Received:
    """One mail as it arrived: the envelope's addresses, the parsed message, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes = b""

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def text(self, kind: str = "plain") -> str:
        """The body as ``plain`` text or ``html``. Raises LookupError when the mail has no such part."""
        part = self.message.get_body((kind,))
        if part is None:
            raise LookupError(f"no text/{kind} part")
        return cast(str, part.get_content())


@dataclass
class Sink:
    """What was received, and how to answer. ``answers`` maps an address to a reply; ``*`` stands for all others."""

    received: list[Received] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    drop_after_data: int = 0
    seconds: float = 0.0
    _hang: threading.Event = field(default_factory=threading.Event)
    _controller: Controller | None = None

    @property
    def url(self) -> str:
        controller = self._started()
        return f"smtp://{controller.hostname}:{controller.port}"

    def start(self, port: int) -> "Sink":
        self._controller = Controller(self, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
        self._controller.start()
        return self

    def close(self) -> None:
        self.clear()
        self._started().stop()

    def clear(self) -> None:
        """Forget what came, and be a good relay again."""
        self.received.clear()
        self.answers.clear()
        self.drop_after_data, self.seconds = 0, 0.0
        self._hang.clear()

    def refuse(self, address: str, reply: str) -> None:
        """Answer mail to an address (``*``: to anybody) with, say, ``421 4.3.2 later`` or ``550 5.1.1 unknown``."""
        self.answers[address] = reply

    def hang(self) -> None:
        """From now on take connections and mail, and never answer; ``clear`` ends it."""
        self._hang.set()

    def drop(self, times: int) -> None:
        """Take the next mails in full, then cut the line before the 250: the sender cannot know."""
        self.drop_after_data = times

    def to(self, address: str) -> list[Received]:
        return [mail for mail in list(self.received) if address in mail.recipients]

    def copies(self) -> Counter[tuple[str, str]]:
        """How often each (recipient, Message-ID) came."""
        return Counter((to, mail.message_id) for mail in list(self.received) for to in mail.recipients)

    def wait_for(self, count: int, within: float = 30.0, to: str | None = None) -> list[Received]:
        """Wait until ``count`` mails are in, all or those to one address; AssertionError when they do not come."""
        select: Callable[[], list[Received]] = lambda: self.to(to) if to else list(self.received)  # noqa: E731
        until = time.monotonic() + within
        while len(select()) < count:
            assert time.monotonic() < until, f"{len(select())} of {count} mails came within {within} s"
            time.sleep(0.01)
        return select()

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        await self._be_slow()
        reply = self.answers.get(address, self.answers.get("*", "250 2.1.5 ok"))
        if reply.startswith("2"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        await self._be_slow()
        raw = cast(bytes, envelope.content)
        message = message_from_bytes(raw, policy=policy.default)
        self.received.append(Received(str(envelope.mail_from), tuple(envelope.rcpt_tos), message, raw))
        if self.drop_after_data > 0:
            self.drop_after_data -= 1
            cast(asyncio.Transport, server.transport).abort()
        return TAKEN

    async def _be_slow(self) -> None:
        await asyncio.sleep(self.seconds)
        while self._hang.is_set():  # noqa: ASYNC110 - cleared by another thread, which asyncio's own would not hear
            await asyncio.sleep(0.02)

    def _started(self) -> Controller:
        if self._controller is None:
            raise RuntimeError("the sink is not started")
        return self._controller
