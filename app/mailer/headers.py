"""What may stand in a mail's headers. Neither Flask-Mail nor smtplib looks at all of them (ASVS 1.3.11)."""

import re
import unicodedata
from email.headerregistry import Address, UnstructuredHeader
from email.policy import Policy

from app.mailer.errors import UnsendableError
from app.mailer.kinds import Fault

MOST_ADDRESS = 254
MOST_LOCAL = 64
MOST_WORDS = 255
MOST_VALUE = 900
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))*")
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,59}")
# The standard library decodes such words when a header is set: a line break hidden in one becomes a header of its own.
ENCODED = "=?"


class AsItIs(UnstructuredHeader):
    """A header whose value a program made. Folded as words are, a long link in it would be encoded: a link no more."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


def words(text: str) -> str:
    """A person's words for a header, in one line: a line break pasted into a title must not cost anybody the mail."""
    visible = ("" if unicodedata.category(char) in {"Cc", "Cs"} else char for char in " ".join(text.split()))
    return "".join(visible).replace(ENCODED, "= ?")[:MOST_WORDS]


def value(text: str) -> str:
    """A value that a program made. Raises UnsendableError for anything that could begin another header.

    It stands in its mail as it is, on one line (998 signs at most: RFC 5322, section 2.1.1), so it is ASCII.
    """
    if len(text) > MOST_VALUE or not text.isascii() or ENCODED in text or any(_ends_a_line(char) for char in text):
        raise UnsendableError(Fault.BAD_HEADER)
    return text


def name(text: str) -> str:
    """The name of a header. Raises UnsendableError for what is none."""
    if not NAME.fullmatch(text):
        raise UnsendableError(Fault.BAD_HEADER_NAME)
    return text


def address(text: str) -> str:
    """An address as relays take it, its domain in ASCII. Raises UnsendableError for what is none.

    Addresses that need SMTPUTF8 are refused: few relays take them, and half a mail sent is worse than a clear reason.
    """
    local, _, domain = text.rpartition("@")
    if len(text) > MOST_ADDRESS or len(local) > MOST_LOCAL or ENCODED in local or not LOCAL.fullmatch(local):
        raise UnsendableError(Fault.BAD_ADDRESS)
    try:
        ascii_domain = domain.encode("idna").decode()
    except UnicodeError:
        raise UnsendableError(Fault.BAD_ADDRESS) from None
    if any(_ends_a_line(char) for char in domain) or not DOMAIN.fullmatch(ascii_domain):
        raise UnsendableError(Fault.BAD_ADDRESS)
    return f"{local}@{ascii_domain}"


def named_address(display_name: str, addr_spec: str) -> Address:
    return Address(words(display_name), addr_spec=address(addr_spec))


def _ends_a_line(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}
