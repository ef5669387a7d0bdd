"""What goes out to somebody, and why not: the one place where it is decided."""

from collections.abc import Collection

from app.catalogue.kinds import Category, Channel
from app.catalogue.rules import granted
from app.preferences.kinds import WISHES, Reason

OPTIONAL = {
    Category.ANNOUNCEMENT: frozenset({Channel.EMAIL, Channel.PUSH}),
    Category.REMINDER: frozenset({Channel.IN_APP, Channel.PUSH}),
}
"""What a person may switch off. An emergency, and what concerns one's own account, always comes."""
NEEDED = {Channel.EMAIL: (Reason.NO_ADDRESS,)}
BROKEN = {Channel.EMAIL: (Reason.ADDRESS_DEAD, Reason.COMPLAINED)}
"""What keeps all but emergencies back: a mailbox that was full or closed for a day may take a warning after all."""


def may_be_switched_off(category: Category, channel: Channel) -> bool:
    """Whether a person may choose to hear nothing of a category on a channel that it goes out on."""
    return channel in granted(category) and channel in OPTIONAL.get(category, ())


def obstacles(category: Category, channel: Channel) -> tuple[Reason, ...]:
    """What can keep a category from somebody on a channel, in the order in which it is said why.

    ``decide`` and its twin in SQL (``queries.verdict``) are both made of this. A person's wish comes first: who
    wants no mail does not get any by giving an address.
    """
    wishes = WISHES.values() if may_be_switched_off(category, channel) else ()
    broken = () if category is Category.EMERGENCY else BROKEN.get(channel, ())
    return (*wishes, *NEEDED.get(channel, ()), *broken)


def decide(category: Category, channel: Channel, facts: Collection[Reason]) -> Reason | None:
    """None when it goes out, else why it does not; ``facts`` are the obstacles that are true of somebody."""
    return next((reason for reason in obstacles(category, channel) if reason in facts), None)


def masked(address: str) -> str:
    """ "o•••@families.example": known to its owner, and no address to anybody else who holds the link."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@{domain}"
