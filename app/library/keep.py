"""A school's own texts: made, changed, taken away. All of it in the open unit of work."""

from typing import Any

from sqlalchemy.exc import IntegrityError

from app.audit.record import record
from app.extensions import db
from app.identity.kinds import Person
from app.kernel.clock import now
from app.kernel.ids import new_id
from app.library import queries, rules
from app.library.errors import FullError, NameTakenError
from app.library.kinds import Shelf, Words
from app.library.models import MessageTemplate


def make(words: Words, shelf: Shelf, by: Person) -> MessageTemplate:
    """A new text. Raises NameTakenError and FullError."""
    if queries.count_of(shelf) >= rules.MOST_TEXTS:
        raise FullError
    text = MessageTemplate(
        id=new_id(), district_id=shelf.district_id, school_id=shelf.school_id, created_at=now(), **_values(words, by)
    )
    _write(text, words, shelf)
    _note("template.made", text, by)
    return text


def change(text: MessageTemplate, words: Words, shelf: Shelf, by: Person) -> None:
    """Other words for a text that is theirs. Raises NameTakenError."""
    for name, value in _values(words, by).items():
        setattr(text, name, value)
    _write(text, words, shelf)
    _note("template.changed", text, by)


def take_away(text: MessageTemplate, by: Person) -> None:
    """What was sent from it stays as it was sent."""
    db.session.delete(text)
    _note("template.taken_away", text, by)


def _write(text: MessageTemplate, words: Words, shelf: Shelf) -> None:
    with db.session.no_autoflush:
        namesake = queries.find_called(words.name, shelf)
    if namesake and namesake.id != text.id:
        raise NameTakenError
    try:
        with db.session.begin_nested():
            db.session.add(text)
    except IntegrityError:  # somebody else was quicker
        raise NameTakenError from None


def _values(words: Words, by: Person) -> dict[str, Any]:
    said = {"name": words.name, "category": words.category, "title": words.title, "body": words.body}
    return {**said, "written_by_id": by.account_id, "changed_at": now()}


def _note(action: str, text: MessageTemplate, by: Person) -> None:
    record(
        action,
        subject_id=text.id,
        actor_id=by.account_id,
        session_id=by.session_id,
        district_id=text.district_id,
        school_id=text.school_id,
    )
