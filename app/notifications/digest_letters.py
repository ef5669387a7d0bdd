"""What a digest says: written when it is sent, of what its reader has not read by then and may still be told."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import Row

from app.catalogue.kinds import Category, Channel
from app.extensions import db
from app.kernel.clock import now
from app.kernel.unit_of_work import unit_of_work
from app.mailer.errors import UnwantedError
from app.mailer.kinds import Claim, Content
from app.notifications import digest_queries, digests
from app.notifications.letters import is_about_nobody, let_rest
from app.notifications.queries import children
from app.preferences import addresses, links
from app.preferences.queries import find_wish
from app.preferences.times import find_times

AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True)
class Item:
    """One notification in a digest, and for which children its reader has it."""

    row: AnyRow
    children: tuple[str, ...]


def write(claim: Claim) -> Content | None:
    """The content of a digest; None when nothing is left to tell.

    Raises UnwantedError when its reader wants no such mail any more or their address has died, PostponedError when they
    have quiet hours now.
    """
    if claim.recipient_id is None:
        return None
    wish = find_wish(claim.recipient_id, Category.ANNOUNCEMENT, Channel.EMAIL)
    if reason := wish or addresses.find_reason(claim.district_id, claim.address, Category.ANNOUNCEMENT):
        raise UnwantedError(reason)
    let_rest(claim.recipient_id)
    lines = digest_queries.lines(claim.letter_id, now())
    told = {item.row.log_id for item in _items(claim.letter_id, claim.recipient_id)}
    if left := {log_id: why for log_id, why in lines.items() if why or log_id not in told}:
        with unit_of_work():
            digests.leave_out(left)
    items = _items(claim.letter_id, claim.recipient_id)
    return _content(items, claim, claim.recipient_id) if items else None


def _items(letter_id: UUID, reader_id: UUID) -> list[Item]:
    rows = digest_queries.contents(letter_id)
    names: dict[UUID, list[str]] = defaultdict(list)
    for _, notification_id, name in db.session.execute(children([reader_id], [row.Notification.id for row in rows])):
        names[notification_id].append(name)
    items = [Item(row, tuple(names[row.Notification.id])) for row in rows]
    return [item for item in items if not is_about_nobody(item.row, item.children)]


def _content(items: Sequence[Item], claim: Claim, reader_id: UUID) -> Content:
    first, times = items[0].row, find_times(reader_id)
    zone = ZoneInfo(times.time_zone if times else first.time_zone)
    url = links.url_of(reader_id, Category.ANNOUNCEMENT)
    schools = _by_school(items, zone)
    variables = {
        "count": len(items),
        "schools": schools,
        "settings_url": f"{_public_url()}/account/preferences",
        "unsubscribe_url": url,
    }
    sender_name = first.school_name if len(schools) == 1 else None
    locale = first.locale or claim.locale or first.home_locale
    return Content(digests.PURPOSE, variables, links.headers_of(url) if url else {}, sender_name, locale)


def _by_school(items: Sequence[Item], zone: ZoneInfo) -> list[dict[str, Any]]:
    """School by school, and in each by the children it is for, what is for no child first."""
    schools: dict[str, dict[tuple[str, ...], list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        schools[item.row.school_name][item.children].append(_told(item.row, zone))
    return [
        {"name": name, "groups": [{"children": list(names), "items": of} for names, of in sorted(groups.items())]}
        for name, groups in schools.items()
    ]


def _told(row: AnyRow, zone: ZoneInfo) -> dict[str, Any]:
    notification = row.Notification
    return {
        "title": notification.title,
        "url": f"{_public_url()}/inbox/{notification.id}",
        "at": notification.created_at.astimezone(zone),
        "is_important": notification.priority.value == "high",
        "asks": notification.requires_acknowledgement,
    }


def _public_url() -> str:
    return str(current_app.extensions["belfry.settings"].public_url)
