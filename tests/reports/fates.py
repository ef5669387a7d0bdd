"""Making deliveries end as a test wants them to, below the carriers that would."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.catalogue.kinds import Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.notifications.kinds import Fate
from app.notifications.models import NotificationLog, NotificationRecipient
from tests.support.cast import Someone

STAMPS = {Fate.SENT: "sent_at", Fate.DELIVERED: "delivered_at", Fate.FAILED: "failed_at", Fate.BOUNCED: "failed_at"}


def ended(notification_id: UUID, who: Someone, channel: Channel, fate: Fate, reason: str | None = None) -> None:
    """What became of their copy on a channel."""
    stamps: dict[str, Any] = {STAMPS[fate]: now()} if fate in STAMPS else {}
    with unit_of_work():
        db.session.execute(
            update(NotificationLog)
            .where(
                NotificationLog.notification_id == notification_id,
                NotificationLog.recipient_id == who.id,
                NotificationLog.channel == channel,
            )
            .values(status=fate, reason=reason, **stamps)
        )


def touched(notification_id: UUID, who: Someone, **values: Any) -> None:
    """Their copy: ``read_at``, ``acknowledged_at``."""
    mine = (NotificationRecipient.notification_id == notification_id, NotificationRecipient.recipient_id == who.id)
    with unit_of_work():
        db.session.execute(update(NotificationRecipient).where(*mine).values(**values))
