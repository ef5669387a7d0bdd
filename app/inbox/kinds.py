"""Values of the inbox: a notification as one person sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.catalogue.kinds import Category, Priority, Role


class Show(StrEnum):
    """Which part of an inbox is looked at."""

    ALL = "all"
    UNREAD = "unread"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Filter:
    """What somebody wants to see of their inbox."""

    show: Show = Show.ALL

    def arguments(self) -> dict[str, Any]:
        """As it stands in an address; what is not asked for is not there."""
        return {"show": self.show.value} if self.show is not Show.ALL else {}


@dataclass(frozen=True)
class Undo:
    """What was just done and can be taken back: ``url`` takes it back, ``about`` says what of it."""

    id: str
    words: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Child:
    """A child that a notification concerns, as a chip."""

    name: str
    hue: int


@dataclass(frozen=True)
class Item:
    """Somebody's copy of a notification. ``body`` is Markdown, ``excerpt`` its first words.

    ``reason_words`` become words when they are shown, in the language of whoever reads them.
    ``is_expired``: what it says holds no more; ``is_lasting``: an emergency that still does; ``is_live``: one that
    this person has not confirmed either.
    """

    id: UUID
    category: Category
    priority: Priority
    sender_name: str | None
    school_name: str
    title: str
    excerpt: str
    body: str
    link: str | None
    created_at: datetime
    expires_at: datetime | None
    read_at: datetime | None
    archived_at: datetime | None
    pinned_at: datetime | None
    acknowledged_at: datetime | None
    requires_acknowledgement: bool
    is_expired: bool
    is_lasting: bool
    is_live: bool
    role: Role
    reason_words: object
    children: Sequence[Child]

    @property
    def facets(self) -> dict[str, list[str]]:
        """By what a filter lets it through while it is new, as it would stand in an address."""
        return {"show": [Show.UNREAD.value], "category": [self.category.value]}


@dataclass(frozen=True)
class Listing:
    """Some items, and the address of those behind them (None on the last page)."""

    items: Sequence[Item]
    next_url: str | None
