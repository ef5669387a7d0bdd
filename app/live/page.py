"""Where a page begins to listen: at the position from before it read what it shows."""

from collections.abc import Iterable
from itertools import islice
from uuid import UUID

from flask import g

from app.identity.guard import find_person
from app.realtime.kinds import Cursor
from app.realtime.queries import current_cursor
from app.web.access import current_access

CURSOR_HEADER = "Live-Cursor"
NOWHERE = Cursor(UUID(int=0), 0)
MOST_TOPICS, LONGEST_TOPIC = 5, 80


def remember_cursor() -> None:
    """Ask before the view does: what is committed between its queries and a later answer would be on no page."""
    access = current_access()
    if find_person() is not None and access is not None and not access.passive:
        g.page_cursor = current_cursor()


def cursor_of_page() -> str:
    """What stands in the page as ``data-cursor``; empty for a stranger's, which has no socket."""
    cursor: Cursor | None = g.get("page_cursor")
    return cursor.to_text() if cursor else ""


def cursor_of(text: str | None) -> Cursor:
    """The cursor that was sent along; now when there was none; one that nothing follows when it is not ours."""
    return (Cursor.parse(text) or NOWHERE) if text else current_cursor()


def topics_of(texts: Iterable[str]) -> frozenset[str]:
    """What a page says it shows; more, and longer ones, than any page of ours has are left out."""
    return frozenset(islice((text for text in texts if 0 < len(text) <= LONGEST_TOPIC), MOST_TOPICS))
