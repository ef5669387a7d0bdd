"""The mail to whoever has a mail that was taken back since."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select

from app.catalogue.kinds import Channel
from app.extensions import db
from app.mailer.errors import UnwantedError
from app.mailer.kinds import Claim, Content
from app.mailer.messages import message_id
from app.mailer.words import locale_of
from app.notifications import queries
from app.notifications.letters import let_rest
from app.notifications.models import NotificationLog, Withdrawal
from app.notifications.rules import may_wait
from app.notifications.withdrawing import PURPOSE
from app.preferences import links
from app.preferences.queries import find_wish


def write(claim: Claim) -> Content | None:
    """What it says, as an answer to the first mail; None for whoever has left since.

    Raises UnwantedError when its reader has said since that they want no such mail, PostponedError in quiet hours.
    """
    row = queries.letter_of(UUID(claim.arguments["notification_id"]), claim.recipient_id)
    if row is None or claim.recipient_id is None:
        return None
    notification = row.Notification
    withdrawal = db.session.get_one(Withdrawal, notification.id)
    if wish := find_wish(claim.recipient_id, notification.category, Channel.EMAIL):
        raise UnwantedError(wish)
    if may_wait(notification.category):
        let_rest(claim.recipient_id)
    locale = row.locale or claim.locale
    url = links.url_of(claim.recipient_id, notification.category)
    with force_locale(locale_of(locale)):
        variables = {
            "school_name": row.school_name,
            "category": notification.category.value,
            "title": notification.title,
            "reason": withdrawal.reason,
            "sent_at": notification.created_at.astimezone(ZoneInfo(row.time_zone)),
            "url": f"{current_app.extensions['belfry.settings'].public_url}/inbox",
            "unsubscribe_url": url,
        }
    headers = {**replying_to(claim.letter_id), **(links.headers_of(url) if url else {})}
    return Content(PURPOSE, variables, headers, sender_name=row.school_name, locale=locale)


def replying_to(log_id: UUID) -> dict[str, str]:
    """What puts a mail under the one that a row of the ledger stands for."""
    letter_id = db.session.scalar(select(NotificationLog.letter_id).where(NotificationLog.id == log_id))
    first = message_id(letter_id) if letter_id else None
    return {"In-Reply-To": first, "References": first} if first else {}
