"""Words and values of preferences."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.catalogue.kinds import Category, Channel
from app.mailer.kinds import Grounds


class How(StrEnum):
    """By which way somebody said what they want."""

    PERSON = "person"
    UNSUBSCRIBE = "unsubscribe"


class Reason(StrEnum):
    """Why something does not go out to somebody: kept as a code in the ledger, and made words where it is shown."""

    UNSUBSCRIBED = "unsubscribed"
    SWITCHED_OFF = "switched_off"
    NO_ADDRESS = "no_address"
    ADDRESS_DEAD = "address_dead"
    COMPLAINED = "complained"
    OVERTAKEN = "overtaken"
    QUIET_HOURS = "quiet_hours"
    DIGEST = "digest"
    UNREAD_FIRST = "unread_first"
    READ = "read"


WISHES = {How.UNSUBSCRIBE: Reason.UNSUBSCRIBED, How.PERSON: Reason.SWITCHED_OFF}
"""The reasons that somebody gave themselves, by how they said no. The others say what is missing."""


OF_GROUNDS = {
    Grounds.REFUSAL: Reason.ADDRESS_DEAD,
    Grounds.BOUNCE: Reason.ADDRESS_DEAD,
    Grounds.COMPLAINT: Reason.COMPLAINED,
}
"""What it means for somebody that their address is not written to any more, by why it is not."""

WAITS = frozenset({Reason.QUIET_HOURS, Reason.DIGEST, Reason.UNREAD_FIRST})
"""The reasons for which a mail leaves later: as its reader wishes or, until they have had time to read it, a school."""
NOT_TO_LEAVE = frozenset({*WISHES.values(), *OF_GROUNDS.values(), Reason.READ})
"""The reasons for which a mail that was written down does not leave, though nothing has failed and nothing is late."""


@dataclass(frozen=True)
class Times:
    """When somebody wants mail that can wait: in minutes since midnight, by the clock of ``time_zone``.

    Quiet hours have both ends or none. Without ``digest_at`` each mail comes by itself.
    """

    time_zone: str
    quiet_from: int | None = None
    quiet_until: int | None = None
    digest_at: int | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether nobody has to wait for anything."""
        return self.quiet_from is None and self.digest_at is None


@dataclass(frozen=True)
class Subscription:
    """What a link in a mail can end: one category on one channel for one person, and nothing else."""

    account_id: UUID
    category: Category
    channel: Channel


@dataclass(frozen=True)
class Said:
    """What somebody said last about a category on a channel."""

    is_wanted: bool
    how: How
    changed_at: datetime
