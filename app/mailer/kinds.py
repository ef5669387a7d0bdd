"""Words and values of the mailer."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class LetterStatus(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """How one try ended."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    EXPIRED = "expired"
    LOST = "lost"


class Fault(StrEnum):
    """Why a mail did not leave when no relay said so: kept as it stands here, and put into a reader's language above.

    More may follow it in a text, such as the name of an error.
    """

    UNWANTED = "no longer wanted when its turn came"
    LOST_WORKER = "the worker went away while sending"
    UNWRITTEN = "the mail could not be written"
    BAD_ADDRESS = "the mail address cannot be used"
    BAD_HEADER = "a header of the mail holds a line break or another sign that may not be there"
    BAD_HEADER_NAME = "a header of the mail has a name that may not be used"
    NO_ANSWER = "the mail relay did not answer in time"
    HUNG_UP = "the mail relay ended the conversation"
    NO_RELAY = "the mail relay cannot be used"
    TOO_MANY = "it waits its turn: this provider takes only so many mails at a time"


@dataclass(frozen=True)
class Claim:
    """A letter that this worker alone may send until ``lease_until``.

    ``number`` counts all its tries, ``attempt`` those since somebody last had it tried anew.
    """

    letter_id: UUID
    lease: UUID
    attempt_id: UUID
    attempt: int
    lease_until: datetime
    address: str
    recipient_id: UUID | None
    district_id: UUID
    school_id: UUID | None
    purpose: str
    template: str
    locale: str | None
    is_urgent: bool
    arguments: dict[str, Any]
    expires_at: datetime | None = None
    number: int = 1


@dataclass(frozen=True)
class Content:
    """What a letter says: the template's variables, and the headers it earns."""

    template: str
    variables: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)
    sender_name: str | None = None
    locale: str | None = None


@dataclass(frozen=True)
class Answer:
    """What the relay said, or what kept us from asking.

    ``is_poison``: it is the letter itself that cannot be handled, whatever relays say.
    """

    outcome: Outcome
    code: int | None
    text: str
    is_poison: bool = False


@dataclass(frozen=True)
class RelayState:
    """How a relay stands with this process; ``ready_in`` seconds it may be asked again."""

    name: str
    is_broken: bool
    faults: int
    ready_in: float


class Grounds(StrEnum):
    """Why an address is not written to any more."""

    REFUSAL = "refusal"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class Source(StrEnum):
    """Who said so: the relay while it was spoken to, a delivery status notification, or a carrier's webhook."""

    RELAY = "relay"
    DSN = "dsn"
    RESEND = "resend"
    SENDGRID = "sendgrid"


class Reported(StrEnum):
    """What is told of a mail after a relay has taken it."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    DEFERRED = "deferred"


@dataclass(frozen=True)
class Report:
    """One such news about one mail to one address. Our id of the letter is known, or the one that the relay gave it."""

    source: Source
    fate: Reported
    address: str
    text: str
    at: datetime
    letter_id: UUID | None = None
    external_id: str | None = None
    is_mailbox_dead: bool = False
    event_id: str = ""
