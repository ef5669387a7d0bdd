"""What the inbox's pages show, put together."""

from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from app.identity.kinds import Person
from app.inbox import queries
from app.inbox.forms import moment_of
from app.inbox.kinds import Filter, Item, Listing, Show, Undo
from app.kernel.ids import parse_id
from app.kernel.paging import Key

ARCHIVED, READ = "archived", "read"
"""What the address of a page says was just done, for whoever has no htmx to be told by."""


def of_list(person: Person, wanted: Filter, after: Key | None) -> dict[str, Any]:
    """A list with what is pinned on top of its first page. News goes into it where it shows everything there is."""
    if after is None and wanted == Filter():
        pinned, page = queries.opening(person.account_id)
    else:
        pinned, page = (), queries.page(person.account_id, wanted, after)
    next_url = url_for("inbox.index", after=page.next, **wanted.arguments()) if page.next else None
    return {
        "page": Listing(page.items, next_url),
        "pinned": pinned,
        "wanted": wanted,
        "takes_news": after is None and wanted.show is not Show.ARCHIVED,
    }


def undo_of(done: str | None, about: str) -> Undo | None:
    """How to take back what was just done; None for what cannot be."""
    if done == ARCHIVED and (notification_id := parse_id(about)):
        return undo_archiving(notification_id)
    if done == READ and moment_of(about):
        return Undo("undo-readings", _("All marked as read."), url_for("inbox.unread_all"), about)
    return None


def undo_archiving(notification_id: UUID, item: Item | None = None) -> Undo:
    words = _("Archived: %(title)s", title=item.title) if item else _("Archived.")
    return Undo(f"undo-{notification_id}", words, url_for("inbox.bring_back", notification_id=notification_id))
