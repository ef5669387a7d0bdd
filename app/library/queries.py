"""Every read of the library. Another school's texts are not there; the district's are open to all of its schools."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.extensions import db
from app.library.kinds import Shelf
from app.library.models import MessageTemplate


def texts_for(shelf: Shelf) -> Sequence[MessageTemplate]:
    """The school's own texts and those of its district, by name."""
    return db.session.scalars(
        select(MessageTemplate).where(_open_to(shelf)).order_by(func.lower(MessageTemplate.name), MessageTemplate.id)
    ).all()


def find(text_id: UUID, shelf: Shelf) -> MessageTemplate | None:
    """A text that may be used here."""
    return db.session.scalar(select(MessageTemplate).where(MessageTemplate.id == text_id, _open_to(shelf)))


def find_own(text_id: UUID, shelf: Shelf) -> MessageTemplate | None:
    """A text that may be changed here."""
    return db.session.scalar(select(MessageTemplate).where(MessageTemplate.id == text_id, _own(shelf)))


def find_called(name: str, shelf: Shelf) -> MessageTemplate | None:
    """The text of this name, capitals or not."""
    named = func.lower(MessageTemplate.name) == name.lower()
    return db.session.scalar(select(MessageTemplate).where(named, _own(shelf)).limit(1))


def count_of(shelf: Shelf) -> int:
    return db.session.scalar(select(func.count()).select_from(MessageTemplate).where(_own(shelf))) or 0


def _own(shelf: Shelf) -> ColumnElement[bool]:
    district = MessageTemplate.district_id == shelf.district_id
    school = MessageTemplate.school_id
    return and_(district, school.is_(None) if shelf.school_id is None else school == shelf.school_id)


def _open_to(shelf: Shelf) -> ColumnElement[bool]:
    return or_(_own(shelf), _own(Shelf(shelf.district_id, None)))
