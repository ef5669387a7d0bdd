"""All rows, imported once, so that the metadata is whole."""

from app.audit.models import AuditLine
from app.drafts.models import SavedDraft
from app.identity.models import Account, ContactAddress, UserSession
from app.kernel.heartbeats import Heartbeat
from app.kernel.tally import Told
from app.library.models import MessageTemplate
from app.mailer.models import DeliveryAttempt, Letter, MailReport, Suppression, WebhookRequest
from app.notifications import search_schema
from app.notifications.models import (
    Digest,
    DigestLine,
    FanOut,
    Notification,
    NotificationLog,
    NotificationRecipient,
    NotificationSubject,
    Resending,
    Withdrawal,
)
from app.notifications.recurring.models import Occurrence, Recurrence
from app.notifications.telling import Telling
from app.preferences.models import ChannelPreference, MailTimes
from app.realtime.models import LiveCounter, LiveEvent
from app.roster.models import District, Enrolment, Grade, Guardianship, Membership, School, SchoolClass, Term

__all__ = [
    "Account",
    "AuditLine",
    "ChannelPreference",
    "ContactAddress",
    "DeliveryAttempt",
    "Digest",
    "DigestLine",
    "District",
    "Enrolment",
    "FanOut",
    "Grade",
    "Guardianship",
    "Heartbeat",
    "Letter",
    "LiveCounter",
    "LiveEvent",
    "MailReport",
    "MailTimes",
    "Membership",
    "MessageTemplate",
    "Notification",
    "NotificationLog",
    "NotificationRecipient",
    "NotificationSubject",
    "Occurrence",
    "Recurrence",
    "Resending",
    "SavedDraft",
    "School",
    "SchoolClass",
    "Suppression",
    "Telling",
    "Term",
    "Told",
    "UserSession",
    "WebhookRequest",
    "Withdrawal",
    "search_schema",
]
