"""What stands in a form's fields, read: what cannot be is a problem at its field."""

from collections.abc import Sequence
from datetime import MAXYEAR, MINYEAR, datetime
from typing import TypeVar
from uuid import UUID

from app.catalogue.kinds import Category, Priority
from app.kernel.ids import parse_id
from app.notifications.kinds import Problem, Term, Timing
from app.notifications.timing import of_moment, of_wall
from app.web.texts import clean

Kind = TypeVar("Kind", Category, Priority)


def one_of(kind: type[Kind], text: str, field: str, problems: list[Problem]) -> Kind | None:
    """The word that was meant, or a problem."""
    try:
        return kind(text)
    except ValueError:
        problems.append(Problem(field, "unknown", text))
        return None


def terms(texts: Sequence[str] | None, field: str, problems: list[Problem]) -> tuple[Term, ...]:
    """The groups and people that are named, each once; what names none is a problem."""
    found = {text: Term.parse(text.strip()) for text in texts or () if text.strip()}
    problems += [Problem(field, "unknown", text) for text, term in found.items() if term is None]
    return tuple(dict.fromkeys(term for term in found.values() if term))


def read_end(text: str | None, time_zone: str, problems: list[Problem]) -> datetime | None:
    """Until when something holds; None when nothing is said."""
    if not text or not text.strip():
        return None
    timing = read_moment(text, time_zone, "expires_at", problems)
    return timing.at if timing else None


def read_moment(text: str, time_zone: str, field: str, problems: list[Problem]) -> Timing | None:
    """ISO 8601, with an offset or, as a browser's field has it, without one; not in a year that some zone has not."""
    try:
        moment = datetime.fromisoformat(text.strip())
        timing = of_moment(moment, time_zone) if moment.tzinfo else of_wall(moment, time_zone)
    except (ValueError, OverflowError):
        timing = None
    if timing is None or not MINYEAR < timing.at.year < MAXYEAR:
        problems.append(Problem(field, "unreadable"))
        return None
    return timing


def read_id(text: str | None, field: str, problems: list[Problem]) -> UUID | None:
    """The id of something that is spoken of; None when nothing is."""
    text = clean(text).strip()
    id_ = parse_id(text) if text else None
    if text and id_ is None:
        problems.append(Problem(field, "gone"))
    return id_
