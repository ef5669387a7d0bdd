"""Decisions of the inbox."""

from datetime import datetime

from app.catalogue.kinds import Category
from app.inbox.kinds import Item

EXCERPT_LENGTH = 140
MOST_PINS = 10


def is_over(expires_at: datetime | None, withdrawn_at: datetime | None, moment: datetime) -> bool:
    """Whether what a notification says holds no more."""
    return withdrawn_at is not None or (expires_at is not None and expires_at <= moment)


def rings(item: Item) -> bool:
    """Whether a new item is shown to who has a page open: a calm one that nobody wanted comes in put away."""
    return item.archived_at is None or item.is_lasting


def is_lasting(category: Category, *, is_expired: bool) -> bool:
    """Whether an emergency is going on."""
    return category is Category.EMERGENCY and not is_expired


def is_live(category: Category, acknowledged_at: datetime | None, *, is_expired: bool) -> bool:
    """Whether an emergency still asks for this person's attention."""
    return is_lasting(category, is_expired=is_expired) and acknowledged_at is None


def excerpt(words: str) -> str:
    """The first words, cut between two of them."""
    if len(words) <= EXCERPT_LENGTH:
        return words
    cut = words[:EXCERPT_LENGTH]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.") + "…"
