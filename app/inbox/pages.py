"""What the inbox's pages show, put together."""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import get_timezone
from flask_babel import gettext as _

from app.identity.kinds import Person
from app.inbox import choices, frame, queries, words
from app.inbox.changes import LIST
from app.inbox.forms import moment_of
from app.inbox.kinds import Day, Filter, Item, Line, Undo
from app.kernel.clock import now
from app.kernel.ids import parse_id
from app.kernel.paging import Key
from app.kernel.phrases import phrases_of
from app.notifications.words import list_of
from app.roster.kinds import Hat
from app.web.formats import date_of

ARCHIVED, READ = "archived", "read"
"""What the address of a page says was just done, for whoever has no htmx to be told by."""


def of_list(person: Person, wanted: Filter, after: Key | None, hats: Iterable[Hat]) -> dict[str, Any]:
    """A list with all that stands around it. It takes news where its facets tell whether it would show it."""
    locales = {hat.school_locale for hat in hats}
    opening = queries.opening(person.account_id, wanted, after, locales=locales)
    counts = opening.counts
    frame.remember(counts.unread, opening.lasting)
    found, next_token = opening.lines, opening.next
    schools = {hat.school_id: hat.school_name for hat in hats if hat.school_id}
    return {
        "wanted": wanted,
        "as_of": opening.moment,
        "days": _days(found),
        "pinned": opening.pinned,
        "next_url": choices.address(wanted, after=next_token) if next_token else None,
        "filters": choices.filters(wanted, counts, schools, opening.children),
        "takes_news": after is None and not (wanted.school_id or wanted.child_id or wanted.text),
        "has_archive": counts.has_archive,
        "is_empty": not found and not opening.pinned,
        "about": list_of(sorted(child.name for child in opening.children.values())) if opening.children else "",
        "topics": LIST,
        "mark": partial(words.mark, phrases_of(wanted.text)) if wanted.text else None,
    }


def undo_of(done: str | None, about: str) -> Undo | None:
    """How to take back what was just done; None for what cannot be."""
    if done == ARCHIVED and (notification_id := parse_id(about)):
        return undo_archiving(notification_id)
    if done == READ and moment_of(about):
        return Undo("undo-readings", _("All marked as read."), url_for("inbox.unread_all"), about)
    return None


def undo_archiving(notification_id: UUID, item: Item | None = None) -> Undo:
    said = _("Archived: %(title)s", title=item.title) if item else _("Archived.")
    return Undo(f"undo-{notification_id}", said, url_for("inbox.bring_back", notification_id=notification_id))


def _days(lines: Sequence[Line]) -> list[Day]:
    """By the reader's calendar."""
    zone = get_timezone()
    today = now().astimezone(zone).date()
    by_date = groupby(lines, lambda line: date_of(line.created_at, zone))
    named = [(words.day(date, today), list(group)) for date, group in by_date]
    return [Day(name, [line for _, some in days for line in some]) for name, days in groupby(named, itemgetter(0))]
