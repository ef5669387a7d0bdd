"""Where mail is handed over: ``MAIL_SERVER`` in words a program understands."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}
SUBMISSION = 587
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Encryption(StrEnum):
    FROM_THE_START = "from_the_start"
    REQUIRED = "required"
    WHEN_OFFERED = "when_offered"
    NONE = "none"


@dataclass(frozen=True)
class Relay:
    """One SMTP server."""

    host: str
    port: int
    encryption: Encryption
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """To be named in messages: without the password."""
        return f"{self.host}:{self.port}"


def parse_relays(text: str) -> tuple[Relay, ...]:
    """The relays of ``smtp://user:pass@host:port?starttls=1,smtps://...``, in the order they are tried.

    Raises ValueError for what is not such an address; the message never holds the password.
    """
    relays = tuple(_parse(part.strip()) for part in text.split(",") if part.strip())
    if not relays:
        raise ValueError("MAIL_SERVER is empty")
    return relays


def _parse(url: str) -> Relay:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("MAIL_SERVER: the port is not a number") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("MAIL_SERVER: begin it with smtp:// or smtps:// and a host")
    return Relay(
        host=parts.hostname,
        port=port or (SUBMISSION if parts.username and parts.scheme == "smtp" else PORTS[parts.scheme]),
        encryption=_encryption(parts),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _encryption(parts: SplitResult) -> Encryption:
    asked = parse_qs(parts.query).get("starttls", [""])[-1]
    if asked not in {"", "0", "1"}:
        raise ValueError("MAIL_SERVER: starttls is 1 (always) or 0 (never)")
    if parts.scheme == "smtps":
        return Encryption.FROM_THE_START
    if asked:
        return Encryption.REQUIRED if asked == "1" else Encryption.NONE
    if parts.hostname in LOOPBACK:
        return Encryption.NONE
    # Whoever strips STARTTLS from the relay's offers must not get the password for it.
    return Encryption.REQUIRED if parts.username else Encryption.WHEN_OFFERED
