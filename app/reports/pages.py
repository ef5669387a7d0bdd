"""What lists of what was sent show, and the head of each report. Words are made when a template asks for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.kernel.paging import Page
from app.notifications.models import Notification
from app.notifications.words import STATUSES, addressed_words
from app.reports.kinds import People, Progress
from app.reports.queries import AnyRow
from app.reports.rules import percent

UrlOf = Callable[[str], str]


@dataclass(frozen=True)
class PageView:
    """Lines of a list, and where it goes on (None on the last page)."""

    items: Sequence[Any]
    next_url: str | None


@dataclass(frozen=True)
class Head:
    """What stands above a report, and in a line of the list. ``is_own``: said by those who look at it, and no other."""

    row: AnyRow
    is_own: bool = False

    @property
    def notification(self) -> Notification:
        return self.row.Notification  # type: ignore[no-any-return]

    @property
    def status_words(self) -> str:
        return str(STATUSES[self.notification.status])

    @property
    def audience_words(self) -> str:
        return addressed_words(self.notification.audience, ())


@dataclass(frozen=True)
class SentLine:
    head: Head
    people: People
    progress: Progress
    read_percent: int


def sent_lines(
    rows: Sequence[AnyRow], people: Mapping[UUID, People], progress: Mapping[UUID, Progress]
) -> list[SentLine]:
    return [
        SentLine(Head(row), people[id_], progress[id_], percent(people[id_].read, people[id_].total))
        for row in rows
        for id_ in [row.Notification.id]
    ]


def page_view(lines: Sequence[Any], page: Page[Any], url_of: UrlOf) -> PageView:
    return PageView(lines, url_of(page.next) if page.next else None)
