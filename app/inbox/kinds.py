"""Values of the inbox: a notification as one person sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.catalogue.kinds import Category, Priority, Role


class Show(StrEnum):
    """Which part of an inbox is looked at."""

    ALL = "all"
    UNREAD = "unread"
    TO_CONFIRM = "to-confirm"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Filter:
    """What somebody wants to see of their inbox. ``text`` is what they look for, as they typed it.

    Looking for words finds what is archived, too: whoever searches does not know where it is.
    """

    show: Show = Show.ALL
    category: Category | None = None
    school_id: UUID | None = None
    child_id: UUID | None = None
    text: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether it asks for less than the whole of a part."""
        return self != Filter(self.show)

    def arguments(self) -> dict[str, str]:
        """As it stands in an address; what is not asked for is not there."""
        asked = {
            "show": None if self.show is Show.ALL else self.show.value,
            "category": self.category and self.category.value,
            "school": self.school_id and str(self.school_id),
            "child": self.child_id and str(self.child_id),
            "q": self.text,
        }
        return {name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Counts:
    """What a person still has to do. Nobody needs to know how many it is of a hundred: it is not counted further."""

    unread: int
    to_confirm: int
    has_archive: bool = False


@dataclass(frozen=True)
class Choice:
    """A value of a filter: where it leads, and whether it is chosen, so that going there lets it go again."""

    value: str
    words: str
    url: str
    is_chosen: bool
    count: int | None = None
    hue: int | None = None


@dataclass(frozen=True)
class Filters:
    """What can be chosen among on a list. What has but one value is no choice, and is not there."""

    tabs: Sequence[Choice]
    categories: Sequence[Choice]
    schools: Sequence[Choice]
    children: Sequence[Choice]


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


@dataclass(frozen=True, kw_only=True)
class Line:
    """Somebody's copy of a notification, as it stands in a list. ``excerpt``: its first words, without marks.

    ``is_expired``: what it says holds no more, ``is_withdrawn`` because it was taken back; ``is_lasting``: an emergency
    that still does; ``is_live``: one that this person has not confirmed either.
    """

    id: UUID
    category: Category
    priority: Priority
    sender_name: str | None
    school_name: str
    title: str
    excerpt: str
    created_at: datetime
    expires_at: datetime | None
    read_at: datetime | None
    archived_at: datetime | None
    pinned_at: datetime | None
    acknowledged_at: datetime | None
    requires_acknowledgement: bool
    is_expired: bool
    is_withdrawn: bool
    is_lasting: bool
    is_live: bool
    children: Sequence[Child]

    @property
    def facets(self) -> dict[str, list[str]]:
        """By what a filter lets it through while it is new, as it would stand in an address."""
        parts = [Show.UNREAD, Show.TO_CONFIRM] if self.requires_acknowledgement else [Show.UNREAD]
        return {"show": [part.value for part in parts], "category": [self.category.value]}


@dataclass(frozen=True, kw_only=True)
class Item(Line):
    """All of it. ``body`` is Markdown; ``reason_words`` become words when shown, in the language of who reads them."""

    body: str
    link: str | None
    withdrawn_at: datetime | None
    withdrawal_reason: str | None
    is_corrected: bool
    corrects_id: UUID | None
    role: Role
    reason_words: object


@dataclass(frozen=True)
class Other:
    """Another notification, named beside an item; ``id`` is None when it cannot be opened."""

    title: str
    id: UUID | None


@dataclass(frozen=True)
class Opening:
    """All that a page of the inbox shows of it: what is pinned, a page of the rest, and the emergencies that last.

    ``next``: the token of the page behind it, None on the last. ``children``: whose guardian the person is, by id.
    ``moment``: what came in later is not on it.
    """

    moment: datetime
    pinned: Sequence[Line]
    lines: Sequence[Line]
    next: str | None
    lasting: Sequence[Item]
    counts: Counts
    children: Mapping[UUID, Child]


@dataclass(frozen=True)
class Day:
    """What came on one day, or in one month where days do not matter any more, with its name."""

    words: str
    lines: Sequence[Line]
