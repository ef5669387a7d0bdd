"""What the values of reports are called on a page."""

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.catalogue.kinds import Category, Channel
from app.catalogue.words import CHANNELS
from app.mailer.kinds import Outcome
from app.notifications.rules import channels_for
from app.notifications.words import MANY, reason_words
from app.reports.kinds import Line, Show

SHOWS = {
    Show.ALL: _l("Everybody"),
    Show.MISSED: _l("Not reached"),
    Show.WAITING: _l("On the way"),
    Show.FAILED: _l("Failed"),
    Show.UNREAD: _l("Not read"),
    Show.UNCONFIRMED: _l("Not confirmed"),
}
LINES = {Line.SENT: _l("Mails sent"), Line.READ: _l("Read"), Line.ACKNOWLEDGED: _l("Confirmed")}
OUTCOMES = {
    None: _l("Under way, or never ended"),
    Outcome.SENT: _l("Taken by the mail relay"),
    Outcome.RETRY: _l("Put off: tried again later"),
    Outcome.FAILED: _l("Refused for good"),
    Outcome.EXPIRED: _l("Not sent: no longer wanted"),
    Outcome.LOST: _l("Broken off: the worker went away"),
}
CATEGORIES = {
    Category.EMERGENCY: _l("Emergencies"),
    Category.ANNOUNCEMENT: _l("Announcements"),
    Category.REMINDER: _l("Reminders"),
    Category.SYSTEM: _l("System"),
}
REPLY = re.compile(r"([245]\d\d)[ -]?(?:([245]\.\d{1,3}\.\d{1,3})\b)?")
# RFC 3463, by class, subject and detail; what is not listed is told in the relay's own words.
STATUS_CODES = {
    "1.1": _l("no such mailbox"),
    "1.2": _l("no such mail domain"),
    "1.3": _l("the mail address cannot be used"),
    "1.6": _l("the mailbox has moved"),
    "1.10": _l("this domain takes no mail"),
    "2.1": _l("the mailbox is switched off"),
    "2.2": _l("the mailbox is full"),
    "2.3": _l("the mail is too long for the mailbox"),
    "3.4": _l("the mail is too long for the mailbox"),
    "4.1": _l("their mail server did not answer"),
    "4.4": _l("no way to their mail server was found"),
    "4.7": _l("their mail server did not answer for too long"),
    "7.1": _l("their mail server does not want the mail"),
}
CODES = {
    "421": _l("the mail server is busy"),
    "450": _l("the mailbox is busy"),
    "451": _l("the mail server asks to try later"),
    "452": _l("the mail server has no room now"),
    "550": _l("the mailbox was refused"),
    "551": _l("the mailbox has moved"),
    "552": _l("the mailbox is full"),
    "553": _l("the mail address cannot be used"),
    "554": _l("their mail server does not want the mail"),
}


def why(reason: str | None, category: Category, channel: Channel) -> str:
    """A reason of the ledger in plain words; what a relay said stands in full beside its try."""
    return mail_words(reason or "") or reason_words(reason, category, channel)


def mail_words(reason: str) -> str:
    """What a relay's answer means, such as "550 5.1.1 <x@y.example>: unknown"; empty for what is no such answer."""
    found = REPLY.match(reason)
    if not found:
        return ""
    code, status = found.groups()
    words = STATUS_CODES.get(status[2:]) if status else None
    words = words or CODES.get(code)
    return str(words or _("the mail relay answered %(code)s", code=status or code))


def category_choices() -> list[tuple[Category | None, str]]:
    """What the list of what was sent can be narrowed to."""
    return [(None, _("All")), *((category, str(words)) for category, words in CATEGORIES.items())]


def role_choices() -> list[tuple[str, str]]:
    return [(role.value, str(words)) for role, words in MANY.items()]


def channel_choices(category: Category) -> list[tuple[str, str]]:
    return [(channel.value, str(CHANNELS[channel])) for channel in channels_for(category)]
