"""Words and values of reports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.catalogue.kinds import Category, Channel, Role
from app.mailer.kinds import Outcome
from app.notifications.kinds import Fate


class Show(StrEnum):
    """Which people of a report are looked at."""

    ALL = "all"
    MISSED = "not-reached"
    WAITING = "waiting"
    FAILED = "failed"
    UNREAD = "not-read"
    UNCONFIRMED = "not-confirmed"


@dataclass(frozen=True)
class Filter:
    """Those people of a report that somebody wants to see. ``name`` is a part of a name."""

    show: Show = Show.ALL
    channel: Channel | None = None
    role: Role | None = None
    name: str = ""

    def arguments(self) -> dict[str, str]:
        """As it stands in an address; what is not asked for is not there."""
        named = {"show": self.show.value, "channel": self.channel, "role": self.role, "name": self.name}
        return {key: str(value) for key, value in named.items() if value and value != Show.ALL}

    def with_show(self, show: Show) -> "Filter":
        return replace(self, show=show)


@dataclass(frozen=True)
class SentFilter:
    """Which notifications of a school are listed."""

    category: Category | None = None
    mine: bool = False

    def arguments(self) -> dict[str, str]:
        named = {"category": self.category, "mine": "1" if self.mine else ""}
        return {key: str(value) for key, value in named.items() if value}

    def with_category(self, category: Category | None) -> "SentFilter":
        return replace(self, category=category)

    def turned(self) -> "SentFilter":
        """The same of everybody instead of mine, or the other way round."""
        return replace(self, mine=not self.mine)


@dataclass(frozen=True)
class People:
    """Everybody who has a copy, and how far it got with them. ``waiting``: not reached, but mail is on its way."""

    total: int = 0
    reached: int = 0
    waiting: int = 0
    read: int = 0
    acknowledged: int = 0

    @property
    def missed(self) -> int:
        return self.total - self.reached - self.waiting


@dataclass(frozen=True)
class Pace:
    """How the mail of a notification gets on: ``lately`` came to an end in the last minute, ``later`` is tried again
    at ``next_try_at``, and ``waiting`` wait as their readers or the school wish, the first until ``next_turn_at``.
    It ``began_at`` when the first of it was written down.
    """

    lately: int
    later: int
    next_try_at: datetime | None
    began_at: datetime
    waiting: int = 0
    next_turn_at: datetime | None = None


class Stage(StrEnum):
    """How far a notification is on its way."""

    WRITING = "writing"
    SENDING = "sending"
    RETRYING = "retrying"
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True)
class Progress:
    """Of ``total`` mails ``done`` came to an end, ``failed`` of them without being sent.

    ``left`` is None when there is no honest estimate. ``is_stuck``: mail is due, and none left in the last minute.
    """

    stage: Stage
    people: int
    total: int = 0
    done: int = 0
    failed: int = 0
    left: timedelta | None = None
    is_stuck: bool = False
    later: int = 0
    next_try_at: datetime | None = None
    waiting: int = 0
    next_turn_at: datetime | None = None

    @property
    def sent(self) -> int:
        return self.done - self.failed

    @property
    def percent(self) -> int:
        """Rounded down: 100 is all of it."""
        return 100 * self.done // self.total if self.total else 100 if self.stage is Stage.DONE else 0


class Line(StrEnum):
    """What is drawn over time."""

    SENT = "sent"
    READ = "read"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True)
class Curve:
    """How many there were up to each of the moments. ``is_cut``: more came after the last of them."""

    moments: Sequence[datetime]
    lines: Mapping[Line, Sequence[int]]
    is_cut: bool = False


@dataclass(frozen=True)
class TakenBack:
    """When, by whom and why something was withdrawn; a correction that takes its place tells its readers itself."""

    at: datetime
    by_name: str
    reason: str | None
    tells_readers: bool


@dataclass(frozen=True)
class SentAgain:
    """How many times it was sent again; when, by whom and to how many the last time."""

    number: int
    at: datetime
    by_name: str
    people: int


@dataclass(frozen=True)
class Attempt:
    """One try to hand a mail to a relay; ``said`` is what came back, in the relay's words or our own."""

    number: int
    at: datetime
    outcome: Outcome | None
    said: str


@dataclass(frozen=True)
class Delivery:
    """What became of a copy on one channel. ``next_try_at`` is set while it waits for another try, ``waits_until``
    while it waits as its reader or the school wishes.
    """

    channel: Channel
    fate: Fate
    reason: str | None
    sent_at: datetime | None
    delivered_at: datetime | None
    failed_at: datetime | None
    next_try_at: datetime | None
    attempts: Sequence[Attempt]
    waits_until: datetime | None = None

    @property
    def at(self) -> datetime | None:
        """When it came to what it is now."""
        return self.delivered_at or self.failed_at or self.sent_at


@dataclass(frozen=True)
class Person:
    """Somebody who has a copy, for which children, and what became of it."""

    id: UUID
    name: str
    role: Role
    children: Sequence[str]
    read_at: datetime | None
    acknowledged_at: datetime | None
    deliveries: Sequence[Delivery]
