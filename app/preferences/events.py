"""What preferences tell the rooms above, inside their own unit of work."""

from dataclasses import dataclass
from uuid import UUID

from app.kernel.events import Event
from app.preferences.kinds import Times


@dataclass(frozen=True)
class TimesChosen(Event):
    """Somebody said when they want mail that can wait."""

    account_id: UUID
    times: Times
