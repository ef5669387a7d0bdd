"""What can be chosen among on a list: its parts, and what narrows it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
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
    asked = urlencode({**wanted.arguments(), **more})
    return f"{url_for('inbox.index')}?{asked}" if asked else url_for("inbox.index")


def filters(wanted: Filter, counts: Counts, schools: Mapping[UUID, str], children: Mapping[UUID, Child]) -> Filters:
    """Each keeps what the others have chosen. Only what has more than one value narrows anything."""
    names = {child_id: child.name for child_id, child in children.items()}
    hues = {str(child_id): child.hue for child_id, child in children.items()}
    return Filters(
        tabs=_tabs(wanted, counts),
        categories=_of(wanted, "category", CATEGORIES.items()),
        schools=_of(wanted, "school_id", sorted(schools.items(), key=_by_name)) if len(schools) > 1 else (),
        children=[
            replace(choice, hue=hues[choice.value])
            for choice in (_of(wanted, "child_id", sorted(names.items(), key=_by_name)) if len(names) > 1 else ())
        ],
    )


def _tabs(wanted: Filter, counts: Counts) -> list[Choice]:
    tabs = {
        Show.ALL: (_("All"), None),
        Show.UNREAD: (_("Unread"), counts.unread),
        Show.TO_CONFIRM: (_("To confirm"), counts.to_confirm),
        Show.ARCHIVED: (_("Archived"), None),
    }
    return [
        Choice(show.value, words, address(replace(wanted, show=show)), wanted.show is show, count)
        for show, (words, count) in tabs.items()
    ]


def _of(wanted: Filter, field: str, values: Iterable[tuple[Any, Any]]) -> list[Choice]:
    chosen = getattr(wanted, field)

    def turned(value: Any) -> Filter:
        change: dict[str, Any] = {field: None if value == chosen else value}
        return replace(wanted, **change)

    return [Choice(str(value), str(words), address(turned(value)), value == chosen) for value, words in values]


def _by_name(value: tuple[UUID, str]) -> str:
    return value[1]
