"""What identity tells the rooms above."""

from dataclasses import dataclass
from uuid import UUID

from app.identity.kinds import EndReason
from app.kernel.events import Event


@dataclass(frozen=True)
class SessionEnded(Event):
    session_id: UUID
    account_id: UUID
    district_id: UUID
    reason: EndReason
