"""What the office's home page says."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import to_user_timezone

from app.admin.kinds import Wellness
from app.kernel.duties import heartbeat_of
from app.kernel.jobs import Lane
from app.mailer.kinds import Grounds
from app.web.formats import span, time

MOST_SENTENCES = 2

WORKERS = {
    Lane.ALERTS: _l("The worker that sends out emergencies"),
    Lane.URGENT_MAIL: _l("The worker that sends the mail of emergencies"),
    Lane.MAIL: _l("The worker that sends all other mail"),
    Lane.BULK: _l("The worker that sends out everything else"),
}
WORK = {
    Lane.ALERTS: _l("An emergency has been waiting to go out"),
    Lane.URGENT_MAIL: _l("The mail of an emergency has been waiting"),
    Lane.MAIL: _l("Mail has been waiting"),
    Lane.BULK: _l("A notification has been waiting to go out"),
}

STOPPED = {
    Grounds.REFUSAL: _l("The mailbox does not exist or takes no mail"),
    Grounds.BOUNCE: _l("Mail to this address came back"),
    Grounds.COMPLAINT: _l("A mail was reported as spam"),
}


LATE = {
    Lane.ALERTS: _l("An emergency has been waiting to go out for %(span)s."),
    Lane.URGENT_MAIL: _l("The mail of an emergency has been waiting for %(span)s."),
    Lane.MAIL: _l("Mail has been waiting for %(span)s."),
    Lane.BULK: _l("A notification has been waiting to go out for %(span)s."),
}


def alarm_words(wellness: Wellness, moment: datetime) -> list[str]:
    """What is wrong, in sentences, the most urgent first; none when all is well."""
    if not wellness.is_alarming:
        return []
    late = [
        str(LATE[lane]) % {"span": span(moment - wellness.due_since[lane])}
        for lane in (Lane.ALERTS, Lane.URGENT_MAIL, Lane.MAIL, Lane.BULK)
        if lane in wellness.due_since
    ]
    silent = [
        _("%(who)s has not been heard of since %(time)s.", who=who, time=time(beat_at))
        if beat_at
        else _("%(who)s was never heard of.", who=who)
        for who, beat_at in silent_words(wellness.silent)
    ]
    return [*late[:MOST_SENTENCES], *silent[:MOST_SENTENCES]]


def greeting(moment: datetime, name: str) -> str:
    """As one greets at that hour, by the first name."""
    first = (name.split() or [name])[0]
    hour = to_user_timezone(moment).hour
    if 4 <= hour < 12:
        return str(_("Good morning, %(name)s", name=first))
    if 12 <= hour < 18:
        return str(_("Good afternoon, %(name)s", name=first))
    return str(_("Good evening, %(name)s", name=first))


def silent_words(silent: Mapping[str, datetime | None]) -> list[tuple[str, datetime | None]]:
    """Who is silent, and when they were last heard of (None: never). All duties of the clock are the clock."""
    found = {str(WORKERS[lane]): silent[heartbeat_of(lane)] for lane in Lane if heartbeat_of(lane) in silent}
    duties = [beat_at for name, beat_at in silent.items() if name.startswith("clock:")]
    if duties:
        found[_("The clock, which does what is due")] = max(filter(None, duties), default=None)
    return list(found.items())
