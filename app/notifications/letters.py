"""What the mail of a notification says.

It is written when it is sent: so a withdrawn one never leaves, nor one to somebody who has unsubscribed meanwhile, and
it speaks the language that its reader has chosen by then.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale

from app.catalogue.kinds import Channel, Role
from app.extensions import db
from app.kernel.clock import now
from app.mailer.errors import PostponedError, UnwantedError
from app.mailer.kinds import Claim, Content
from app.mailer.words import locale_of
from app.notifications import chain, queries
from app.notifications.copies import PURPOSE
from app.notifications.kinds import Status
from app.notifications.models import Notification
from app.notifications.rules import WITHDRAWN, may_wait
from app.notifications.words import addressed_words
from app.preferences import addresses, links
from app.preferences.hours import quiet_until
from app.preferences.kinds import Reason
from app.preferences.queries import find_wish
from app.preferences.times import find_times


def write(claim: Claim) -> Content | None:
    """The content of a letter; None when it should not be sent any more: it is over, or not for its reader by now.

    Raises UnwantedError when it was taken back, its address has died, or its reader has said since that they do not
    want it, or has read it where that is enough; PostponedError when they have quiet hours now.
    """
    notification_id = UUID(claim.arguments["notification_id"])
    row = queries.letter_of(notification_id, claim.recipient_id)
    if row and row.Notification.status is Status.WITHDRAWN:
        raise UnwantedError(WITHDRAWN)
    if row is None or claim.recipient_id is None or not _is_wanted(row.Notification):
        return None
    told = db.session.execute(queries.children([claim.recipient_id], [notification_id]))
    children = [name for *_, name in told]
    if is_about_nobody(row, children):
        return None
    category = row.Notification.category
    wish = find_wish(claim.recipient_id, category, Channel.EMAIL)
    if reason := wish or addresses.find_reason(claim.district_id, claim.address, category):
        raise UnwantedError(reason)
    if claim.arguments.get("unread") and row.read_at:
        raise UnwantedError(Reason.READ)
    if may_wait(row.Notification.category) and not row.Notification.data.get("test"):
        let_rest(claim.recipient_id)
    found = content(row, children, claim)
    if row.Notification.corrects_id is None:
        return found
    return replace(found, headers={**found.headers, **chain.headers_of(row.Notification, claim.recipient_id)})


def is_about_nobody(row: Any, children: Sequence[str]) -> bool:
    """Whether they had it for children of whom they may not be told any more."""
    return bool(row.is_for_children and not children and row.role is Role.PARENT)


def let_rest(account_id: UUID) -> None:
    """Raise PostponedError in somebody's quiet hours: they may have begun since, or their reader have chosen others."""
    times = find_times(account_id)
    ends_at = quiet_until(moment := now(), times) if times else None
    if ends_at:
        raise PostponedError(Reason.QUIET_HOURS, (ends_at - moment).total_seconds())


def content(row: Any, children: Sequence[str], claim: Claim) -> Content:
    """What ``claim``'s reader finds in it, whose copy ``row`` describes as ``queries.letter_of`` does."""
    url = links.url_of(claim.recipient_id, row.Notification.category) if claim.recipient_id else None
    locale = row.locale or claim.locale
    with force_locale(locale_of(locale)):
        variables = {**_variables(row, children), "unsubscribe_url": url}
    headers = links.headers_of(url) if url else {}
    return Content(PURPOSE, variables, headers, sender_name=row.school_name, locale=locale)


def _is_wanted(notification: Notification) -> bool:
    is_over = notification.expires_at is not None and notification.expires_at <= now()
    return notification.status is not Status.CANCELLED and notification.erased_at is None and not is_over


def _variables(row: Any, children: Sequence[str]) -> dict[str, Any]:
    notification, zone = row.Notification, ZoneInfo(row.time_zone)
    return {
        "school_name": row.school_name,
        "sender_name": row.sender_name,
        "category": notification.category.value,
        "priority": notification.priority.value,
        "is_correction": notification.corrects_id is not None,
        "title": notification.title,
        "body": notification.body,
        "children": list(children),
        "role": row.role.value,
        "url": f"{current_app.extensions['belfry.settings'].public_url}/inbox/{notification.id}",
        "requires_acknowledgement": notification.requires_acknowledgement,
        "link": notification.link,
        "expires_at": notification.expires_at.astimezone(zone) if notification.expires_at else None,
        "reason_words": addressed_words(notification.audience, children),
    }
