"""What stands in an address becomes a value. What we never wrote there counts as not there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from app.catalogue.kinds import Category
from app.inbox.kinds import Filter, Show
from app.kernel.ids import parse_id
from app.kernel.phrases import MOST_LETTERS, phrases_of

SHOWN = {show.value: show for show in Show}
CATEGORIES = {category.value: category for category in Category}


def filter_of(arguments: Mapping[str, str]) -> Filter:
    """What somebody wants to see. A text without a word in it looks for nothing."""
    text = arguments.get("q", "").strip()[:MOST_LETTERS]
    return Filter(
        SHOWN.get(arguments.get("show", ""), Show.ALL),
        CATEGORIES.get(arguments.get("category", "")),
        parse_id(arguments.get("school", "")),
        parse_id(arguments.get("child", "")),
        text if phrases_of(text) else "",
    )


def arguments_of(url: str, path: str) -> dict[str, str]:
    """The arguments of an address, if it leads to ``path``: those of the page that somebody came from."""
    try:
        parts = urlsplit(url)
        return dict(parse_qsl(parts.query)) if parts.path == path else {}
    except ValueError:
        return {}


def moment_of(text: str) -> datetime | None:
    """A moment as ``isoformat`` writes it; what lies before or behind all years in UTC is none."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
