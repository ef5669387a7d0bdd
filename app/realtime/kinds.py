"""Values of the live page: where somebody has got to, who looks, and what is written to them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Protocol
from uuid import UUID

from app.kernel.ids import parse_id


@dataclass(frozen=True, order=True)
class Cursor:
    """How far a page has got: a position in the order of commits, true within one epoch of the history."""

    epoch: UUID
    position: int

    def to_text(self) -> str:
        return f"{self.epoch.hex}.{self.position}"

    @classmethod
    def parse(cls, text: str | None) -> "Cursor | None":
        """The cursor that a page sent back; None for what we never gave out."""
        epoch, _, position = (text or "").partition(".")
        found = parse_id(epoch)
        if found is None or not position.isdecimal() or len(position) > 18:
            return None
        return cls(found, int(position))


@dataclass(frozen=True)
class Reading:
    """In which language and time zone somebody has chosen to read; None where it is left to browser and school."""

    locale: str | None
    time_zone: str | None


@dataclass(frozen=True)
class Viewer:
    """Somebody with a page open: enough to decide and render without a request.

    ``topics`` are what the page says it shows beyond its person's own things, such as ``report:<id>``. They are wishes:
    the source of a topic asks each time whether this viewer may see it, so that a right that is lost ends it at once.
    """

    account_id: UUID
    session_id: UUID
    district_id: UUID
    locale: str | None
    time_zone: str | None
    csrf_token: str = field(repr=False)
    topics: frozenset[str] = frozenset()

    def reading(self, chosen: Reading) -> "Viewer":
        """The same one, who reads so from now on. What is left open stays until their page is loaded anew."""
        return replace(self, locale=chosen.locale or self.locale, time_zone=chosen.time_zone or self.time_zone)


@dataclass(frozen=True)
class Happening:
    """A row of ``live_events`` as a value; ``account_id`` is None when the context knows whom it concerns.

    Of those it concerns them alone whose account comes behind ``behind_id``, up to ``upto_id``.
    """

    position: int
    kind: str
    subject_id: UUID
    account_id: UUID | None
    district_id: UUID
    school_id: UUID | None
    behind_id: UUID | None = None
    upto_id: UUID | None = None

    def may_concern(self, account_id: UUID) -> bool:
        """Whether this person may be among those whom it concerns: the context knows the rest."""
        is_behind = self.behind_id is None or self.behind_id < account_id
        is_before = self.upto_id is None or account_id <= self.upto_id
        return is_behind and is_before and self.account_id in {None, account_id}


@dataclass(frozen=True)
class Frame:
    """One fragment for one viewer. With an ``alert_id``, writing it counts as that alert's ``sent``.

    One with a ``topic`` goes only to those of the viewer's pages that show it. With a ``reading`` the viewer reads so
    from here on, and their pages are to load themselves anew.
    """

    position: int
    html: str
    alert_id: UUID | None = None
    ends_session: bool = False
    topic: str | None = None
    reading: Reading | None = None


class Source(Protocol):
    """A context's answer to "what has happened for these people", in as many queries for one as for thousands."""

    kinds: frozenset[str]

    def frames(self, happenings: Sequence[Happening], viewers: Sequence[Viewer]) -> dict[UUID, list[Frame]]:
        """Frames by session id."""
        ...


Standing = Callable[[Sequence[Viewer]], Mapping[UUID, Sequence[Frame]]]
"""What somebody must know whatever has happened since they last heard: frames by session id."""


@dataclass(frozen=True)
class Answer:
    """What is to be written to some viewers, by session id, and how far they have got with it.

    ``is_gap``: history does not reach back to where they were. The frames say how things stand instead of what
    happened, and only a full reload tells everything.
    """

    cursor: Cursor
    frames: Mapping[UUID, Sequence[Frame]] = field(default_factory=dict)
    is_gap: bool = False

    def to(self, viewer: Viewer) -> "Answer":
        """The same for one page alone: without the frames of topics that it does not show."""
        frames = self.frames.get(viewer.session_id, ())
        shown = [frame for frame in frames if frame.topic is None or frame.topic in viewer.topics]
        return replace(self, frames={viewer.session_id: shown} if shown else {})


class CloseCode(IntEnum):
    """How a socket ends. A page comes back after each but SIGNED_OUT. From 4000 on they are ours (RFC 6455, 7.4.2)."""

    POLICY_VIOLATION = 1008
    TOO_BIG = 1009
    RESTART = 1012
    TOO_SLOW = 1013
    SIGNED_OUT = 4001
