"""How a draft would look to one who gets it: made by what makes the real inbox and the real mail."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from app.catalogue.kinds import Channel
from app.identity.kinds import Person
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.mailer import messages
from app.mailer.errors import UnsendableError
from app.mailer.kinds import Claim
from app.notifications import letters
from app.notifications.compose import said
from app.notifications.copies import PURPOSE
from app.notifications.kinds import Draft, Scope
from app.notifications.models import Notification
from app.notifications.rules import BODY_LENGTH, TITLE_LENGTH, channels_for
from app.notifications.sample import Reader, SampleCopy, find_reader

NOBODYS_ADDRESS = "somebody@example.invalid"
HEAD, BODY = re.compile("<head[^>]*>"), re.compile("<body[^>]*>")


@dataclass(frozen=True)
class Mail:
    """A mail as it would leave. ``html`` is a whole document."""

    sender: str
    recipient: str
    subject: str
    text: str
    html: str


def item(draft: Draft, scope: Scope, by: Person) -> Any:
    """The copy that somebody would have."""
    notification, reader = _notification(draft, scope), find_reader(draft.audience, scope, by.account_id)
    sample: Callable[..., Any] = current_app.extensions["belfry.sample"]
    known = {"role": reader.role, "school_name": reader.school_name, "sender_name": by.name}
    return sample(notification, children=reader.children, **known)


def find_mail(draft: Draft, scope: Scope, by: Person) -> tuple[Mail | None, Reader]:
    """The mail that somebody would get, and whose it would be; None when a notification of this kind sends none."""
    reader = find_reader(draft.audience, scope, by.account_id)
    if Channel.EMAIL not in channels_for(draft.category):
        return None, reader
    known = (reader.role, reader.school_name, reader.time_zone, reader.locale, by.name)
    claim = _claim(reader, scope)
    content = letters.content(SampleCopy(_notification(draft, scope), *known), reader.children, claim)
    try:
        made = messages.compose(claim, content).made
    except UnsendableError:
        made = messages.compose(replace(claim, address=NOBODYS_ADDRESS), content).made
    text, html = (made.get_body([kind]) for kind in ("plain", "html"))
    return Mail(
        str(made["From"]),
        reader.address or "",
        str(made["Subject"]),
        text.get_content() if text else "",
        html.get_content() if html else "",
    ), reader


def framed(mail_html: str, head: str) -> str:
    """A mail's own document under the lines of its head; its links lead nowhere, for the frame may open no window."""
    aimless = HEAD.sub(lambda found: f'{found[0]}<base target="_blank">', mail_html, count=1)
    return BODY.sub(lambda found: found[0] + head, aimless, count=1)


def _notification(draft: Draft, scope: Scope) -> Notification:
    """The row that publishing would write, in no session."""
    title = draft.title[:TITLE_LENGTH] or _("No title yet")
    values = said(replace(draft, title=title, body=draft.body[:BODY_LENGTH]), scope)
    return Notification(id=new_id(), **values)


def _claim(reader: Reader, scope: Scope) -> Claim:
    """A letter to nobody: whatever its links are made from, they are good for nothing."""
    id_ = new_id()
    return Claim(
        letter_id=id_,
        lease=id_,
        attempt_id=id_,
        attempt=1,
        lease_until=now(),
        address=reader.address or NOBODYS_ADDRESS,
        recipient_id=id_,
        district_id=scope.district_id,
        school_id=scope.school_id,
        purpose=PURPOSE,
        template=PURPOSE,
        locale=reader.locale,
        is_urgent=False,
        arguments={"notification_id": str(id_)},
    )
