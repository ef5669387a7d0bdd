"""What the pages of reports show of the rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Row

from app.catalogue.kinds import Category, Channel
from app.kernel.paging import Page
from app.notifications.kinds import Fate
from app.notifications.models import Notification, NotificationLog
from app.notifications.rules import ORDER
from app.notifications.words import CHANNELS, FATES, ROLES, STATUSES, reason_words
from app.web.formats import exact

UrlOf = Callable[[str], str]


@dataclass(frozen=True)
class PageView:
    """Lines of a list, and where it goes on (None on the last page)."""

    items: list[Any]
    next_url: str | None


@dataclass(frozen=True)
class NotificationView:
    id: UUID
    title: str
    category: str
    priority: str
    status_words: str
    sender_name: str | None
    created_at: datetime
    total: int | None = None


@dataclass(frozen=True)
class FateView:
    """One person on one channel."""

    name: str
    role_words: str
    channel_words: str
    status: str
    status_words: str
    reason: str
    attempts: int
    sent_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    acknowledged_at: datetime | None


def sent_page(page: Page[Row[*tuple[Any, ...]]], url_of: UrlOf) -> PageView:
    lines = [notification_view(row.Notification, None, row.total) for row in page.items]
    return PageView(lines, url_of(page.next) if page.next else None)


def notification_view(row: Notification, sender_name: str | None, total: int | None = None) -> NotificationView:
    return NotificationView(
        row.id,
        row.title,
        row.category.value,
        row.priority.value,
        str(STATUSES[row.status]),
        sender_name,
        row.created_at,
        total,
    )


def figures(notification: Notification, counted: Row[*tuple[Any, ...]]) -> list[tuple[str, int]]:
    shown = [(_("People"), counted.total), (_("Have read it"), counted.read)]
    return [*shown, (_("Have confirmed"), counted.acknowledged)] if notification.requires_acknowledgement else shown


def funnel(counted: Mapping[Channel, Mapping[Fate, int]]) -> list[tuple[str, dict[str, int]]]:
    """For each channel how many are in which state, the best first."""
    best_first = (Fate.DELIVERED, Fate.SENT, Fate.SENDING, Fate.PENDING)
    fates = [*best_first, *(fate for fate in Fate if fate not in best_first)]
    return [
        (str(CHANNELS[channel]), {str(FATES[fate]): counted[channel].get(fate, 0) for fate in fates})
        for channel in ORDER
        if channel in counted
    ]


def fates_page(category: Category, page: Page[UUID], rows: Iterable[Row[*tuple[Any, ...]]], url_of: UrlOf) -> PageView:
    return PageView([_fate(category, row) for row in rows], url_of(page.next) if page.next else None)


def _fate(category: Category, row: Row[*tuple[Any, ...]]) -> FateView:
    entry: NotificationLog = row.NotificationLog
    return FateView(
        row.name,
        str(ROLES[row.role]),
        str(CHANNELS[entry.channel]),
        entry.status.value,
        str(FATES[entry.status]),
        _why(category, entry),
        row.attempts or 0,
        entry.sent_at,
        entry.delivered_at,
        row.read_at,
        row.acknowledged_at,
    )


def _why(category: Category, entry: NotificationLog) -> str:
    reason = reason_words(entry.reason, category, entry.channel)
    if entry.status is Fate.PENDING and entry.retry_count and entry.next_attempt_at:
        return str(_("%(reason)s; next try at %(moment)s", reason=reason, moment=exact(entry.next_attempt_at)))
    return reason
