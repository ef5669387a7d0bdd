"""The rows of notifications: what was said, to whom and about which child, and what became of each delivery."""

from app.notifications.models.copies import NotificationRecipient, NotificationSubject
from app.notifications.models.digests import Digest, DigestLine
from app.notifications.models.ledger import NotificationLog
from app.notifications.models.resent import Resending
from app.notifications.models.said import FanOut, Notification, of_notification
from app.notifications.models.withdrawn import Withdrawal

__all__ = [
    "Digest",
    "DigestLine",
    "FanOut",
    "Notification",
    "NotificationLog",
    "NotificationRecipient",
    "NotificationSubject",
    "Resending",
    "Withdrawal",
    "of_notification",
]
