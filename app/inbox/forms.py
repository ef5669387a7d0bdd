"""What stands in an address becomes a value. What we never wrote there counts as not there."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from app.inbox.kinds import Filter, Show

SHOWN = {show.value: show for show in Show}


def filter_of(arguments: Mapping[str, str]) -> Filter:
    """What somebody wants to see."""
    return Filter(SHOWN.get(arguments.get("show", ""), Show.ALL))


def arguments_of(url: str, path: str) -> dict[str, str]:
    """The arguments of an address, if it leads to ``path``: those of the page that somebody came from."""
    try:
        parts = urlsplit(url)
        return dict(parse_qsl(parts.query)) if parts.path == path else {}
    except ValueError:
        return {}


def moment_of(text: str) -> datetime | None:
    """A moment as ``isoformat`` writes it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
