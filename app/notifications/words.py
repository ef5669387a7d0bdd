"""What the values of notifications are called on a page and in a mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.catalogue.kinds import Category, Channel, Role
from app.mailer.kinds import Fault
from app.mailer.words import listed, locale_of
from app.notifications.kinds import Due, Fate, Group, Status, Term
from app.notifications.rules import OFFLINE, WITHDRAWN
from app.preferences.kinds import Reason
from app.preferences.words import OBSTACLES
from app.web.formats import brief

MOST_GROUPS = 3

ROLES = {
    Role.ADMIN: _l("School office"),
    Role.TEACHER: _l("Teacher"),
    Role.PARENT: _l("Guardian"),
    Role.STUDENT: _l("Pupil"),
}
MANY = {
    Role.ADMIN: _l("School office"),
    Role.TEACHER: _l("Teachers"),
    Role.PARENT: _l("Guardians"),
    Role.STUDENT: _l("Pupils"),
}
FATES = {
    Fate.PENDING: _l("Waiting"),
    Fate.SENDING: _l("Being sent"),
    Fate.SENT: _l("Sent"),
    Fate.DELIVERED: _l("Delivered"),
    Fate.FAILED: _l("Failed"),
    Fate.BOUNCED: _l("Came back"),
    Fate.EXPIRED: _l("Too late"),
    Fate.SUPPRESSED: _l("Not sent"),
}
STATUSES = {
    Status.DRAFT: _l("Draft"),
    Status.SCHEDULED: _l("Scheduled"),
    Status.SENDING: _l("Being sent"),
    Status.SENT: _l("Sent"),
    Status.CANCELLED: _l("Cancelled"),
    Status.MISSED: _l("Missed"),
    Status.WITHDRAWN: _l("Withdrawn"),
}
REASONS = {
    Reason.UNSUBSCRIBED: _l("unsubscribed from this"),
    Reason.SWITCHED_OFF: _l("switched this off"),
    Reason.OVERTAKEN: _l("changed their settings while this was being sent"),
    Reason.QUIET_HOURS: _l("quiet hours"),
    Reason.DIGEST: _l("waits for their digest"),
    Reason.UNREAD_FIRST: _l("mailed if it is not read by then"),
    Reason.READ: _l("read before the mail was due"),
    OFFLINE: _l("no page of theirs was open"),
    WITHDRAWN: _l("withdrawn before it left"),
    Fault.UNWANTED: _l("no longer wanted when its turn came"),
    Fault.LOST_WORKER: _l("the worker went away while sending"),
    Fault.UNWRITTEN: _l("the mail could not be written"),
    Fault.BAD_ADDRESS: _l("the mail address cannot be used"),
    Fault.BAD_HEADER: _l("a header of the mail holds a sign that may not be there"),
    Fault.BAD_HEADER_NAME: _l("a header of the mail has a name that may not be used"),
    Fault.NO_ANSWER: _l("the mail relay did not answer in time"),
    Fault.HUNG_UP: _l("the mail relay ended the conversation"),
    Fault.NO_RELAY: _l("the mail relay cannot be used"),
    Fault.TOO_MANY: _l("it waits its turn: this provider takes only so many mails at a time"),
    **{str(reason): words for reason, words in OBSTACLES.items()},
}
WISH_WORDS = {
    (Reason.UNSUBSCRIBED, Category.ANNOUNCEMENT, Channel.EMAIL): _l("unsubscribed from announcements"),
    (Reason.SWITCHED_OFF, Category.ANNOUNCEMENT, Channel.EMAIL): _l("switched email off for announcements"),
    (Reason.SWITCHED_OFF, Category.REMINDER, Channel.IN_APP): _l("switched reminders off"),
}


def test_title(title: str) -> str:
    """What stands above what somebody sends to try it out, in an inbox and in the subject of a mail."""
    return str(_("[Test] %(title)s", title=title))


def missed_title(title: str) -> str:
    """What stands above the word to whoever wrote something that did not leave."""
    return str(_("Not sent: %(title)s", title=title))


def missed_body(why: Due, planned: str) -> str:
    """Why it did not leave; ``planned`` is the moment at which it should have."""
    if why is Due.OVER:
        return str(
            _(
                "It was to go out on %(moment)s. When it could have left, what it says was over already, so nobody has "
                "received it. You can send it again with other times.",
                moment=planned,
            )
        )
    return str(
        _(
            "It was to go out on %(moment)s. Belfry could not send it then, and later it would have come too late, so "
            "nobody has received it. You can still send it now, or at another time.",
            moment=planned,
        )
    )


def reason_words(reason: str | None, category: Category | None = None, channel: Channel | None = None) -> str:
    """A reason of the ledger in the reader's language; a relay's own words, and an error's name, as they are.

    With ``category`` and ``channel`` a wish is told in full: "switched email off for announcements".
    """
    if (reason, category, channel) in WISH_WORDS:
        return str(WISH_WORDS[reason, category, channel])  # type: ignore[index]
    ours = next((known for known in REASONS if (reason or "").startswith(known)), None)
    return f"{REASONS[ours]}{(reason or '').removeprefix(ours)}" if ours else reason or ""


def wait_words(reason: str | None, until: datetime) -> str:
    """Until when a mail waits, and for whose sake, in the reader's language and zone."""
    moment = brief(until)
    words = {
        Reason.QUIET_HOURS: _("quiet hours until %(moment)s", moment=moment),
        Reason.DIGEST: _("in their digest at %(moment)s", moment=moment),
        Reason.UNREAD_FIRST: _("mailed at %(moment)s if it is not read by then", moment=moment),
    }
    return str(words[Reason(reason or "")])


def term_words(term: Term, name: str) -> str:
    """What a group is called, as in "to guardians of class 4B"; ``name`` is the school's, grade's or class's own."""
    if term.guardians_of:
        known = {
            Group.SCHOOL: _("guardians at %(name)s", name=name),
            Group.ROLE: _("guardians"),
            Group.GRADE: _("guardians of %(name)s", name=name),
            Group.CLASS: _("guardians of class %(name)s", name=name),
            Group.PERSON: _("guardians chosen by name"),
        }
        return str(known[term.group])
    if term.role:
        return str(MANY[term.role]).lower()
    known = {
        Group.SCHOOL: _("everybody at %(name)s", name=name),
        Group.GRADE: _("pupils of %(name)s", name=name),
        Group.CLASS: _("class %(name)s", name=name),
        Group.PERSON: _("people chosen by name"),
    }
    return str(known[term.group])


def addressed_words(audience: Mapping[str, Any], children: Sequence[str]) -> str:
    """Why somebody has a copy: "to guardians of class 4B; you get it for Mina".

    ``audience`` is what the notification's row remembers. It names groups and one's own children, and nobody else.
    """
    terms = [term for text in audience.get("include", ()) if (term := Term.parse(text))]
    names = audience.get("names", {})
    groups = list(dict.fromkeys(term_words(term, names.get(f"{term.group}:{term.id}", "")) for term in terms))
    if (more := len(groups) - MOST_GROUPS) > 0:
        groups = [*groups[:MOST_GROUPS], ngettext("%(num)s other group", "%(num)s other groups", more)]
    to = _("to %(groups)s", groups=list_of(groups)) if groups else ""
    if not children:
        return str(to)
    if not to:
        return str(_("you get it for %(children)s", children=list_of(children)))
    return str(_("%(to)s; you get it for %(children)s", to=to, children=list_of(children)))


def list_of(names: Sequence[str]) -> str:
    """ "Mina, Yusuf and Noor", in the reader's language."""
    return listed(names, locale_of(str(get_locale() or "")))
