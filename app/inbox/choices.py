"""What can be chosen among on a list: its parts, and what narrows it."""

from collections.abc import Iterable, Mapping
from functools import partial
from operator import itemgetter
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.catalogue.kinds import Category
from app.inbox.kinds import Child, Choice, Counts, Filter, Filters, Show

CATEGORIES = {
    Category.EMERGENCY: _l("Emergencies"),
    Category.ANNOUNCEMENT: _l("Announcements"),
    Category.REMINDER: _l("Reminders"),
    Category.SYSTEM: _l("From Belfry itself"),
}


def address(wanted: Filter, **more: Any) -> str:
    """Where a list stands."""
    return _address(url_for("inbox.index"), {**wanted.arguments(), **more})


def filters(wanted: Filter, counts: Counts, schools: Mapping[UUID, str], children: Mapping[UUID, Child]) -> Filters:
    """Each keeps what the others have chosen. Only what has more than one value narrows anything."""
    choose = partial(_choices, url_for("inbox.index"), wanted.arguments())
    names = sorted(((child_id, child.name) for child_id, child in children.items()), key=itemgetter(1))
    hues = {str(child_id): child.hue for child_id, child in children.items()}
    parts = {
        Show.ALL.value: _("All"),
        Show.UNREAD.value: _("Unread"),
        Show.TO_CONFIRM.value: _("To confirm"),
        Show.ARCHIVED.value: _("Archived"),
    }
    of_each = {Show.UNREAD.value: counts.unread, Show.TO_CONFIRM.value: counts.to_confirm}
    return Filters(
        tabs=choose("show", parts.items(), default=Show.ALL.value, counts=of_each),
        categories=choose("category", CATEGORIES.items()),
        schools=choose("school", sorted(schools.items(), key=itemgetter(1))) if len(schools) > 1 else (),
        children=choose("child", names, hues=hues) if len(names) > 1 else (),
    )


def _choices(
    index_url: str,
    asked: Mapping[str, str],
    name: str,
    values: Iterable[tuple[object, object]],
    *,
    default: str | None = None,
    counts: Mapping[str, int] = MappingProxyType({}),
    hues: Mapping[str, int] = MappingProxyType({}),
) -> list[Choice]:
    """Each value of an argument. ``default`` is what its absence means; without one, what is chosen can be let go."""
    chosen = asked.get(name, default)
    others = {key: value for key, value in asked.items() if key != name}

    def choice(value: str, words: object) -> Choice:
        is_chosen = value == chosen
        is_left_out = value == default or (is_chosen and default is None)
        url = _address(index_url, others if is_left_out else {**others, name: value})
        return Choice(value, str(words), url, is_chosen, counts.get(value), hues.get(value))

    return [choice(str(value), words) for value, words in values]


def _address(index_url: str, arguments: Mapping[str, Any]) -> str:
    return f"{index_url}?{urlencode(arguments)}" if arguments else index_url
