"""Words and values of notifications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from app.catalogue.kinds import Category, Priority, Role
from app.kernel.ids import parse_id


class Status(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"


class Fate(StrEnum):
    """What became of one delivery."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"


class Group(StrEnum):
    """What a term of an audience speaks of."""

    SCHOOL = "school"
    ROLE = "role"
    GRADE = "grade"
    CLASS = "class"
    PERSON = "person"


GROUPS = frozenset(Group)
GUARDIANS = "guardians-of:"
ROLES = {role.value: role for role in (Role.PARENT, Role.TEACHER, Role.ADMIN, Role.STUDENT)}
"""Whom a term may name by role, in the order in which they are offered. District admins come with the admins."""


@dataclass(frozen=True)
class Term:
    """One group of people, written ``class:ID``, or their guardians, written ``guardians-of:class:ID``."""

    group: Group
    id: UUID | None = None
    role: Role | None = None
    guardians_of: bool = False

    def __str__(self) -> str:
        name = self.role.value if self.role else str(self.id)
        return f"{GUARDIANS if self.guardians_of else ''}{self.group.value}:{name}"

    @classmethod
    def parse(cls, text: str) -> "Term | None":
        """The term that a form or a row holds; None for what is none. Only students have guardians."""
        guardians_of = text.startswith(GUARDIANS)
        group, _, name = text.removeprefix(GUARDIANS).partition(":")
        if group == Group.ROLE:
            role = ROLES.get(name)
            is_wrong = role is None or (guardians_of and role is not Role.STUDENT)
            return None if is_wrong else cls(Group.ROLE, role=role, guardians_of=guardians_of)
        id_ = parse_id(name)
        return cls(Group(group), id_, guardians_of=guardians_of) if id_ and group in GROUPS else None


@dataclass(frozen=True)
class Audience:
    """Everybody in one of ``include`` and in none of ``exclude``, and whoever has the notification ``at_least``."""

    include: tuple[Term, ...]
    exclude: tuple[Term, ...] = ()
    at_least: UUID | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        return self.include + self.exclude


@dataclass(frozen=True)
class Scope:
    """Whose people may be addressed: one school's or, without one, all of the district's.

    ``days`` says which day it is now in each time zone of these schools, for terms begin and end by the school's day.
    """

    district_id: UUID
    school_id: UUID | None
    days: tuple[tuple[str, date], ...] = ()


class Shift(StrEnum):
    """What the clocks of a place do with a time of day."""

    NONE = "none"
    SKIPPED = "skipped"
    TWICE = "twice"


@dataclass(frozen=True)
class Timing:
    """The moment that somebody chose by saying ``wall`` in the zone of that name."""

    at: datetime
    zone: str
    wall: datetime
    shift: Shift = Shift.NONE

    @property
    def there(self) -> datetime:
        """What the clocks show there when it comes."""
        return self.at.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True)
class Draft:
    """What somebody wants to say, and to whom; now, or at the moment of ``timing``."""

    category: Category
    priority: Priority
    title: str
    body: str
    audience: Audience
    link: str | None = None
    expires_at: datetime | None = None
    requires_acknowledgement: bool = False
    timing: Timing | None = None

    @property
    def corrects(self) -> UUID | None:
        """The notification in whose place it comes: whoever has that one gets this one."""
        return self.audience.at_least


class When(StrEnum):
    """What the composer asks: does it leave now, at a moment to come, or again and again."""

    NOW = "now"
    LATER = "later"
    AGAIN = "again"


class Due(StrEnum):
    """What becomes of something scheduled whose moment has come."""

    LEAVE = "leave"
    LATE = "late"
    OVER = "over"


@dataclass(frozen=True)
class Problem:
    """Why a draft cannot leave: the field, a word for the reason, and what it is about."""

    field: str
    reason: str
    about: str = ""


@dataclass(frozen=True)
class Change:
    """How many there were and are, and by how much they differ: None where so many changed that nobody can tell.

    ``joined`` and ``left`` name some of them.
    """

    before: int
    after: int
    joined_total: int | None = None
    left_total: int | None = None
    joined: Sequence[str] = ()
    left: Sequence[str] = ()

    @property
    def counts(self) -> dict[str, int | None]:
        """What may be kept of it for good: no names."""
        return {"before": self.before, "after": self.after, "joined": self.joined_total, "left": self.left_total}


@dataclass(frozen=True)
class Claim:
    """A fan-out that this worker alone may work on while it holds the lease."""

    notification_id: UUID
    lease: UUID
    attempt: int
