"""Opening a line to a relay with what Flask-Mail and smtplib leave out: time-outs and certificates."""

import smtplib
import ssl
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from app.mailer import replies
from app.mailer.relays import Encryption, Relay, parse_relays

WAIT_SECONDS = 10.0
FAULTS = (smtplib.SMTPException, OSError)


class Conversation(smtplib.SMTP):
    """Remembers how far a mail got, which decides whether it may be said again, and what the relay promised."""

    was_asked = False
    is_sender_known = False
    promise: tuple[int, bytes] = (0, b"")

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        self.was_asked = True
        reply = super().mail(sender, options)
        self.is_sender_known = reply[0] == 250
        return reply

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.promise = super().data(msg)
        return self.promise


class TlsConversation(Conversation, smtplib.SMTP_SSL):
    """The same, encrypted from its first byte."""


def open_line(relay: Relay, name: str) -> Conversation:
    """Connect, encrypt and sign in. Raises one of FAULTS; no single wait is longer than WAIT_SECONDS.

    A certificate is always checked, against the system's authorities or those of ``SSL_CERT_FILE``.
    ``name`` is our own: smtplib would ask DNS for it, which has no time-out.
    """
    context = ssl.create_default_context()
    if relay.encryption is Encryption.FROM_THE_START:
        host: Conversation = TlsConversation(relay.host, relay.port, name, timeout=WAIT_SECONDS, context=context)
    else:
        host = Conversation(relay.host, relay.port, name, timeout=WAIT_SECONDS)
    try:
        _prepare(host, relay, context)
    except BaseException:
        host.close()
        raise
    return host


def own_name(public_url: str) -> str:
    """How we introduce ourselves: a domain, or an address literal (RFC 5321, 4.1.3)."""
    host = urlsplit(public_url).hostname or "localhost"
    if ":" in host:
        return f"[IPv6:{host}]"
    return f"[{host}]" if host.replace(".", "").isdecimal() else host


def probe(mail_server: str, public_url: str = "http://localhost") -> str | None:
    """What keeps mail from leaving, in one line; None when the relays take it. Sends nothing."""
    try:
        wrong = [problem for relay in parse_relays(mail_server) if (problem := _probe(relay, own_name(public_url)))]
    except ValueError as error:
        return str(error)
    return "; ".join(wrong) or None


def _probe(relay: Relay, name: str) -> str | None:
    try:
        with open_line(relay, name) as host:
            code, text = host.noop()
    except FAULTS as error:
        return f"{relay.name}: {replies.refused(error).text}"
    return None if code == 250 else f"{relay.name}: {code} {replies.readable(text)}"


def _prepare(host: Conversation, relay: Relay, context: ssl.SSLContext) -> None:
    host.ehlo_or_helo_if_needed()
    is_offered = relay.encryption is Encryption.WHEN_OFFERED and host.has_extn("starttls")
    if is_offered or relay.encryption is Encryption.REQUIRED:
        host.starttls(context=context)
        host.ehlo_or_helo_if_needed()
    if relay.user:
        host.login(relay.user, relay.password)
