"""Words and values of preferences."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.catalogue.kinds import Category, Channel


class How(StrEnum):
    """By which way somebody said what they want."""

    PERSON = "person"
    UNSUBSCRIBE = "unsubscribe"


class Reason(StrEnum):
    """Why something does not go out to somebody: kept as a code in the ledger, and made words where it is shown."""

    UNSUBSCRIBED = "unsubscribed"
    SWITCHED_OFF = "switched_off"
    NO_ADDRESS = "no_address"
    OVERTAKEN = "overtaken"


WISHES = {How.UNSUBSCRIBE: Reason.UNSUBSCRIBED, How.PERSON: Reason.SWITCHED_OFF}
"""The reasons that somebody gave themselves, by how they said no. The others say what is missing."""


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
