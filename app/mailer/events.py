"""What the mailer tells the rooms above, inside its own unit of work."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.kernel.events import Event
from app.mailer.kinds import LetterStatus, Reported


@dataclass(frozen=True)
class LetterClaimed(Event):
    """A worker took the letter and is about to try."""

    letter_id: UUID


@dataclass(frozen=True)
class LetterConcluded(Event):
    """A try ended. ``status`` is ``pending`` when there is another to come, at ``next_attempt_at``."""

    letter_id: UUID
    status: LetterStatus
    attempts: int
    next_attempt_at: datetime | None
    code: int | None
    text: str
    at: datetime


@dataclass(frozen=True)
class LetterReported(Event):
    """Something was told of a letter that a relay had taken. ``status`` is what it changed it to; None: nothing."""

    letter_id: UUID
    fate: Reported
    status: LetterStatus | None
    text: str
    at: datetime
