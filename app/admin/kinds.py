"""Words and values of the office's home page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.catalogue.kinds import Category, Channel, Role
from app.mailer.kinds import Grounds


@dataclass(frozen=True)
class Week:
    """What was sent lately: how many notifications, their copies, how many of these were read, and in how many
    notifications how many people are still to confirm.
    """

    notifications: int
    copies: int
    read: int
    to_confirm: int
    asking: int


@dataclass(frozen=True)
class Failure:
    """Deliveries of one notification that failed for reasons that begin alike."""

    notification_id: UUID
    title: str
    category: Category
    channel: Channel
    reason: str | None
    count: int


@dataclass(frozen=True)
class Reachable:
    """How many guardians and staff there are; of them those without an address, and those whose last mail failed."""

    total: int
    without_address: int
    failing: int

    @property
    def missing(self) -> int:
        return self.without_address + self.failing


@dataclass(frozen=True)
class Unreachable:
    """Somebody whom mail does not reach. Without an ``address`` there is none on file.

    ``failed_at`` is when the last mail failed, and ``reason`` why. With ``since`` only emergencies are sent to them
    from then on, on these ``grounds``.
    """

    account_id: UUID
    name: str
    role: Role
    school_name: str
    address: str | None = None
    reason: str | None = None
    failed_at: datetime | None = None
    grounds: Grounds | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class SignIn:
    name: str
    user_agent: str
    at: datetime


@dataclass(frozen=True)
class Wellness:
    """Who of those that work in the background was not heard of lately (with when they were), and since when the
    oldest piece of work has been due in each lane where any is late. ``was_at_work``: anybody was ever heard of.
    """

    silent: Mapping[str, datetime | None]
    due_since: Mapping[str, datetime]
    commands: Sequence[str]
    was_at_work: bool = True

    @property
    def is_alarming(self) -> bool:
        """Whether admins must know on whatever page they are. Where nothing has ever run, nothing has broken."""
        return bool(self.due_since) or (bool(self.silent) and self.was_at_work)
